// Segment: a packet with its place in a connection: positions instead of the numbers on the wire. A value
// that refers to its packet, which outlives it.
#pragma once

#include <optional>

#include "tools/tracecheck/packet.h"
#include "tools/tracecheck/sequence.h"

namespace nut::tracecheck {

struct Segment {
  const Packet& packet;
  Position start = 0;  // of everything, a SYN included
  Position end = 0;    // behind everything, a FIN included
  Position text = 0;   // where its text begins
  Position text_end = 0;
  std::optional<Position> ack;   // in the other side's space
  std::optional<Position> edge;  // right edge of the window offered; nothing when its scale is unknown
  Position edge_at_most = 0;     // the same, whatever the scale may be; 0 without ACK
  unsigned scale = 0;            // of its window field, where that is known

  Time time() const { return packet.time; }
  bool arrives() const { return packet.fate != Fate::kLost; }
  size_t text_size() const { return packet.text_size; }
};

}  // namespace nut::tracecheck
