// RttEstimator: smoothed round-trip time and the retransmission time-out (RFC 6298). It is fed with valid
// samples only: Karn's rule and the timestamps' echo are the caller's business. Owned by a Tcb.
#pragma once

#include "stack/base/time.h"
#include "stack/tcp/parameters.h"

namespace nut::tcp {

class RttEstimator {
 public:
  explicit RttEstimator(const Parameters& parameters)
      : initial_(parameters.initial_rto),
        minimum_(parameters.minimum_rto),
        maximum_(parameters.maximum_rto) {}

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
  Duration rto() const;

 private:
  Duration initial_;
  Duration minimum_;
  Duration maximum_;
  Duration srtt_{};
  Duration rttvar_{};
  uint8_t backoff_ = 0;
  bool has_sample_ = false;
};

}  // namespace nut::tcp
