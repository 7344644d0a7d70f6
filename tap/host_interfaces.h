// HostInterfaces: what the node asks of the host's side of the network, as an interface, so that tests need
// no capability. Owned by the program; lives until the node is up.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stack/wire/ipv4_address.h"

namespace nut::tap {

struct HostSettings {
  wire::Ipv4Prefix host_address;   // the host's own end of the wire, "198.19.0.1/24"
  // Gets a route of its own, so that several nodes share one network; 0.0.0.0: not known yet, no route.
  wire::Ipv4Address node_address;
  unsigned mtu = 1500;
  // Without it the host greets every new interface with router solicitations and multicast reports, to a node
  // that speaks no IPv6. Set for interfaces that the node made; an interface prepared by somebody else stays
  // as it is.
  bool without_ipv6 = false;
};

struct HostFailure {
  enum class Kind { kNotPermitted, kAddressTaken, kSystem };
  Kind kind;
  std::string message;  // as in TapFailure
};

class HostInterfaces {
 public:
  virtual ~HostInterfaces() = default;

  virtual bool Exists(std::string_view name) = 0;

  // Sets MTU and address (one that is there already is fine), brings the interface up and routes the node's
  // address to it. Nothing has to be undone: an interface that was made for this process takes all of it
  // along when its descriptor closes. Gives nothing on success.
  virtual std::optional<HostFailure> Configure(std::string_view name, const HostSettings& settings) = 0;

  // Brings `lo` up, which is down in a new namespace.
  virtual std::optional<HostFailure> BringLoopbackUp() = 0;
};

}  // namespace nut::tap
