// What is measured: two nodes on a cable, which idle connections, short ones, and one that moves bulk. Owned
// by the program; everything runs under virtual time, so that a run does the same instructions each time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "stack/socket/tcp_listener.h"
#include "stack/socket/tcp_stream.h"
#include "test/simulation/two_nodes.h"

namespace nut::instructions {

class Traffic {
 public:
  Traffic();
  ~Traffic();

  // Opens `count` more connections that stay open and say nothing. Who counts memory has their handles' place
  // made before.
  void ReserveIdle(size_t count) { idle_.reserve(idle_.size() + 2 * count); }
  void AddIdle(size_t count);
  // Connect, one request, its answer, close: at least `count` times, by 64 clients at once. Returns how
  // often.
  uint64_t ShortConnections(uint64_t count);
  // One stream from a to b, until a has sent `count` segments more. Returns how many it were.
  uint64_t Bulk(uint64_t count);

 private:
  void StartClients();
  void StartBulk();
  uint64_t segments() { return nodes_.a().statistics()[Counter::kTcpOutSegments]; }

  simulation::TwoNodes nodes_;
  std::optional<socket::TcpListener> echo_;
  std::optional<socket::TcpListener> sink_;
  std::vector<socket::TcpStream> idle_;
  uint64_t finished_ = 0;  // short connections
  uint64_t wanted_ = 0;
  os::EventQueue more_;  // clients wait for a larger number of wanted ones
  bool stop_ = false;
  bool bulk_started_ = false;
};

}  // namespace nut::instructions
