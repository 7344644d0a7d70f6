// Transfer: bytes from node a to node b over one connection, checked octet by octet, and a receipt back: the
// whole life of a connection, both directions of closing included.
#pragma once

#include <string>

#include "stack/socket/tcp_listener.h"
#include "stack/socket/tcp_stream.h"
#include "test/simulation/two_nodes.h"

namespace nut::simulation {

class Transfer {
 public:
  // Starts the two threads; `nodes` and this outlive them. `limit` bounds each wait of either side.
  Transfer(TwoNodes& nodes, size_t size, Duration limit);

  bool done() const { return sender_done_ && receiver_done_; }
  // "" while all is well; else the first thing that went wrong.
  const std::string& failure() const { return failure_; }

 private:
  void Send(TwoNodes& nodes);
  void Receive(TwoNodes& nodes);
  void Failed(std::string_view what, Error error);
  // Octet `place` of the stream: long without a period, so that a piece out of place is noticed.
  static uint8_t OctetAt(uint64_t place) { return static_cast<uint8_t>((place * 0x9e3779b97f4a7c15u) >> 56); }

  const size_t size_;
  const Duration limit_;
  std::string failure_;
  bool sender_done_ = false;
  bool receiver_done_ = false;
};

}  // namespace nut::simulation
