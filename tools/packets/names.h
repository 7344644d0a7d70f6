// What numbers of the wire are called in scripts: one table for each, used to read and to print. Constant.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace nut::packets {

struct IcmpName {
  std::string_view type_name, code_name;  // code_name empty: any code
  uint8_t type, code;
};

inline constexpr IcmpName kIcmpNames[] = {
    {"echo-reply", "", 0, 0},
    {"unreachable", "net", 3, 0},
    {"unreachable", "host", 3, 1},
    {"unreachable", "protocol", 3, 2},
    {"unreachable", "port", 3, 3},
    {"unreachable", "frag_needed", 3, 4},
    {"unreachable", "source_route_failed", 3, 5},
    {"unreachable", "admin_prohibited", 3, 13},
    {"source-quench", "", 4, 0},
    {"redirect", "net", 5, 0},
    {"redirect", "host", 5, 1},
    {"echo", "", 8, 0},
    {"time-exceeded", "ttl", 11, 0},
    {"time-exceeded", "reassembly", 11, 1},
    {"parameter-problem", "pointer", 12, 0},
    {"parameter-problem", "missing_option", 12, 1},
    {"parameter-problem", "length", 12, 2},
    {"timestamp", "", 13, 0},
    {"timestamp-reply", "", 14, 0},
    {"information", "", 15, 0},
    {"information-reply", "", 16, 0},
    {"mask", "", 17, 0},
    {"mask-reply", "", 18, 0},
};

struct IgmpName {
  std::string_view name;
  uint8_t type;
};

inline constexpr IgmpName kIgmpNames[] = {
    {"query", 0x11}, {"report-v1", 0x12}, {"report", 0x16}, {"leave", 0x17}, {"report-v3", 0x22},
};

// TCP's flags as letters, from the lowest bit: E and W are ECE and CWR, as in packetdrill.
inline constexpr std::string_view kTcpFlagLetters = "FSRP.UEW";

}  // namespace nut::packets
