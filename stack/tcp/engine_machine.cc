#include "stack/tcp/engine_machine.h"

#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/os/no_switch_scope.h"
#include "stack/wire/ecn.h"

namespace nut::tcp {
bool IsReady(const ConnectionRecord& record, Interest interest) {
  if (record.forgotten) return true;
  if (record.requests.open) return false;  // CLOSED still, but not any more: the machine has not come by yet
  switch (interest) {
    case Interest::kEstablished: return record.connection.is_established_or_later();
    case Interest::kReadable: return record.connection.readable();
    case Interest::kWritable: return record.connection.writable();
    case Interest::kDrained: return record.state == State::kFinWait2 || record.state == State::kTimeWait;
  }
  return true;
}

Machine::Machine(const EngineSurroundings& around, const Rng& rng, const Parameters& parameters,
                 const EngineOptions& options)
    : around_(around),
      parameters_(parameters),
      options_(options),
      table_(around.executor, around.statistics, parameters.maximum_connections,
             rng.Split("connection-table")),
      listeners_(around.executor, options.maximum_listeners),
      input_(parameters.maximum_input_queue, options.maximum_queued_errors, options.maximum_coalesced),
      held_syns_(options.maximum_held_syns, options.held_syn_patience),
      sender_(around.ip, around.statistics),
      isn_(rng.Split("isn")),
      cookies_(rng.Split("syn-cookies")),
      cookies_for_text_(rng.Split("fast-open")),
      fast_open_cache_(options.maximum_fast_open_servers),
      reset_limiter_(options.resets_per_second),
      reaper_(table_, around.statistics, around.log),
      event_(around.executor, "tcp input"),
      alarm_(
          around.executor.timers(), [this] { event_.PostAsync(); }, "tcp timers"),
      quiet_(around.executor, "tcp quiet"),
      ended_(around.executor, "tcp end") {}

Machine::~Machine() {
  if (running_) around_.executor.Kill(thread_);
}

Result<void> Machine::Start() {
  auto thread = around_.executor.Create(
      "tcpsm", [this] { Loop(); }, 0, options_.priority);
  if (!thread) return Fail(thread.error());
  thread_ = *thread;
  running_ = true;
  return {};
}

void Machine::TellLog(const ConnectionRecord& record, std::string_view what) const {
  around_.log.Print(LogLevel::kDebug, "tcp", "{} {} {} {}", record.ends().local.ToText(),
                    record.active ? '>' : '<', record.ends().remote.ToText(), what);
}

void Machine::Kick() {
  if (around_.executor.in_thread()) {
    event_.Post();
  } else {
    event_.PostAsync();
  }
}

bool Machine::NeedsPass(const ConnectionRecord& record) const {
  if (record.forgotten) return false;
  return record.connection.poll_at() < timers_.WhenOf(record) || record.connection.wants_output();
}

// --- the loop

void Machine::Loop() {
  while (true) {
    reaper_.Run();
    listeners_.Sweep();
    if (stopping_ && table_.size() == 0 && listeners_.size() == 0) break;
    Pass();
    if (!reaper_.has_work()) Sleep();
  }
  running_ = false;
  // What came in the last moment is nobody's; its frames go back now and not when the engine is destroyed.
  input_.Take(segments_, errors_);
  segments_.clear();
  errors_.clear();
  ended_.PostAsync();
}

void Machine::Pass() {
  os::NoSwitchScope scope(around_.executor, "pass of the TCP state machine", os::NamedPoints::kAllowed);
  now_ = around_.executor.Now();
  RunRequests();
  RunInput();
  if (!held_syns_.empty()) RunHeldSyns();
  RunTimers();
  RunOutput();
  if (quiet_.has_waiters() && Quiet()) quiet_.BroadcastAsync();
}

void Machine::Sleep() {
  if constexpr (kHasMutants) {
    if (Mutated(Mutant::kR11OneTimerPerPass) && MutantAccess::SleepToNextTick(*this)) return;
  }
  const Instant next = std::min(timers_.next(), held_syns_.next());
  if (!dirty_.empty() || !input_.empty() || next <= now_) {
    around_.executor.Yield();
  } else {
    // Nearly every pass moves the next deadline, mostly to later. An alarm that comes too early finds nothing
    // due.
    if (next < alarm_.deadline()) alarm_.StartAt(next);
    event_.Wait();
  }
}

// --- the steps of a pass

void Machine::RunRequests() {
  os::NoSwitchScope scope(around_.executor, "loop over connections");
  for (ConnectionRecord& record : dirty_) RunRequestsOf(record);
}

void Machine::RunRequestsOf(ConnectionRecord& record) {
  const Requests requests = std::exchange(record.requests, {});
  Connection& connection = record.connection;
  if (requests.configure) {
    connection.own_parameters() = *std::exchange(record.new_parameters, nullptr);
    connection.ApplyParameters(now_);
  }
  if (requests.open) connection.OpenActive(now_);
  // An error says that the connection has ended meanwhile; who asked will see the same reason.
  if (requests.shutdown) static_cast<void>(connection.Shutdown(now_));
  if (requests.abort) connection.Abort(record.abort_reason, now_);
  if (requests.close) connection.Close(now_);
  NoteTransition(record);
}

void Machine::RunInput() {
  input_.Take(segments_, errors_);
  for (QueuedSegment& segment : segments_) OnSegment(segment);
  for (const QueuedError& error : errors_) OnError(error);
  segments_.clear();  // the frames go back to their pool before output wants some
}

void Machine::RunHeldSyns() {
  const auto has_listener = [this](const wire::Endpoint& local) {
    return listeners_.FindFor(local) != nullptr;
  };
  while (auto held = held_syns_.Take(now_, has_listener)) {
    Listener* listener = listeners_.FindFor(held->ends.local);
    const DropReason dropped = listener == nullptr || table_.Find(held->ends) != nullptr
                                   ? RefuseNow(*held)
                                   : DeliverToListener(*listener, *held, {});
    if (dropped != DropReason::kNone) around_.statistics.Drop(dropped);
  }
}

void Machine::RunTimers() {
  // R11: ended the pass with the first expired TIME-WAIT.
  if constexpr (kHasMutants) {
    if (Mutated(Mutant::kR11OneTimerPerPass) && MutantAccess::RunTimersToFirstTimeWait(*this)) return;
  }
  while (ConnectionRecord* record = timers_.PopDue(now_)) RunTimerOf(*record);
}

void Machine::RunTimerOf(ConnectionRecord& record) {
  if (record.half_open_until() <= now_) {
    // A handshake that nobody finished: RFC 4987 3, the state is let go and the peer, if there is one, will
    // retry.
    around_.statistics.Add(Counter::kTcpAttemptFails);
    // R8: left its sequence numbers and retries to the listener's next one.
    if constexpr (kHasMutants) {
      if (Mutated(Mutant::kR8StaleHandshake)) MutantAccess::LeaveHandshake(*this, record);
    }
    return Forget(record);
  }
  if (record.connection.poll_at() <= now_) {
    record.connection.OnTimer(now_);
    NoteTransition(record);
  }
  MarkDirty(record);  // which arms it again
}

void Machine::RunOutput() {
  // What Drive puts back is for the next pass: everybody gets a turn.
  DirtyList turn;
  turn.splice(turn.end(), dirty_);
  while (!turn.empty()) {
    ConnectionRecord& record = turn.front();
    turn.pop_front();
    Drive(record);
  }
  sender_.Flush();
}

void Machine::Drive(ConnectionRecord& record) {
  if (!record.forgotten) {
    const Parameters& parameters = record.connection.parameters();
    const bool super_segments = options_.super_segments && sender_.segmentation();
    for (size_t sent = 0; !record.forgotten;) {
      if (sent >= options_.segments_per_pass) {
        MarkDirty(record);
        break;
      }
      if (around_.executor.exploring() && record.connection.wants_output()) {
        StopAt(os::SchedulingPoint::kBufferWait, &record);
      }
      if (!record.connection.Dispatch(now_, super_segments, outgoing_)) break;
      sent += sender_.FramesOf(outgoing_);
      const auto ecn = outgoing_.ecn_capable ? wire::Ecn::kEct0 : wire::Ecn::kNotEct;
      Send(record.ends(), outgoing_,
           {parameters.ttl, wire::WithEcn(parameters.tos, ecn), parameters.path_mtu_discovery}, &record);
    }
    NoteTransition(record);
  }
  Settle(record);
}

void Machine::Send(const wire::EndpointPair& ends, OutgoingSegment& segment, const PacketOptions& options,
                   const ConnectionRecord* record) {
  // R1: transmitted the queued buffer itself, which an abort frees.
  if constexpr (kHasMutants) {
    if (record != nullptr && MutantAccess::SendQueued(*this, *record, segment, options)) return;
  }
  // What `segment` borrows of the connection is copied before anybody else may run.
  link::FramePtr frame = sender_.Build(ends, segment);
  segment.payload.Clear();
  if (!frame) return;
  if (!around_.executor.exploring()) return sender_.SendSoon(std::move(frame), ends, options);
  StopAt(os::SchedulingPoint::kArpWait, record);
  sender_.Send(std::move(frame), ends, options);
  StopAt(os::SchedulingPoint::kTransmit, record);
}

void Machine::StopAtExploring(os::SchedulingPoint point, const ConnectionRecord* record) {
  // What other threads call of this class does not stop: it is called in loops over connections.
  if (around_.executor.current() != thread_) return;
  half_done_ = record;
  around_.executor.Pass(point, record != nullptr ? record->handle.id() : 0);
  half_done_ = nullptr;
  now_ = around_.executor.Now();
}

// After everything that may have changed the connection: who is to know, and when it is to be looked at
// again.
void Machine::Settle(ConnectionRecord& record) {
  // 2001: freed a connection where it ended.
  if constexpr (kHasMutants) {
    if (MutantAccess::EndAtOnce(*this, record)) return;
  }
  // Asked for while the pass stood at a named point: for the next one.
  if (record.requests.any()) MarkDirty(record);
  const bool more = record.dirty_hook.is_linked();
  if (!record.forgotten && record.connection.ended() && !more) Forget(record);
  if (record.forgotten) {
    if (record.ownership == Ownership::kNobody) reaper_.Doom(record);
  } else {
    timers_.ArmBy(record, std::min(record.connection.poll_at(), record.half_open_until()));
  }
  WakeWaiters(record);
}

void Machine::OnTransition(ConnectionRecord& record) {
  const State state = record.connection.state();
  const State before = std::exchange(record.state, state);
  if (before == State::kSynReceived) EndFastOpen(record);
  if (around_.log.Wants(LogLevel::kDebug, "tcp")) {
    around_.log.Print(LogLevel::kDebug, "tcp", "{} {} {} {} -> {}", record.ends().local.ToText(),
                      record.active ? '>' : '<', record.ends().remote.ToText(), NameOf(before),
                      NameOf(state));
  }
  if (record.ownership == Ownership::kListener && !record.accepting && IsSynchronized(state)) Promote(record);
  if (state == State::kTimeWait) {
    time_waits_.push_back(record);
    if (++time_wait_count_ > parameters_.maximum_time_wait) {
      around_.statistics.Add(Counter::kTcpTimeWaitRecycled);
      Forget(time_waits_.front());
    }
  } else if (before == State::kTimeWait && record.stage_hook.is_linked()) {
    record.stage_hook.unlink();
    --time_wait_count_;
  }
}

void Machine::WakeThose(ConnectionRecord& record) {
  if (!record.has_waiters() && record.watches.empty()) return;
  // R4: who waited for what was closed was not told.
  if (Mutated(Mutant::kR4SilentClose) && record.ownership == Ownership::kNobody) return;
  for (const Interest interest :
       {Interest::kEstablished, Interest::kReadable, Interest::kWritable, Interest::kDrained}) {
    if (record.waiters.empty()) break;
    if (record.waiters.Sleepers(interest) == 0 || !IsReady(record, interest)) continue;
    record.waiters.Wake(interest);
    StopAt(os::SchedulingPoint::kEventPost, &record);
  }
  if (record.watches.empty()) return;
  if (IsReady(record, Interest::kReadable) || IsReady(record, Interest::kWritable)) record.watches.Notify();
}

// The machine has done with the connection: no segment finds it, no timer runs. It goes when its owner has
// let go too.
void Machine::Forget(ConnectionRecord& record) {
  if (record.forgotten) return;
  Tell(record, "forgotten");
  record.forgotten = true;
  // 2001: as in Settle.
  if constexpr (kHasMutants) {
    if (MutantAccess::EndAtOnce(*this, record)) return;
  }
  table_.Unindex(record);
  timers_.Remove(record);
  if (record.in_time_wait()) {
    record.stage_hook.unlink();
    --time_wait_count_;
  }
  if (record.ownership == Ownership::kListener) {
    LeaveListener(record);
    record.ownership = Ownership::kNobody;
  }
  if (record.ownership == Ownership::kNobody) reaper_.Doom(record);
  WakeWaiters(record);
}

void Machine::Abandon(ConnectionRecord& record, bool reset) {
  if (record.ownership == Ownership::kListener) LeaveListener(record);
  record.ownership = Ownership::kNobody;
  record.requests.abort |= reset;
  record.requests.close = true;
  // R4: closed without a word to who waits.
  if (!Mutated(Mutant::kR4SilentClose)) {
    record.waiters.WakeAll();
    record.watches.NotifyAndRelease();
  }
  // 2001, R10: freed by the thread that closes. R5: the state changed by the thread that closes.
  if constexpr (kHasMutants) {
    if (MutantAccess::EraseInCaller(*this, record)) return Wake();
    if (Mutated(Mutant::kR5FinAfterYield)) MutantAccess::RunRequestsInCaller(*this, record);
  }
  MarkDirty(record);
  Wake();
}

// --- the end

bool Machine::Quiet() const {
  // What is forgotten is not in the index any more.
  return table_.indexed() == time_wait_count_;
}

bool Machine::WaitQuiet(Duration timeout) {
  const Instant deadline = After(around_.executor.Now(), timeout);
  while (running_ && !Quiet()) {
    const Instant now = around_.executor.Now();
    if (now >= deadline) return false;
    quiet_.Wait(deadline == kNever ? kForever : deadline - now);
  }
  return true;
}

void Machine::StopAndWait() {
  stopping_ = true;
  while (running_) {
    Wake();
    ended_.Wait();
  }
}

}  // namespace nut::tcp
