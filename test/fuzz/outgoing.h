// What every frame must be that the node sends, whatever it was told before. Pure functions.
#pragma once

#include <optional>

#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace nut::fuzz {

// A TCP segment in a frame.
struct SegmentInFrame {
  wire::Ipv4View ip;
  wire::TcpView tcp;
};

// Nothing when `frame` holds no unfragmented TCP segment over IPv4.
std::optional<SegmentInFrame> FindSegment(ByteView frame);

// Breaks an invariant when a frame from the node is not well formed: lengths, checksums, addresses, flags; or an answer
// to what must not be answered.
void CheckOutgoing(ByteView frame, size_t mtu);

}  // namespace nut::fuzz
