// NetlinkBridge: a bridge of the host that joins several nodes' TAPs to one segment, by rtnetlink
// (libnl-route-3). Opens a socket for each call, so that it speaks to the network namespace which the process
// is in at that moment. Keeps nothing: a bridge stays until Remove, or until its namespace ends.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "stack/wire/ipv4_address.h"
#include "tap/host_interfaces.h"
#include "tap/system_calls.h"

struct nl_sock;

namespace nut::tap {

class NetlinkBridge {
 public:
  explicit NetlinkBridge(SystemCalls& system) : system_(system) {}

  // Makes the bridge, without spanning tree (its ports forward at once) and without IPv6, gives it the
  // addresses and brings it up. Nothing on success; on failure no bridge is left behind.
  std::optional<HostFailure> Create(std::string_view name, std::span<const wire::Ipv4Prefix> addresses);

  // Puts an existing interface on the bridge and brings it up.
  std::optional<HostFailure> AddPort(std::string_view bridge, std::string_view port);

  std::optional<HostFailure> Remove(std::string_view name);

 private:
  std::optional<HostFailure> SetUp(nl_sock* socket, std::string_view name,
                                   std::span<const wire::Ipv4Prefix> addresses);

  SystemCalls& system_;
};

}  // namespace nut::tap
