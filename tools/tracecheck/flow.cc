#include "tools/tracecheck/flow.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/tracecheck/rules/rule_family.h"

namespace nut::tracecheck {
namespace {

// RFC 7323 2.3: the greatest shift there is.
constexpr unsigned kGreatestScale = 14;

}  // namespace

Flow::Flow(const Endpoint& first, const Endpoint& second, const Settings& settings,
           const Neighbours& neighbours, std::vector<Finding>& findings, uint64_t& suppressed)
    : settings_(settings),
      neighbours_(neighbours),
      findings_(findings),
      suppressed_(suppressed),
      rules_(AllFamilies()) {
  halves_[0].endpoint = first;
  halves_[1].endpoint = second;
  for (Half& half : halves_) half.exact = settings.AtVantage(half.endpoint.address);
}

Flow::~Flow() = default;

// An option is in use when both SYNs had it, and is not when one of them had not. A SYN,ACK has it only if
// the SYN had, so it alone is enough.
template <typename Offers>
Agreed Flow::AgreedBy(Offers offers) const {
  for (const Half& half : halves_) {
    if (half.isn && !offers(half)) return Agreed::kNo;
  }
  const bool both = complete();
  const bool answered = (halves_[0].isn && halves_[0].syn_acked) || (halves_[1].isn && halves_[1].syn_acked);
  return both || answered ? Agreed::kYes : Agreed::kUnknown;
}

Agreed Flow::Timestamps() const {
  return AgreedBy([](const Half& half) { return half.offer.timestamps.has_value(); });
}
Agreed Flow::Scaling() const {
  return AgreedBy([](const Half& half) { return half.offer.window_scale.has_value(); });
}
Agreed Flow::Ecn() const {
  for (const Half& half : halves_) {
    if (half.offered_ecn && half.refused_ecn)
      return Agreed::kUnknown;  // which of its SYNs counted cannot be seen
  }
  return AgreedBy([](const Half& half) { return half.offered_ecn; });
}
Agreed Flow::SackFrom(Side side) const {
  const Half& peer = halves_[1 - side];
  if (!peer.isn) return Agreed::kUnknown;
  return peer.offer.sack_permitted ? Agreed::kYes : Agreed::kNo;
}

Segment Flow::Place(const Packet& packet, Side side) const {
  const Half& self = halves_[side];
  const Half& peer = halves_[1 - side];
  Segment segment{.packet = packet};
  if (self.seen) {
    segment.start = Unwrap(packet.sequence, self.next);
  } else if (peer.acknowledges) {
    segment.start = Unwrap(packet.sequence, peer.acked);
  } else {
    segment.start = FirstPosition(packet.sequence);
  }
  segment.end = segment.start + static_cast<Position>(packet.sequence_size());
  segment.text = segment.start + (packet.syn ? 1 : 0);
  segment.text_end = segment.text + static_cast<Position>(packet.text_size);
  if (!packet.ack) return segment;

  if (peer.seen) {
    segment.ack = Unwrap(packet.acknowledgement, peer.next);
  } else if (self.acknowledges) {
    segment.ack = Unwrap(packet.acknowledgement, self.acked);
  } else {
    segment.ack = FirstPosition(packet.acknowledgement);
  }
  // RFC 7323 2.2: the window of a SYN is never scaled.
  unsigned at_most = 0;
  std::optional<unsigned> scale = 0;
  if (!packet.syn) {
    const Agreed agreed = Scaling();
    if (agreed == Agreed::kNo) {
      scale = 0;
    } else if (agreed == Agreed::kYes && self.isn) {
      scale = std::min<unsigned>(*self.offer.window_scale, kGreatestScale);
    } else {
      scale.reset();
    }
    at_most = scale.value_or(kGreatestScale);
  }
  segment.edge_at_most = *segment.ack + (Position{packet.window} << at_most);
  if (scale) {
    segment.scale = *scale;
    segment.edge = segment.edge_at_most;
  }
  return segment;
}

Situation Flow::Look(const Segment& segment, Side side) const {
  return {.flow = *this,
          .segment = segment,
          .packet = segment.packet,
          .side = side,
          .sender = halves_[side],
          .peer = halves_[1 - side],
          .transmission = {}};
}

void Flow::Stray(const Packet& packet) {
  const Side side = SideOf(packet.source);
  const Segment segment = Place(packet, side);
  const Situation situation = Look(segment, side);
  for (const auto& family : rules_) family->Stray(situation);
}

void Flow::StrayRefused(const Packet& packet) {
  const Side side = SideOf(packet.source);
  const Segment segment = Place(packet, side);
  const Situation situation = Look(segment, side);
  for (const auto& family : rules_) family->StrayRefused(situation);
}

void Flow::Take(const Packet& packet) {
  const Side side = SideOf(packet.source);
  Half& sender = halves_[side];
  Half& peer = halves_[1 - side];
  const Segment segment = Place(packet, side);
  Situation situation = Look(segment, side);
  if (sender.exact) {
    const bool sack = SackFrom(1 - side) != Agreed::kNo;
    situation.transmission = boards_[side].Classify(segment, sender, peer, sack, settings_);
  }
  for (const auto& family : rules_) family->Judge(situation);

  if (sender.exact) boards_[side].Sent(segment, situation.transmission, sender);
  if (segment.arrives()) boards_[1 - side].Heard(segment, sender);
  sender.Take(segment, peer);
  if (packet.options.timestamps && !packet.rst) stamps_[side] = packet.options.timestamps->value;
  if (packet.fin && !first_fin_) first_fin_ = side;
  if (!closed_ && halves_[0].fin && halves_[1].fin && halves_[0].acked > *halves_[1].fin &&
      halves_[1].acked > *halves_[0].fin) {
    closed_ = packet.time;
  }
}

void Flow::End(Time now) {
  for (const auto& family : rules_) family->End(*this, now);
}

Predecessor Flow::Legacy(const Endpoint& first) const {
  Predecessor legacy;
  const Side start = SideOf(first);
  for (Side i : {0u, 1u}) {
    const Side side = i == 0 ? start : 1 - start;
    legacy.sides[i] = {.next = halves_[side].next, .stamp = stamps_[side]};
  }
  if (closed_ && first_fin_ && !halves_[0].reset && !halves_[1].reset) {
    legacy.waiting = *first_fin_ == start ? 0 : 1;
    legacy.since = *closed_;
  }
  return legacy;
}

void Flow::Report(const Rule& rule, Side side, uint64_t packet, Time time, std::string text) const {
  size_t& count = reported_[&rule];
  if (++count > settings_.findings_per_rule) {
    ++suppressed_;
    return;
  }
  findings_.push_back({.rule = &rule,
                       .packet = packet,
                       .time = time,
                       .connection = fmt::format("{} > {}", halves_[side].endpoint.ToText(),
                                                 halves_[1 - side].endpoint.ToText()),
                       .text = std::move(text)});
}

}  // namespace nut::tracecheck
