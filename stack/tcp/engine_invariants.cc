// What is always true of the books of a TCP engine between two scheduling points. For tests: breaking one is
// our fault, whatever the network and the threads have done.

#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/os/no_switch_scope.h"
#include "stack/tcp/engine.h"

namespace nut::tcp {
namespace {

void CheckForgotten(const ConnectionRecord& record, bool half_done) {
  NUT_INVARIANT(half_done || !record.has_waiters(), "whoever waited for what is forgotten was woken");
  NUT_INVARIANT(!record.in_time_wait(), "what is forgotten does not wait for the end of TIME-WAIT");
  NUT_INVARIANT(!record.indexed, "what is forgotten is found by no segment");
  NUT_INVARIANT(record.timer_position == ConnectionRecord::kNoTimer, "what is forgotten has no timer");
  NUT_INVARIANT(record.ownership != Ownership::kListener, "what is forgotten is in no queue");
  NUT_INVARIANT(
      record.ownership != Ownership::kNobody || record.doomed || record.dirty_hook.is_linked(),
      "what nobody owns and nobody needs waits for the reaper, or for the pass that gives it to him");
}

// Nobody will look at it before the next segment, timer or request: so nothing may be left to do until then.
void CheckAtRest(const ConnectionRecord& record, Instant timer) {
  record.connection.CheckInvariants();
  NUT_INVARIANT(record.state == record.connection.state(), "every change of state is seen");
  NUT_INVARIANT(timer <= std::min(record.connection.poll_at(), record.half_open_until()),
                "the engine comes back when the connection wants it to");
  NUT_INVARIANT(!record.connection.wants_output(), "output is not forgotten");
}

}  // namespace

void Machine::CheckInvariants() {
  size_t time_waits = 0;
  NUT_INVARIANT(!sender_.has_queued(), "a pass has sent all that it made");
  const Instant now = around_.executor.Now();
  table_.ForEach([&](const ConnectionRecord& record) {
    NUT_INVARIANT(record.waiters.Sleepers() <= record.pins, "whoever sleeps in a connection has pinned it");
    if (record.forgotten) return CheckForgotten(record, &record == half_done_);
    NUT_INVARIANT(record.indexed && table_.Find(record.ends()) == &record,
                  "a connection is found by its pair");
    NUT_INVARIANT((record.ownership == Ownership::kListener) == record.queued(),
                  "a listener owns what is in its queues");
    NUT_INVARIANT((record.state == State::kTimeWait) == record.in_time_wait(),
                  "what is in TIME-WAIT is in its list");
    NUT_INVARIANT(record.ownership != Ownership::kApplication || record.active ||
                      record.connection.is_established_or_later(),
                  "accept hands out no handshake");
    time_waits += record.in_time_wait();
    if (!record.dirty_hook.is_linked() && &record != half_done_)
      CheckAtRest(record, timers_.WhenOf(record));
  });
  NUT_INVARIANT(time_waits == time_wait_count_, "TIME-WAIT is counted");
  NUT_INVARIANT(!event_.has_waiters() || timers_.next() >= now,
                "the state machine does not sleep past a timer");

  listeners_.ForEach([&](const Listener& listener) {
    NUT_INVARIANT(listener.acceptable.waiter_count() <= listener.pins,
                  "whoever sleeps in a listener has pinned it");
    NUT_INVARIANT(!listener.closed || (listener.syn_queue.empty() && listener.accept_queue.empty()),
                  "a closed listener has let go of its connections");
    const auto counted = [&](const ListenQueue& queue, bool accepting) {
      return static_cast<size_t>(
          std::count_if(queue.begin(), queue.end(), [&](const ConnectionRecord& record) {
            return record.accepting == accepting && record.ownership == Ownership::kListener &&
                   record.listener == listener.handle;
          }));
    };
    NUT_INVARIANT(counted(listener.syn_queue, false) == listener.syn_queue.size() &&
                      listener.syn_queue.size() == listener.syn_count,
                  "the SYN queue is counted");
    NUT_INVARIANT(counted(listener.accept_queue, true) == listener.accept_queue.size() &&
                      listener.accept_queue.size() == listener.accept_count,
                  "the accept queue is counted");
    NUT_INVARIANT(listener.syn_count <= listener.parameters->maximum_syn_queue,
                  "the SYN queue keeps its limit");
  });
}

void Engine::CheckInvariants() const {
  os::NoSwitchScope scope(around_.executor, "loop over connections");
  machine_.CheckInvariants();
}

}  // namespace nut::tcp
