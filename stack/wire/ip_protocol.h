// The number of the protocol that an IP packet carries (IANA "Assigned Internet Protocol Numbers"). A view
// may return any value of uint8_t, named here or not.
#pragma once

#include <cstdint>

namespace nut::wire {

enum class IpProtocol : uint8_t { kIcmp = 1, kIgmp = 2, kTcp = 6, kUdp = 17 };

}  // namespace nut::wire
