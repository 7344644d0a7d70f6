#include "stack/tcp/engine_machine.h"
#include "stack/tcp/mutants.h"
#include "stack/tcp/tcb.h"

namespace nut::tcp {
namespace {

// The original's timers are looked at every 200 ms.
constexpr Duration kTick = 200ms;

// By a handler that has found a loss; with SACK by what is to go next.
bool RetransmissionIsDue(const Tcb& tcb) { return tcb.resend_head || tcb.send_from.Before(tcb.snd_nxt); }

bool Is(Mutant one, Mutant other) { return Mutated(one) || Mutated(other); }

}  // namespace

Tcb& MutantAccess::TcbOf(ConnectionRecord& record) { return record.connection.tcb_; }

// --- 2001

void MutantAccess::Erase(Machine& machine, ConnectionRecord& record) {
  record.forgotten = true;
  machine.timers_.Remove(record);
  if (record.in_time_wait()) {
    record.stage_hook.unlink();
    --machine.time_wait_count_;
  }
  machine.table_.Erase(record);
  machine.around_.statistics.Add(Counter::kTcpReaped);
}

bool MutantAccess::EraseInCaller(Machine& machine, ConnectionRecord& record) {
  const State state = record.connection.state();
  const bool at_once = Mutated(Mutant::kReclaimAtOnce) &&
                       (state == State::kClosed || state == State::kListen || state == State::kSynSent);
  if (!at_once && &record != machine.mutants_.being_reset) return false;
  Erase(machine, record);
  return true;
}

bool MutantAccess::EndAtOnce(Machine& machine, ConnectionRecord& record) {
  if (!Mutated(Mutant::kReclaimAtOnce) || record.ownership == Ownership::kApplication) return false;
  const State state = record.connection.state();
  if (!record.forgotten && state != State::kClosed && state != State::kDestroy) return false;
  if (record.ownership == Ownership::kListener) machine.LeaveListener(record);
  record.ownership = Ownership::kNobody;
  record.forgotten = true;
  machine.WakeWaiters(record);
  Erase(machine, record);
  return true;
}

// --- aborts and closes in the thread of the application

void MutantAccess::AbortInCaller(Machine& machine, ConnectionRecord& record, Interest interest) {
  if (interest != Interest::kEstablished) return;
  record.connection.Abort(Error::kTimedOut, machine.around_.executor.Now());
  machine.mutants_.queued.erase(&record);
  machine.MarkDirty(record);
}

void MutantAccess::RunRequestsInCaller(Machine& machine, ConnectionRecord& record) {
  machine.now_ = machine.around_.executor.Now();
  machine.RunRequestsOf(record);
}

bool MutantAccess::SendQueued(Machine& machine, const ConnectionRecord& record,
                              const OutgoingSegment& segment, const PacketOptions& options) {
  if (!Is(Mutant::kR1BorrowedSegment, Mutant::kReclaimByMarkOnly)) return false;
  if (record.connection.Info(machine.now_).backoff == 0) return false;  // the first time it was a clone
  auto& place = machine.mutants_.queued[&record];
  place = std::make_unique<MutantState::QueuedBuffer>();
  MutantState::QueuedBuffer& queued = *place;
  queued.bytes.resize(segment.payload.size());
  segment.payload.CopyTo(queued.bytes);
  queued.segment = segment;
  queued.segment.payload.Clear();
  queued.segment.payload.Push({link::Chunk::Over(queued.bytes), queued.bytes});
  const wire::EndpointPair ends = record.ends();
  machine.StopAt(os::SchedulingPoint::kArpWait, &record);
  if (link::FramePtr frame = machine.sender_.Build(ends, queued.segment)) {
    machine.sender_.Send(std::move(frame), ends, options);
  }
  machine.mutants_.queued.erase(&record);
  machine.StopAt(os::SchedulingPoint::kTransmit, &record);
  return true;
}

// --- handlers in which other threads run

std::optional<DropReason> MutantAccess::HandleWithSwitches(Machine& machine, ConnectionRecord& record,
                                                           QueuedSegment& queued) {
  const bool deaf = Mutated(Mutant::kR6DeafHandler);
  if (!deaf && !Is(Mutant::kR5FinAfterYield, Mutant::kR10DiscardAfterWake)) return std::nullopt;
  const Tcb& tcb = TcbOf(record);
  const State before = tcb.state;
  const bool had_fin = tcb.fin_received;
  const bool was_due = RetransmissionIsDue(tcb);
  const DropReason dropped = record.connection.OnSegment(queued.segment, machine.now_, &queued.frames);
  if (Mutated(Mutant::kR5FinAfterYield) && tcb.fin_received && !had_fin) ActOnFin(machine, record);
  if (deaf && RetransmissionIsDue(tcb) && !was_due) RetransmitInHandler(machine, record);
  if (Mutated(Mutant::kR10DiscardAfterWake) && before == State::kSynReceived && queued.segment.flags.rst() &&
      tcb.state == State::kClosed) {
    DiscardAfterWake(machine, record);
  }
  machine.NoteTransition(record);
  machine.MarkDirty(record);
  return dropped;
}

// The reader is told of the end and may close before the machine looks at the FIN's other half; from where
// that leads, there is no way to the state that the handler had in mind.
void MutantAccess::ActOnFin(Machine& machine, ConnectionRecord& record) {
  Tcb& tcb = TcbOf(record);
  const State meant = tcb.state;
  record.waiters.Wake(Interest::kReadable);
  machine.StopAt(os::SchedulingPoint::kEventPost, &record);
  if (tcb.state == meant) tcb.Fire(Event::kFinArrives, machine.now_);
}

// The head goes out from within the handler; when the neighbour does not answer in time, output fails, and
// the connection is aborted. The handler never hears of it: it goes on with the state that it has in mind,
// and an empty queue means to it that the FIN was acknowledged.
void MutantAccess::RetransmitInHandler(Machine& machine, ConnectionRecord& record) {
  Tcb& tcb = TcbOf(record);
  const State meant = tcb.state;
  const Instant begun = machine.now_;
  machine.StopAt(os::SchedulingPoint::kArpWait, &record);
  if (machine.now_ == begun || tcb.state != meant) return;
  tcb.Abort(Error::kNetworkDown, machine.now_);
  tcb.reset.reset();
  tcb.state = meant == State::kFinWait1 ? State::kFinWait2 : meant;
}

// Who is woken may close what is CLOSED now, which ends it; its buffers are discarded after that.
void MutantAccess::DiscardAfterWake(Machine& machine, ConnectionRecord& record) {
  machine.mutants_.being_reset = &record;
  record.waiters.Wake(Interest::kEstablished);
  record.waiters.Wake(Interest::kDrained);
  record.waiters.Wake(Interest::kReadable);
  if (Listener* listener = machine.listeners_.Find(record.listener)) listener->acceptable.BroadcastAsync();
  machine.StopAt(os::SchedulingPoint::kEventPost, &record);
  machine.mutants_.being_reset = nullptr;
  TcbOf(record).send_buffer.Clear();
  TcbOf(record).receive_buffer.Clear();
}

// --- listeners

void MutantAccess::AcceptHalfOpen(Machine& machine, Listener& listener) {
  ConnectionRecord& record = listener.syn_queue.front();
  machine.LeaveListener(record);
  listener.accept_queue.push_back(record);
  ++listener.accept_count;
  machine.Drive(record);
}

void MutantAccess::LeaveHandshake(Machine& machine, const ConnectionRecord& record) {
  const Tcb& tcb = record.connection.tcb_;
  machine.mutants_.leftovers.insert_or_assign(
      record.listener.id(), MutantState::Leftover{tcb.iss, tcb.rtt, tcb.progress_at, tcb.timeouts});
}

void MutantAccess::InheritHandshake(Machine& machine, ConnectionRecord& record) {
  const auto found = machine.mutants_.leftovers.find(record.listener.id());
  if (found == machine.mutants_.leftovers.end()) return;
  const MutantState::Leftover& left = found->second;
  Tcb& tcb = TcbOf(record);
  tcb.iss = tcb.snd_una = tcb.snd_wl2 = left.iss;
  tcb.snd_nxt = tcb.send_from = tcb.limited_until = left.iss + 1;
  tcb.rtt = left.rtt;
  tcb.progress_at = left.progress_at;
  tcb.timeouts = left.timeouts;
  tcb.ArmRetransmit(machine.now_);
  machine.mutants_.leftovers.erase(found);
}

// --- timers

bool MutantAccess::RunTimersToFirstTimeWait(Machine& machine) {
  if (machine.now_ < machine.mutants_.next_tick) return true;
  while (ConnectionRecord* record = machine.timers_.PopDue(machine.now_)) {
    const bool last = record->state == State::kTimeWait;
    machine.RunTimerOf(*record);
    if (!last || machine.timers_.next() > machine.now_) continue;
    machine.mutants_.next_tick = machine.now_ + kTick;
    break;
  }
  return true;
}

bool MutantAccess::SleepToNextTick(Machine& machine) {
  const Instant now = machine.around_.executor.Now();
  const Instant tick = machine.mutants_.next_tick;
  if (tick <= now || machine.timers_.next() >= tick || !machine.dirty_.empty() || !machine.input_.empty()) {
    return false;
  }
  machine.event_.Wait(tick - now);
  return true;
}

}  // namespace nut::tcp
