// ReadinessWatch: somebody's interest in one of many sockets. Owned by who is interested; linked to a
// connection or a listener, and unlinked by going out of scope or when that socket is closed.
#pragma once

#include <boost/intrusive/list.hpp>

#include "stack/os/event_queue.h"

namespace nut::tcp {

class ReadinessWatch
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  // The socket may have become ready: a hint, who is told looks for himself. In the middle of a pass of the
  // state machine: never switches, touches no connection, and unlinks no watch but itself.
  virtual void OnReadiness() = 0;

 protected:
  ~ReadinessWatch() = default;
};

// Posts a queue: for a thread that waits for several sockets.
class QueueWatch final : public ReadinessWatch {
 public:
  explicit QueueWatch(os::EventQueue& queue) : queue_(queue) {}
  void OnReadiness() override { queue_.PostAsync(); }

 private:
  os::EventQueue& queue_;
};

class WatchList {
 public:
  bool empty() const { return watches_.empty(); }

  void Add(ReadinessWatch& watch) {
    watch.unlink();
    watches_.push_back(watch);
  }

  void Notify() {
    for (auto next = watches_.begin(); next != watches_.end();) (next++)->OnReadiness();
  }

  // The socket is gone: everybody looks once more and then minds the others.
  void NotifyAndRelease() {
    Notify();
    watches_.clear();
  }

 private:
  boost::intrusive::list<ReadinessWatch, boost::intrusive::constant_time_size<false>> watches_;
};

}  // namespace nut::tcp
