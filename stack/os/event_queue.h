// The original's event queue: one remembered event, or threads that wait for one, by priority and FIFO within
// one (nut-api sys/event.h). Everything that waits in this system waits on one of these. Owned by what it
// belongs to (a socket, a device); must not be destroyed while threads wait in it.
#pragma once

#include <string_view>

#include "stack/base/time.h"
#include "stack/os/thread_queue.h"

namespace nut::os {

class Executor;

class EventQueue {
 public:
  // `label` says in listings what a thread waits for ("tcp accept"); it stays valid as long as the queue.
  explicit EventQueue(Executor& executor, std::string_view label = {}) : executor_(executor), label_(label) {}
  ~EventQueue();
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  // True: an event came, false: `timeout` passed. A remembered event is consumed and the caller yields;
  // otherwise it sleeps. Always a scheduling point; only from threads.
  bool Wait(Duration timeout = kForever);
  // Same, but forgets a remembered event first: only what is posted after the call counts.
  bool WaitNext(Duration timeout = kForever);
  // Consumes a remembered event and yields (true), or does nothing (false). Only from threads.
  bool TryWait() { return signalled_ && Consume(); }

  // Wakes the first waiter, or remembers the event. Returns the number of threads woken: 0 or 1. Post yields:
  // a woken thread of higher or equal priority runs before it returns. Async never switches: for callbacks
  // too.
  int Post();
  int PostAsync() {
    if (!waiters_.empty()) return WakeFirst();
    signalled_ = true;
    return 0;
  }
  // Wakes all waiters, and leaves nothing remembered. Returns their number. Broadcast yields.
  int Broadcast();
  int BroadcastAsync() {
    signalled_ = false;
    return waiters_.empty() ? 0 : WakeAll();
  }

  // As if newly made signalled or not; nobody may wait. For locks that start out free, and Flush-like calls.
  void Reset(bool signalled);

  bool has_waiters() const { return !waiters_.empty(); }
  size_t waiter_count() const { return waiters_.size(); }  // counts: linear
  bool signalled() const { return signalled_; }
  Executor& executor() const { return executor_; }
  std::string_view label() const { return label_; }

 private:
  bool Consume();
  int WakeFirst();
  int WakeAll();

  Executor& executor_;
  std::string_view label_;
  ThreadQueue waiters_;
  bool signalled_ = false;
};

}  // namespace nut::os
