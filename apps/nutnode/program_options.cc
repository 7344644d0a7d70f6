#include "apps/nutnode/program_options.h"

#include <algorithm>

namespace nut::apps {

const ServiceRequest* ProgramOptions::FindService(std::string_view name) const {
  const auto found = std::ranges::find(services, name, &ServiceRequest::name);
  return found == services.end() ? nullptr : &*found;
}

wire::Ipv4Prefix ProgramOptions::HostAddress() const {
  const wire::Ipv4Prefix network = node.address;
  if (host) return {*host, network.length()};
  if (node.link_local) return {wire::Ipv4Address(169, 254, 1, 1), network.length()};
  // A network of two addresses has no number of its own (RFC 3021): the host is the other one.
  const uint32_t first = network.network().number() + (network.has_broadcast() ? 1 : 0);
  const wire::Ipv4Address candidate(first);
  return {candidate == network.address() ? wire::Ipv4Address(first + 1) : candidate, network.length()};
}

}  // namespace nut::apps
