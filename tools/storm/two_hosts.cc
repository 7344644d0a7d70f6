#include "tools/storm/two_hosts.h"

namespace nut::storm {
namespace {

// A network that loses or damages nothing need not compute and compare checksums, as between two virtual
// machines; a bad one is to show that they work, and that every packet may be lost alone.
link::HubPortOptions CableOf(const TwoHostsOptions& options) {
  link::HubPortOptions cable = options.cable;
  cable.offload = !options.impairment.active();
  return cable;
}

}  // namespace

TwoHosts::Attachment::Attachment(TwoHosts& hosts, const char* name, const TwoHostsOptions& options)
    : port(hosts.hub_, name, hosts.frames_, statistics, CableOf(options)) {
  if (!options.impairment.active()) return;
  wire = std::make_unique<link::ImpairmentDevice>(port, hosts.executor_.timers(),
                                                  Rng(options.seed).Split(std::string(name) + " wire"),
                                                  hosts.frames_, statistics);
  link::ImpairmentOptions impairment = options.impairment;
  // On the way out only, so that it is what a frame suffers once: two turned bits can escape the Internet
  // checksum, one cannot.
  impairment.direction = link::ImpairmentDirection::kTransmit;
  wire->SetOptions(impairment);
}

TwoHosts::TwoHosts(const TwoHostsOptions& options)
    : executor_(clock_),
      hub_(executor_.timers()),
      client_side_(*this, "client", options),
      server_side_(*this, "server", options),
      black_hole_(client_side_.device(), clock_),
      client_(MakeNode("client", kClientAddress, black_hole_, client_side_.statistics, options)),
      server_(MakeNode("server", kServerAddress, server_side_.device(), server_side_.statistics, options)) {}

TwoHosts::~TwoHosts() = default;

std::unique_ptr<node::Node> TwoHosts::MakeNode(const char* name, wire::Ipv4Address address,
                                               link::Device& device, Statistics& statistics,
                                               const TwoHostsOptions& options) {
  node::NodeOptions node;
  node.name = name;
  node.address = wire::Ipv4Prefix(address, 24);
  node.seed = options.seed;
  node.tcp = options.tcp;
  return std::make_unique<node::Node>(
      node::NodeSurroundings{executor_, device, frames_, statistics, log_}, node);
}

}  // namespace nut::storm
