// SimulatedTime: a virtual clock with its timers, moved by the test: time without an executor. Lives as long
// as the test; made before everything that has a timer.
#pragma once

#include "stack/base/clock.h"
#include "stack/os/timer_queue.h"

namespace nut::link {

class SimulatedTime {
 public:
  os::TimerQueue& timers() { return timers_; }
  const Clock& clock() const { return clock_; }
  Instant Now() const { return clock_.Now(); }

  // Runs every timer that is due up to `deadline`, each at its own time; the clock stands there afterwards.
  void RunUntil(Instant deadline) {
    // A timer that starts itself anew at the same instant for ever would hang here; 1,000,000 rounds are
    // enough for all tests.
    for (int round = 0; round < 1'000'000 && timers_.next_deadline() <= deadline; ++round) {
      clock_.AdvanceTo(timers_.next_deadline());
      timers_.RunDue(clock_.Now());
    }
    clock_.AdvanceTo(deadline);
  }
  void RunFor(Duration length) { RunUntil(Now() + length); }

  // Until no timer is armed.
  void RunAll() {
    for (int round = 0; round < 1'000'000 && timers_.next_deadline() != kNever; ++round) {
      clock_.AdvanceTo(timers_.next_deadline());
      timers_.RunDue(clock_.Now());
    }
  }

 private:
  VirtualClock clock_;
  os::TimerQueue timers_{clock_};
};

}  // namespace nut::link
