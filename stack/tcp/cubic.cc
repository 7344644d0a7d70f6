#include "stack/tcp/cubic.h"

#include <algorithm>

namespace nut::tcp {
namespace {

constexpr uint64_t kUnit = 1024;  // of W_est

// The largest whole number whose cube is not above `value`.
int64_t CubeRoot(uint64_t value) {
  uint64_t root = 0;
  for (uint64_t bit = uint64_t{1} << 20; bit > 0; bit >>= 1) {
    const uint64_t trial = root | bit;
    if (trial * trial * trial <= value) root = trial;
  }
  return static_cast<int64_t>(root);
}

}  // namespace

void Cubic::OnReduction(uint32_t cwnd) {
  maximum_before_ = maximum_;
  // RFC 9438 4.7, fast convergence: "If cwnd < W_max ... W_max = cwnd * (1 + beta_cubic) / 2": a flow that
  // loses ground leaves room for others.
  maximum_ = cwnd < maximum_ ? static_cast<uint32_t>(uint64_t{cwnd} * 17 / 20) : cwnd;
  prior_ = cwnd;
  growing_ = false;
  from_here_ = false;
}

void Cubic::OnTimeout() {
  growing_ = false;
  from_here_ = true;
}

void Cubic::Undo() {
  maximum_ = maximum_before_;
  growing_ = false;
  from_here_ = false;
}

void Cubic::Begin(uint32_t cwnd, uint32_t mss, Instant now) {
  growing_ = true;
  epoch_ = now;
  estimate_ = cwnd * kUnit;
  owed_ = 0;
  if (from_here_ || cwnd >= maximum_) {
    // RFC 9438 4.8: "K is set to 0 and W_max is set to the congestion window size at the beginning".
    maximum_ = cwnd;
    k_ = 0;
    from_here_ = false;
    return;
  }
  // RFC 9438 4.2, figure 2: K = cbrt((W_max - cwnd_epoch) / C), C = 0.4, in segments and seconds.
  k_ = CubeRoot(uint64_t{maximum_ - cwnd} * 2'500'000'000 / mss);
}

// RFC 9438 4.2, figure 1: W_cubic(t) = C * (t - K)^3 + W_max
int64_t Cubic::WindowAt(Duration since_begin, uint32_t mss) const {
  // Beyond some minutes the window is at its largest whatever the curve says.
  const int64_t distance = std::clamp<int64_t>(ToMillis(since_begin) - k_, -200'000, 200'000);
  return distance * distance * distance / 1'000'000 * mss / 2500 + maximum_;
}

// RFC 9438 4.3: W_est = W_est + alpha_cubic * segments_acked / cwnd
uint32_t Cubic::GrowLikeReno(uint32_t cwnd, uint32_t acked, uint32_t mss) {
  // "alpha_cubic = 3 * (1 - beta_cubic) / (1 + beta_cubic)", 9/17, and 1 "once W_est reaches ... cwnd_prior".
  const bool reached = estimate_ >= prior_ * kUnit;
  const uint64_t step = uint64_t{acked} * mss * kUnit / std::max<uint32_t>(cwnd, 1);
  estimate_ += reached ? step : step * 9 / 17;
  return static_cast<uint32_t>(std::min<uint64_t>(estimate_ / kUnit, UINT32_MAX));
}

uint32_t Cubic::Grow(uint32_t cwnd, uint32_t acked, uint32_t mss, Duration srtt, Instant now) {
  if (!growing_) Begin(cwnd, mss, now);
  const Duration since = now - epoch_;
  const uint32_t estimate = GrowLikeReno(cwnd, acked, mss);
  // 4.3: "If W_cubic(t) is less than W_est ... cwnd SHOULD be set to W_est at each reception of a new ACK."
  if (WindowAt(since, mss) < estimate) return std::max(cwnd, estimate);
  // 4.2: target is W_cubic(t + RTT), not below cwnd and not above 1.5 * cwnd; 4.4, 4.5: "cwnd MUST be
  // incremented by (target - cwnd) / cwnd for each new ACK", for each segment acknowledged.
  const int64_t target = std::clamp<int64_t>(WindowAt(since + srtt, mss), cwnd, int64_t{cwnd} * 3 / 2);
  owed_ += static_cast<uint64_t>(target - cwnd) * acked;
  const uint64_t growth = owed_ / cwnd;
  owed_ -= growth * cwnd;
  return cwnd + static_cast<uint32_t>(growth);
}

}  // namespace nut::tcp
