// Monitor: a recursive mutex and an event queue, with what nut-api sys/condition.h calls the intended
// semantics. Owned by what it protects. Only from threads.
#pragma once

#include "stack/os/event_queue.h"
#include "stack/os/mutex.h"

namespace nut::os {

class Condition {
 public:
  explicit Condition(Executor& executor) : mutex_(executor, "monitor"), event_(executor, "condition") {}

  void Lock() { mutex_.Lock(); }
  bool Unlock() { return mutex_.Unlock(); }

  // Unlocks (all nested locks), waits for Signal or Broadcast, and locks again: nothing that happens after
  // the unlocking is missed. False: `timeout` passed (locked again all the same), or the caller does not own
  // the lock.
  bool Wait(Duration timeout = kForever);
  // Wakes one waiter, or is remembered for the next Wait; yields.
  void Signal() { event_.Post(); }
  // Wakes all waiters; not remembered; yields.
  void Broadcast() { event_.Broadcast(); }

  Mutex& mutex() { return mutex_; }

 private:
  Mutex mutex_;
  EventQueue event_;
};

}  // namespace nut::os
