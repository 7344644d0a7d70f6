// A fuzzer does not guess checksums; this puts them right, so that what stands behind them is reached.
#pragma once

#include "stack/base/bytes.h"

namespace nut::fuzz {

// Makes the IPv4 header checksum of an Ethernet frame correct, and that of the ICMP, IGMP, UDP or TCP message
// in it, as far as lengths and types allow. Leaves alone what it does not understand.
void MendChecksums(MutableByteView frame);

}  // namespace nut::fuzz
