// Cubic: the curve that CUBIC's window follows in congestion avoidance (RFC 9438): back to where the last
// loss was, slowly past it, and on from there. In whole numbers, so that equal runs give equal windows on
// every machine. Owned by a CongestionControl, from its first loss on; all sizes are in bytes.
#pragma once

#include <cstdint>

#include "stack/base/time.h"

namespace nut::tcp {

class Cubic {
 public:
  // RFC 9438 4.6: beta_cubic = 0.7
  static uint32_t Reduced(uint32_t window) { return static_cast<uint32_t>(uint64_t{window} * 7 / 10); }

  // RFC 9438 4.6, 4.7: a congestion event at `cwnd`.
  void OnReduction(uint32_t cwnd);
  // RFC 9438 4.8: slow start comes first, and where it ends the curve begins anew.
  void OnTimeout();
  // RFC 9438 4.9: the last congestion event was none.
  void Undo();
  // RFC 9438 5.8: the window was not used, or nothing was sent: that time does not count.
  void Pause() { growing_ = false; }

  // RFC 9438 4.2 to 4.5: the window after `acked` octets in congestion avoidance. `srtt`: the path's.
  uint32_t Grow(uint32_t cwnd, uint32_t acked, uint32_t mss, Duration srtt, Instant now);

 private:
  void Begin(uint32_t cwnd, uint32_t mss, Instant now);
  int64_t WindowAt(Duration since_begin, uint32_t mss) const;
  uint32_t GrowLikeReno(uint32_t cwnd, uint32_t acked, uint32_t mss);

  uint32_t maximum_ = 0;         // W_max
  uint32_t maximum_before_ = 0;  // before the last event
  uint32_t prior_ = 0;           // cwnd_prior
  bool growing_ = false;         // the present stage has begun
  bool from_here_ = false;       // after a time-out: K = 0, and W_max is where the stage begins
  uint64_t estimate_ = 0;        // W_est, in units of 1/1024
  uint64_t owed_ = 0;            // growth that is less than an octet, times cwnd
  int64_t k_ = 0;                // milliseconds
  Instant epoch_{};              // epoch_start
};

}  // namespace nut::tcp
