// Reads captures: pcapng and the older pcap, either byte order, Ethernet frames only. Pure: the file's octets
// come in.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "stack/base/time.h"
#include "tools/packets/packet.h"

namespace nut::packets {

struct CapturedFrame {
  Duration time{};  // since 1970
  Bytes bytes;      // as much as was kept
  size_t original_size = 0;
};

// The frames in the file's order, or what is wrong with it.
tl::expected<std::vector<CapturedFrame>, std::string> ReadCapture(const Bytes& file);

}  // namespace nut::packets
