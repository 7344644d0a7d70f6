// A connection as Linux's TCP_INFO tells it: what scripts assert on. Pure.
#pragma once

#include <netinet/tcp.h>

#include "stack/tcp/connection.h"

namespace nut::packetdrill {

// Windows and counts in segments of the connection's MSS, times in microseconds, as Linux has them. What this
// stack does not count is 0.
tcp_info TcpInfoOf(const tcp::ConnectionInfo& info, Instant now);

}  // namespace nut::packetdrill
