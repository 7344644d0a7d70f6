#include "stack/node/node.h"

#include "stack/pro/services/service_registry.h"

namespace nut::node {
namespace {

net::NetworkOptions NetworkOptionsOf(const NodeOptions& options, const wire::MacAddress& mac) {
  net::NetworkOptions network = options.network;
  network.mac = mac;
  if (!options.link_local) network.address = options.address;
  network.link_local = options.link_local;
  network.gateway = options.gateway;
  network.mtu = options.mtu;
  network.redirects.accept = options.redirects;
  network.filter.rules = options.filter;
  return network;
}

}  // namespace

Node::Node(const NodeSurroundings& around, NodeOptions options)
    : around_(around),
      options_(std::move(options)),
      mac_(options_.mac.value_or(MacFromName(options_.name))),
      // Nodes of one process that were given the same seed still differ, by their names.
      rng_(Rng(options_.seed).Split(options_.name)),
      network_(around.executor, around.device, around.frames, around.statistics, around.log, rng_,
               NetworkOptionsOf(options_, mac_)),
      tcp_({around.executor, network_, around.statistics, around.log}, rng_, options_.tcp, options_.engine),
      inspector_(*this, around.frames, around.device, around.log_history) {
  network_.RegisterTransport(wire::IpProtocol::kTcp, &tcp_);
}

Node::~Node() { network_.RegisterTransport(wire::IpProtocol::kTcp, nullptr); }

Result<void> Node::Start() {
  if (const auto started = tcp_.Start(); !started) return started;
  return network_.Start();
}

Result<void> Node::StartService(std::string_view name, wire::Port port) {
  const pro::ServiceEntry* entry = pro::FindService(name);
  if (entry == nullptr) return Fail(Error::kNotFound);
  return StartService(entry->make(service_context(), port.is_none() ? entry->port : port));
}

pro::ServiceContext Node::service_context() {
  return {
      .executor = around_.executor,
      .tcp = tcp_,
      .udp = {network_.udp(), network_.udp_out()},
      .log = around_.log,
      .statistics = around_.statistics,
      .rng = rng_.Split("services"),
      .inspector = inspector_,
      .server = {},
      .http = options_.http,
  };
}

Result<void> Node::StartService(std::unique_ptr<pro::Service> service) {
  if (const auto started = service->Start(); !started) return started;
  services_.push_back(std::move(service));
  return {};
}

void Node::Shutdown(Duration grace) {
  for (const auto& service : services_) service->Stop();
  services_.clear();
  tcp_.Shutdown(grace);
  network_.Stop();
}

}  // namespace nut::node
