// TCP's control bits (RFC 9293 3.1) and option kinds, as this program knows them by itself: it does not ask
// the stack that it is to judge.
#pragma once

#include <cstdint>

namespace nut::packets {

inline constexpr uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10, kUrg = 0x20,
                         kEce = 0x40, kCwr = 0x80;

inline constexpr uint8_t kOptionEnd = 0, kOptionNop = 1, kOptionMss = 2, kOptionWindowScale = 3,
                         kOptionSackPermitted = 4, kOptionSack = 5, kOptionTimestamps = 8;

inline constexpr uint8_t kProtocolIcmp = 1, kProtocolIgmp = 2, kProtocolTcp = 6, kProtocolUdp = 17;
inline constexpr uint16_t kTypeIpv4 = 0x0800, kTypeArp = 0x0806;

}  // namespace nut::packets
