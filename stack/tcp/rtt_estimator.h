// RttEstimator: smoothed round-trip time and the retransmission time-out (RFC 6298). It is fed with valid
// samples only: Karn's rule and the timestamps' echo are the caller's business. Owned by a Tcb.
#pragma once

#include "stack/base/time.h"
#include "stack/tcp/parameters.h"

namespace nut::tcp {

class RttEstimator {
 public:
  explicit RttEstimator(const Parameters& parameters);

  // RFC 6298 2.2, 2.3. Also ends the back-off (5.7's note: a new sample collapses RTO).
  void Sample(Duration rtt);

  // RFC 6298 5.5: "RTO <- RTO * 2".
  void Backoff();

  // RFC 6298 5.7: the SYN timed out, and data starts to flow: at least 3 s until there is a sample.
  void RestartAfterSynTimeout();

  bool has_sample() const { return has_sample_; }
  Duration srtt() const { return srtt_; }
  Duration rttvar() const { return rttvar_; }
  // With the back-off, between the minimum and the maximum.
  Duration rto() const { return rto_; }

 private:
  // The bounds, as fine as they need to be: up to an hour.
  using Bound = std::chrono::duration<uint32_t, std::micro>;

  static Bound BoundOf(Duration length);
  void Update();

  Duration rto_{};  // follows from the rest
  Duration srtt_{};
  Duration rttvar_{};
  Bound initial_;
  Bound minimum_;
  Bound maximum_;
  uint8_t backoff_ = 0;
  bool has_sample_ = false;
};

}  // namespace nut::tcp
