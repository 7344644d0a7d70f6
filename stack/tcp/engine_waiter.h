// Waiter: a thread inside Wait, as the connection knows it. Lives on that thread's stack while it waits, so
// that a connection for which nobody waits holds two pointers and no queues. WaiterList: those of one
// connection.
#pragma once

#include <algorithm>
#include <boost/intrusive/list.hpp>
#include <string_view>

#include "stack/os/event_queue.h"
#include "stack/tcp/engine_handles.h"

namespace nut::tcp {

class WaiterList;

class Waiter
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Waiter(os::Executor& executor, WaiterList& list, Interest interest);

  // (switches) As EventQueue's.
  bool Wait(Duration timeout) { return queue_.Wait(timeout); }

 private:
  friend class WaiterList;

  // For listings: what the thread waits for.
  static std::string_view LabelOf(Interest interest) {
    return interest == Interest::kReadable   ? "tcp receive"
           : interest == Interest::kWritable ? "tcp send"
                                             : "tcp connect";
  }

  const Interest interest_;
  os::EventQueue queue_;
};

class WaiterList {
 public:
  bool empty() const { return waiters_.empty(); }

  // Threads asleep here for `interest`: those that were woken and have not run yet do not count.
  size_t Sleepers(Interest interest) const {
    return static_cast<size_t>(std::count_if(waiters_.begin(), waiters_.end(), [&](const Waiter& waiter) {
      return waiter.interest_ == interest && waiter.queue_.has_waiters();
    }));
  }
  size_t Sleepers() const {
    return static_cast<size_t>(std::count_if(
        waiters_.begin(), waiters_.end(), [](const Waiter& waiter) { return waiter.queue_.has_waiters(); }));
  }

  // Wakes them; none of these switches.
  void Wake(Interest interest) {
    for (Waiter& waiter : waiters_) {
      if (waiter.interest_ == interest) waiter.queue_.BroadcastAsync();
    }
  }
  void WakeAll() {
    for (Waiter& waiter : waiters_) waiter.queue_.BroadcastAsync();
  }

 private:
  friend class Waiter;

  boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>> waiters_;
};

inline Waiter::Waiter(os::Executor& executor, WaiterList& list, Interest interest)
    : interest_(interest), queue_(executor, LabelOf(interest)) {
  list.waiters_.push_back(*this);
}

}  // namespace nut::tcp
