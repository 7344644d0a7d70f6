// Checksums of IP and TCP over captured octets (RFC 1071): right, wrong, or left for the device to finish.
#pragma once

#include <cstddef>

#include "tools/tracecheck/packet.h"

namespace nut::tracecheck {

Sum Ipv4HeaderSum(const uint8_t* header, size_t size);

// `segment`: all `size` octets of TCP's header and text.
Sum TcpSum(const Address& source, const Address& destination, const uint8_t* segment, size_t size);

}  // namespace nut::tracecheck
