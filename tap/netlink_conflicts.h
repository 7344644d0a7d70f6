// Looks for what on the host would collide with a node's network before anything is changed: a second node
// with the same address, or a network of the host that the node's would cut off.
#pragma once

#include <optional>

#include "tap/host_interfaces.h"
#include "tap/netlink_socket.h"

namespace nut::tap {

// Gives the conflict that keeps the interface number `index` from being set up so, or nothing.
std::optional<HostFailure> FindConflict(nl_sock* socket, int index, const HostSettings& settings);

}  // namespace nut::tap
