#include "stack/tcp/rack.h"

#include <algorithm>

namespace nut::tcp {
namespace {

// RFC 8985 6.2 step 1: "a simple global minimum of all RTT measurements" would never forget a path; a
// windowed one does.
constexpr Duration kMinRttLifetime = 10s;
constexpr uint8_t kPersistence = 16;
constexpr uint8_t kMaximumMultiplier = 255;

}  // namespace

void Rack::OnDelivered(const Scoreboard::Piece& piece, bool spurious, Instant now) {
  const Duration rtt = now - piece.sent_at;
  // Step 3: "RACK_detect_reordering"
  if (!has_delivery_ || piece.end.After(fack_)) {
    fack_ = piece.end;
  } else if (piece.end.Before(fack_) && !piece.resent) {
    reordering_seen_ = true;
  }
  // Step 2: of what was sent twice it is not known which copy is answered: not the last one if that would
  // have been faster than the path can be.
  if (piece.resent && (spurious || rtt < min_rtt_)) return;
  if (rtt <= min_rtt_ || now - min_rtt_at_ > kMinRttLifetime) {
    min_rtt_ = rtt;
    min_rtt_at_ = now;
  }
  rtt_ = rtt;
  if (has_delivery_ && !IsLater(piece.sent_at, piece.end)) return;
  has_delivery_ = true;
  sent_at_ = piece.sent_at;
  end_ = piece.end;
}

void Rack::OnAck(bool duplicate_reported, wire::SequenceNumber una, wire::SequenceNumber nxt) {
  if (has_round_ && una.AtOrAfter(round_)) has_round_ = false;
  if (has_round_ || !duplicate_reported) return;
  has_round_ = true;
  round_ = nxt;
  window_multiplier_ = std::min<uint8_t>(window_multiplier_, kMaximumMultiplier - 1) + 1;
  window_persists_ = kPersistence;
}

void Rack::OnRecovered() {
  if (window_persists_ > 0) --window_persists_;
  if (window_persists_ == 0) window_multiplier_ = 1;
}

Duration Rack::ReorderingWindow(bool hurry, Duration srtt) const {
  if (!reordering_seen_ && hurry) return Duration::zero();
  if (min_rtt_ == kForever) return Duration::zero();
  return std::min(min_rtt_ / 4 * window_multiplier_, srtt);
}

Duration Rack::UntilLost(const Scoreboard::Piece& piece, Duration window, Instant now) const {
  if (!has_delivery_ || IsLater(piece.sent_at, piece.end)) return kForever;
  if (piece.sent_at == sent_at_ && piece.end == end_) return kForever;
  return piece.sent_at + rtt_ + window - now;
}

}  // namespace nut::tcp
