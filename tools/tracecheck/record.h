// Record: one packet as a capture holds it, before anybody looks into it. A value; `bytes` belong to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/tracecheck/time.h"

namespace nut::tracecheck {

// Link types (https://www.tcpdump.org/linktypes.html) that are understood.
enum class LinkType : uint16_t {
  kNull = 0,
  kEthernet = 1,
  kRaw = 101,
  kLinuxCooked = 113,
  kIpv4 = 228,
  kIpv6 = 229,
  kLinuxCooked2 = 276,
};

enum class Direction : uint8_t { kUnknown, kIn, kOut };

struct Record {
  uint64_t number = 0;  // in the capture, from 1: Wireshark's frame.number
  Time time{};
  uint32_t interface = 0;
  LinkType link = LinkType::kEthernet;
  Direction direction = Direction::kUnknown;
  std::vector<uint8_t> bytes;
  size_t original_size = 0;  // on the wire; more than bytes.size() when it was cut
  std::string comment;       // of this packet; several are joined by "; "
};

}  // namespace nut::tracecheck
