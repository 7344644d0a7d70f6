// Closer: a thread that closes other threads' connections a little after it was told to: the other thread of
// "closed by another thread before it is established". Owned by a client; engine and ledger outlive it.
#pragma once

#include <queue>
#include <vector>

#include "apps/storm/ledger.h"
#include "stack/base/result.h"
#include "stack/os/event_queue.h"
#include "stack/os/executor.h"
#include "stack/tcp/engine.h"

namespace nut::storm {

class Closer {
 public:
  Closer(tcp::Engine& engine, Ledger& ledger);

  // Creates the thread. kNoBuffers.
  Result<void> Start(uint8_t priority);
  // The connection is closed when `delay` has passed; after a connection to the same time, in order. Does not
  // switch.
  void CloseAfter(tcp::ConnectionHandle handle, Duration delay);
  // The thread ends when it has closed what it was told to.
  void Stop();
  bool done() const { return !running_; }

 private:
  struct Order {
    Instant due;
    uint64_t number;
    tcp::ConnectionHandle handle;
    bool operator>(const Order& other) const {
      return due != other.due ? due > other.due : number > other.number;
    }
  };

  void Run();

  tcp::Engine& engine_;
  Ledger& ledger_;
  std::priority_queue<Order, std::vector<Order>, std::greater<>> orders_;
  uint64_t number_ = 0;
  os::EventQueue work_;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace nut::storm
