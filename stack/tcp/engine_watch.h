// ReadinessWatch: one thread's interest in one of several sockets. Owned by the thread that waits; linked to
// a connection or a listener, and unlinked by going out of scope or when that socket is closed. Its queue is
// posted whenever the socket may have become ready: a hint, the thread looks again.
#pragma once

#include <boost/intrusive/list.hpp>

#include "stack/os/event_queue.h"

namespace nut::tcp {

class ReadinessWatch
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  explicit ReadinessWatch(os::EventQueue& queue) : queue_(queue) {}

  void Notify() { queue_.PostAsync(); }

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
    for (ReadinessWatch& watch : watches_) watch.Notify();
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
