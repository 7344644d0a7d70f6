#include "tools/tracecheck/scoreboard.h"

#include <algorithm>

namespace nut::tracecheck {

using Kind = Transmission::Kind;

namespace {

// How long before `segment` something was sent that was captured at `time` and carries `stamp`. A tick is a
// millisecond at least (RFC 7323 5.4): where packets have waited, for a neighbour's address perhaps, the
// stamps know better than the capture.
Time Since(const Segment& segment, Time time, const std::optional<uint32_t>& stamp) {
  const Time captured = segment.time() - time;
  const auto& stamps = segment.packet.options.timestamps;
  if (!stamps || !stamp) return captured;
  return std::max<Time>(captured, std::chrono::milliseconds(static_cast<int32_t>(stamps->value - *stamp)));
}

}  // namespace

Scoreboard::Pieces::const_iterator Scoreboard::PieceAt(Position place) const {
  auto at = pieces_.upper_bound(place);
  if (at != pieces_.begin() && std::prev(at)->second.end > place) --at;
  return at;
}

bool Scoreboard::HeardOfLoss(const Piece& piece, Position start) const {
  // What was repeated already needs news that are younger than that.
  const bool news = piece.count == 1 ? heard_ >= piece.first : heard_ > piece.last;
  if (opened_ > piece.last || path_changed_ > piece.last) return true;
  // RFC 8985 6.2: something that was sent after it has arrived.
  if (latest_delivered_ > piece.last) return true;
  if (!news) return false;
  return (recover_ && start < *recover_) || start < suspected_ || duplicate_acks_ > 0 ||
         highest_sacked_ > start;
}

// What follows at the heels of a time-out is no time-out of its own, but the recovery that it began.
bool Scoreboard::FollowsTimeout(Time now, Position start, const Settings& settings) const {
  return silent_first_ && recover_ && start < *recover_ && start != *silent_first_ &&
         now - silent_time_ < settings.minimum_rto - settings.slack / 5;
}

Transmission Scoreboard::Classify(const Segment& segment, const Half& self, const Half& peer, bool sack,
                                  const Settings& settings) const {
  if (segment.packet.rst || segment.start == segment.end) {
    const bool keep_alive = !segment.packet.rst && self.seen && segment.end < self.next && segment.end < una_;
    return {.kind = keep_alive ? Kind::kKeepAlive : Kind::kNothing};
  }
  if (!self.seen || segment.start >= self.next) return {.kind = Kind::kNew, .first = segment.start};
  if (segment.packet.syn) return {.kind = Kind::kHandshake, .first = segment.start};
  if (segment.text_size() <= 1 && !segment.packet.fin && segment.start == una_ - 1) {
    return {.kind = Kind::kKeepAlive, .first = segment.start};
  }
  const Position repeated_end = std::min(segment.end, self.next);
  if (repeated_end <= una_) {
    const bool known = repeated_end <= peer.AckedBy(segment.time() - settings.slack);
    return {.kind = known ? Kind::kUnneeded : Kind::kSettled, .first = segment.start};
  }
  const auto at = PieceAt(std::max(segment.start, una_));
  if (at == pieces_.end() || at->first >= repeated_end)
    return {.kind = Kind::kSettled, .first = segment.start};
  const Piece& piece = at->second;
  Transmission result{.first = std::max({at->first, segment.start, una_}),
                      .age = Since(segment, piece.last, piece.last_stamp)};
  result.sacked = true;
  for (auto i = at; i != pieces_.end() && i->first < repeated_end; ++i) result.sacked &= i->second.sacked;

  const Time tolerance = settings.slack / 5;
  // RFC 6298 5: repeating does not start the timer anew, unless a time-out was the reason; and RFC 6582 4
  // leaves it alone during a recovery. So it may run since the octet was sent first.
  const bool restarted = piece.count == 1 || silent_first_ == result.first;
  const Time timer = restarted ? result.age : Since(segment, piece.first, piece.first_stamp);
  result.long_ago = timer >= settings.minimum_rto - tolerance;
  if (peer.right_edge && peer.last_edge <= result.first) {
    result.kind = Kind::kProbe;
  } else if (HeardOfLoss(piece, result.first) || FollowsTimeout(segment.time(), result.first, settings)) {
    result.kind = Kind::kRecovery;
  } else if (sack && repeated_end == self.next && tail_probes_ == 0) {
    result.kind = Kind::kTailProbe;
  } else if (result.long_ago) {
    result.kind = Kind::kTimeout;
    if (silent_first_ == result.first) result.interval_before = silent_interval_;
  } else {
    result.kind = Kind::kEarly;
  }
  return result;
}

void Scoreboard::Split(Position place) {
  auto at = pieces_.upper_bound(place);
  if (at == pieces_.begin()) return;
  --at;
  if (at->first == place || at->second.end <= place) return;
  Piece upper = at->second;
  at->second.end = place;
  pieces_.emplace(place, upper);
}

void Scoreboard::Sent(const Segment& segment, const Transmission& transmission, const Half& self) {
  if (transmission.kind == Kind::kNothing || transmission.kind == Kind::kKeepAlive) return;
  const Time now = segment.time();
  if (!begun_) {
    begun_ = true;
    una_ = std::max(una_, segment.start);
  }
  std::optional<uint32_t> stamp;
  if (segment.packet.options.timestamps) stamp = segment.packet.options.timestamps->value;
  const Position old_end = self.seen ? self.next : segment.start;
  const Position repeated_end = std::min(segment.end, old_end);
  if (segment.start < repeated_end) {
    Split(segment.start);
    Split(repeated_end);
    for (auto at = pieces_.lower_bound(segment.start); at != pieces_.end() && at->first < repeated_end;
         ++at) {
      at->second.last = now;
      at->second.last_stamp = stamp;
      ++at->second.count;
    }
  }
  const Position fresh = std::max(segment.start, old_end);
  if (fresh < segment.end) {
    pieces_[fresh] = {
        .end = segment.end, .first = now, .last = now, .count = 1, .first_stamp = stamp, .last_stamp = stamp};
  }

  if (transmission.kind == Kind::kTailProbe) ++tail_probes_;
  if (!transmission.repeats()) return;
  if (transmission.kind == Kind::kTimeout) {
    silent_interval_ = silent_first_ == transmission.first ? now - silent_time_ : Time{};
    silent_first_ = transmission.first;
    silent_time_ = now;
    timed_out_ = true;
    recover_ = std::max(old_end, segment.end);
  } else if (transmission.long_ago) {
    suspected_ = std::max(old_end, segment.end);
  }
  if (transmission.kind == Kind::kRecovery && !recover_) {
    timed_out_ = false;
    recover_ = std::max(old_end, segment.end);
  }
  if (!repeated_stamp_ && segment.packet.options.timestamps) {
    repeated_stamp_ = segment.packet.options.timestamps->value;
  }
}

void Scoreboard::Advance(Position ack) {
  Split(ack);
  while (!pieces_.empty() && pieces_.begin()->first < ack) {
    const auto& [start, piece] = *pieces_.begin();
    const Position size = piece.end - start;
    if (piece.sacked) {
      sacked_octets_ -= size;
    } else {
      delivered_ += static_cast<uint64_t>(size);
      ++delivered_pieces_;
      latest_delivered_ = std::max(latest_delivered_, piece.last);
    }
    pieces_.erase(pieces_.begin());
  }
  una_ = ack;
  duplicate_acks_ = 0;
  tail_probes_ = 0;
  if (recover_ && una_ >= *recover_) {
    recover_.reset();
    repeated_stamp_.reset();
  }
}

void Scoreboard::TakeSack(const Segment& segment) {
  bool first = true;
  for (const auto& [left, right] : segment.packet.options.sack) {
    const Position start = Unwrap(left, *segment.ack);
    const Position end = Unwrap(right, *segment.ack);
    // RFC 2883 4: only the first block may lie below the acknowledgement or within the second one.
    if (end <= *segment.ack) {
      if (first) ++undone_;
      first = false;
      continue;
    }
    first = false;
    if (start >= end) continue;
    Split(start);
    Split(end);
    bool all_known = true;
    for (auto at = pieces_.lower_bound(start); at != pieces_.end() && at->first < end; ++at) {
      Piece& piece = at->second;
      if (piece.sacked) continue;
      all_known = false;
      piece.sacked = true;
      latest_delivered_ = std::max(latest_delivered_, piece.last);
      const Position size = piece.end - at->first;
      sacked_octets_ += size;
      delivered_ += static_cast<uint64_t>(size);
      ++delivered_pieces_;
    }
    if (all_known && segment.packet.options.sack.size() > 1 &&
        &segment.packet.options.sack[0].first == &left) {
      const auto& [outer_left, outer_right] = segment.packet.options.sack[1];
      if (Unwrap(outer_left, *segment.ack) <= start && Unwrap(outer_right, *segment.ack) >= end) ++undone_;
    }
    highest_sacked_ = std::max(highest_sacked_, end);
  }
}

void Scoreboard::Heard(const Segment& segment, const Half& peer_before) {
  heard_ = segment.time();
  silent_first_.reset();
  if (!segment.ack || segment.packet.rst) return;
  const auto& stamps = segment.packet.options.timestamps;
  if (recover_ && repeated_stamp_ && stamps && *segment.ack > una_ &&
      static_cast<int32_t>(stamps->echo - *repeated_stamp_) < 0) {
    ++undone_;  // RFC 3522: it was the original that is acknowledged
  }
  if (peer_before.right_edge && segment.edge_at_most > peer_before.last_edge && !pieces_.empty() &&
      peer_before.last_edge <= pieces_.rbegin()->second.end) {
    opened_ = segment.time();
  }
  if (*segment.ack > una_) {
    Advance(*segment.ack);
  } else if (*segment.ack == una_ && segment.packet.pure_ack() && !pieces_.empty()) {
    ++all_duplicates_;
    // A recovery may begin here, and be over for the first hole before anything of it is sent.
    if (++duplicate_acks_ >= 3) suspected_ = pieces_.rbegin()->second.end;
  }
  TakeSack(segment);
}

}  // namespace nut::tracecheck
