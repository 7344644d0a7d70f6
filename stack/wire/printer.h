// One line per frame for logs, traces and failing tests, in the manner of tcpdump. Pure; safe on any bytes:
// what does not parse is named by its reason. A checksum that a device is yet to finish shows as bad, as it
// does in tcpdump.
#pragma once

#include <string>

#include "stack/base/bytes.h"

namespace nut::wire {

// "IP 198.19.0.1.40000 > 198.19.0.10.80: Flags [S], seq 7, win 64240, options [mss 1460,sackOK], length 0"
std::string Describe(ByteView ethernet_frame);

}  // namespace nut::wire
