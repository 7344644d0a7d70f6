// Rack: finds losses by time (RFC 8985 6.2): what was sent well before something that has arrived since is
// lost. It keeps what was delivered most recently, and how much reordering the path is granted. Owned by a
// SackState.
#pragma once

#include "stack/base/time.h"
#include "stack/tcp/scoreboard.h"

namespace nut::tcp {

class Rack {
 public:
  // RFC 8985 6.2 steps 1 to 3, for one piece that was acknowledged now, cumulatively or selectively.
  // `spurious`: the ACK is known to answer an earlier transmission than the last (its timestamp says so).
  void OnDelivered(const Scoreboard::Piece& piece, bool spurious, Instant now);

  // Step 4, at each ACK: the window grows when the peer got something twice, once in a round trip at most.
  void OnAck(bool duplicate_reported, wire::SequenceNumber una, wire::SequenceNumber nxt);
  // Recovery is over: after sixteen without duplicates the window is small again.
  void OnRecovered();

  // Step 4's RACK_update_reo_wnd. `hurry`: in recovery, or DupThresh segments were selectively acknowledged.
  Duration ReorderingWindow(bool hurry, Duration srtt) const;

  // Step 5 for one piece in flight: lost (zero or less), or how long until it will be; kForever: it was sent
  // after what has arrived.
  Duration UntilLost(const Scoreboard::Piece& piece, Duration window, Instant now) const;

  bool reordering_seen() const { return reordering_seen_; }
  Duration min_rtt() const { return min_rtt_; }

 private:
  bool IsLater(Instant sent_at, wire::SequenceNumber end) const {
    return sent_at != sent_at_ ? sent_at > sent_at_ : end.After(end_);
  }

  Duration min_rtt_ = kForever;
  Instant min_rtt_at_{};
  Duration rtt_{};                 // RACK.rtt: of what was delivered most recently
  Instant sent_at_{};              // RACK.xmit_ts
  wire::SequenceNumber end_;       // RACK.end_seq
  wire::SequenceNumber fack_;      // RACK.fack: one past the highest octet delivered
  wire::SequenceNumber round_;     // RACK.dsack_round
  uint8_t window_multiplier_ = 1;  // RACK.reo_wnd_mult
  uint8_t window_persists_ = 16;   // RACK.reo_wnd_persist
  bool has_delivery_ = false;
  bool has_round_ = false;
  bool reordering_seen_ = false;
};

}  // namespace nut::tcp
