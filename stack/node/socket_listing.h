// What the transports know about their sockets, as rows of one listing.
#pragma once

#include <vector>

#include "stack/base/time.h"
#include "stack/net/udp_endpoint.h"
#include "stack/pro/inspect/snapshot.h"
#include "stack/tcp/engine.h"

namespace nut::node {

// Listeners and UDP endpoints first, by port, then connections, the one that was active last first; at most
// `most`.
pro::SocketList ListSockets(const tcp::EngineSnapshot& tcp, const std::vector<net::UdpInfo>& udp, Instant now,
                            size_t most);

}  // namespace nut::node
