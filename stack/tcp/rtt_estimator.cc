#include "stack/tcp/rtt_estimator.h"

#include <algorithm>

namespace nut::tcp {
namespace {

// Doubling stops here; the maximum is reached long before.
constexpr uint8_t kMaximumBackoff = 20;
// RFC 6298 4: the clock granularity G: the engine's timers are that fine.
constexpr Duration kGranularity = 1ms;
// RFC 6298 5.7.
constexpr Duration kRtoAfterSynTimeout = 3s;

}  // namespace

RttEstimator::Bound RttEstimator::BoundOf(Duration length) {
  return std::chrono::duration_cast<Bound>(std::clamp<Duration>(length, Duration::zero(), 1h));
}

RttEstimator::RttEstimator(const Parameters& parameters)
    : initial_(BoundOf(parameters.initial_rto)),
      minimum_(BoundOf(parameters.minimum_rto)),
      maximum_(BoundOf(parameters.maximum_rto)) {
  Update();
}

void RttEstimator::Sample(Duration rtt) {
  rtt = std::max(rtt, Duration::zero());
  if (!has_sample_) {
    // RFC 6298 2.2: SRTT <- R, RTTVAR <- R/2
    srtt_ = rtt;
    rttvar_ = rtt / 2;
    has_sample_ = true;
  } else {
    // RFC 6298 2.3, RTTVAR before SRTT: RTTVAR <- 3/4 RTTVAR + 1/4 |SRTT - R'|; SRTT <- 7/8 SRTT + 1/8 R'
    const Duration difference = srtt_ > rtt ? srtt_ - rtt : rtt - srtt_;
    rttvar_ = (rttvar_ * 3 + difference) / 4;
    srtt_ = (srtt_ * 7 + rtt) / 8;
  }
  backoff_ = 0;
  Update();
}

void RttEstimator::Backoff() {
  backoff_ = std::min<uint8_t>(backoff_ + 1, kMaximumBackoff);
  Update();
}

void RttEstimator::RestartAfterSynTimeout() {
  if (has_sample_) return;
  initial_ = std::max(initial_, BoundOf(kRtoAfterSynTimeout));
  backoff_ = 0;
  Update();
}

void RttEstimator::Update() {
  // RFC 6298 2.1, 2.3: RTO <- SRTT + max(G, K*RTTVAR), K = 4; 2.4 and 2.5: the bounds
  const Duration maximum = maximum_;
  rto_ = has_sample_ ? std::clamp<Duration>(srtt_ + std::max(kGranularity, rttvar_ * 4), minimum_, maximum)
                     : std::min<Duration>(initial_, maximum);
  for (uint8_t i = 0; i < backoff_ && rto_ < maximum; ++i) rto_ *= 2;
  rto_ = std::min(rto_, maximum);
}

}  // namespace nut::tcp
