#include "tools/tracecheck/half.h"

#include <algorithm>

#include "tools/tracecheck/segment.h"

namespace nut::tracecheck {

Position Half::AckedBy(Time time) const {
  const auto later = std::partition_point(history.begin(), history.end(),
                                          [&](const Acknowledged& entry) { return entry.time <= time; });
  if (later == history.begin()) {
    // Older than what is remembered: nothing is known to have been noticed, unless all that is left is later.
    return 0;
  }
  return std::prev(later)->position;
}

void Half::Take(const Segment& segment, const Half& peer) {
  const Packet& packet = segment.packet;
  if (packet.rst) {
    // Only one in sequence ends this side; others answer what does not belong to the connection.
    const bool in_sequence = seen && segment.start <= next && segment.start >= peer.acked_arrived;
    if (in_sequence && (synchronised || packet.ack)) {
      if (!reset) reset = segment.time();
      reset_arrives = reset_arrives || segment.arrives();
    }
    return;
  }
  if (!seen) first = segment.start;
  next = seen ? std::max(next, segment.end) : segment.end;
  seen = true;
  if (packet.syn) {
    isn = segment.start;
    syn_acked = syn_acked || packet.ack;
    offer = packet.options;
    const bool ecn = packet.ack ? packet.ece && !packet.cwr : packet.ece && packet.cwr;
    if (ecn && segment.arrives()) offered_ecn = true;
    if (!ecn) refused_ecn = true;
    if (!packet.ack) syn_window = packet.window;
  } else {
    synchronised = true;
  }
  if (packet.fin && !fin) fin = segment.end - 1;
  largest_text = std::max(largest_text, segment.text_size());
  if (segment.arrives()) {
    arrived.ForEach(segment.start, segment.end, [&](Position a, Position b) { repeated.Add(a, b); });
    if (repeated.ranges() > kRepeatedRanges) repeated.RaiseFloor(peer.acked_arrived);
    arrived.Add(segment.start, segment.end);
  }
  TakeAcknowledgement(segment);
}

void Half::TakeAcknowledgement(const Segment& segment) {
  if (!segment.ack) return;
  acked = acknowledges ? std::max(acked, *segment.ack) : *segment.ack;
  if (!acknowledges) acked_arrived = 0;
  acknowledges = true;
  if (!segment.arrives()) return;
  if (*segment.ack > acked_arrived) {
    acked_arrived = *segment.ack;
    if (segment.packet.fate == Fate::kUnknown) history.push_back({segment.time(), acked_arrived});
    if (history.size() > kHistory) history.pop_front();
  }
  right_edge = std::max(right_edge.value_or(0), segment.edge_at_most);
  last_edge = segment.edge_at_most;
}

}  // namespace nut::tracecheck
