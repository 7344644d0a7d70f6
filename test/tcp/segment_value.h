// SegmentValue: a TCP segment that owns its payload, for tests: what one Connection has sent, kept, and given
// to another.
#pragma once

#include <vector>

#include "stack/tcp/segment.h"
#include "stack/wire/ecn.h"

namespace nut::tcp {

struct SegmentValue {
  wire::TcpFields fields;
  std::vector<uint8_t> payload;
  wire::Ecn ecn = wire::Ecn::kNotEct;  // of its IP packet

  // The pieces that the lowest layer would cut `out` into: one, unless it is a super-segment.
  static std::vector<SegmentValue> Cut(const OutgoingSegment& out);

  // Borrows the payload.
  IncomingSegment AsIncoming() const;

  std::string ToText() const;
  std::string_view text() const { return {reinterpret_cast<const char*>(payload.data()), payload.size()}; }
};

}  // namespace nut::tcp
