// Flow: one connection that sends as much as it can, from its start to the end of the simulation: a thread at
// either end. Owned by the simulation, which outlives both threads and ends them (Executor::KillAll or by
// shutting the nodes down).
#pragma once

#include <cstdint>
#include <optional>

#include "stack/node/node.h"
#include "stack/socket/tcp_stream.h"
#include "stack/wire/endpoint.h"

namespace nut::netsim {

struct FlowOptions {
  unsigned number = 0;  // its port is 7000 and so many more
  Duration start{};
  tcp::Parameters sender;
};

class Flow {
 public:
  // `from` connects to `to`, whose address is `address`. Starts both threads.
  Flow(node::Node& from, node::Node& to, wire::Ipv4Address address, const FlowOptions& options);
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  // What the receiving application has read.
  uint64_t received() const { return received_; }
  // The sender's view; nothing before it is connected.
  std::optional<tcp::ConnectionInfo> Info() const;
  const FlowOptions& options() const { return options_; }

 private:
  void Send();
  void Receive();

  node::Node& from_;
  node::Node& to_;
  const wire::Endpoint remote_;
  const FlowOptions options_;
  tcp::ConnectionHandle sender_;
  uint64_t received_ = 0;
};

}  // namespace nut::netsim
