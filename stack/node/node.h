// Node: one host of Nut/Net, put together: network layer, TCP, services, and the view on all of it. The
// composition root: nothing else in the stack knows how the parts are wired. Owned by the program or by a
// test, which also own what it stands on (NodeSurroundings); several nodes may share an executor. Start and
// Shutdown are called from a thread of the executor, the rest from any thread, or from outside while the
// executor does not run.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "stack/base/log.h"
#include "stack/base/result.h"
#include "stack/base/rng.h"
#include "stack/base/statistics.h"
#include "stack/link/device.h"
#include "stack/link/frame_pool.h"
#include "stack/net/network.h"
#include "stack/node/node_inspector.h"
#include "stack/node/options.h"
#include "stack/os/executor.h"
#include "stack/pro/server/service.h"
#include "stack/pro/services/service_context.h"
#include "stack/tcp/engine.h"
#include "stack/wire/endpoint.h"

namespace nut::node {

// What a node stands on; all of it outlives the node.
struct NodeSurroundings {
  os::Executor& executor;
  link::Device& device;
  link::FramePool& frames;
  Statistics& statistics;
  Log& log;
  const LogHistory* log_history = nullptr;  // for listings; null: none
};

class Node {
 public:
  Node(const NodeSurroundings& around, NodeOptions options);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Creates the receive thread and the state machine, and claims the address. kNoBuffers, kInvalidArgument
  // (address, gateway).
  Result<void> Start();

  // Starts the service of this name (pro::ServiceRegistry) at `port`; port 0: its usual one. kNotFound,
  // kAddressInUse, kNoBuffers.
  Result<void> StartService(std::string_view name, wire::Port port = {});
  // Starts a service that is not in the registry, made of service_context(), and keeps it. As its Start.
  Result<void> StartService(std::unique_ptr<pro::Service> service);
  pro::ServiceContext service_context();

  // (switches) Ends the services, closes connections in order and aborts them after `grace`, then stops the
  // threads.
  void Shutdown(Duration grace);

  const NodeOptions& options() const { return options_; }
  const wire::MacAddress& mac() const { return mac_; }
  os::Executor& executor() const { return around_.executor; }
  net::Network& network() { return network_; }
  tcp::Engine& tcp() { return tcp_; }
  const pro::Inspector& inspector() const { return inspector_; }
  Statistics& statistics() { return around_.statistics; }

 private:
  const NodeSurroundings around_;
  const NodeOptions options_;
  const wire::MacAddress mac_;
  const Rng rng_;
  net::Network network_;
  tcp::Engine tcp_;
  NodeInspector inspector_;
  std::vector<std::unique_ptr<pro::Service>> services_;
};

}  // namespace nut::node
