#include "stack/tcp/slow_start_exit.h"

#include <algorithm>

namespace nut::tcp {
namespace {

// RFC 9406 4.3, the recommended constants.
constexpr Duration kLeastThreshold = 4ms;     // MIN_RTT_THRESH
constexpr Duration kLargestThreshold = 16ms;  // MAX_RTT_THRESH
constexpr int kThresholdDivisor = 8;          // MIN_RTT_DIVISOR
constexpr uint8_t kSamples = 8;               // N_RTT_SAMPLE
constexpr uint8_t kSlowRounds = 5;            // CSS_ROUNDS

}  // namespace

void SlowStartExit::BeginRound(wire::SequenceNumber nxt) {
  last_minimum_ = current_minimum_;
  current_minimum_ = kForever;
  samples_ = 0;
  round_end_ = nxt;
}

// RFC 9406 4.2: "if (currentRoundMinRTT >= (lastRoundMinRTT + RttThresh)) cssBaselineMinRtt = ..., enter CSS"
bool SlowStartExit::HasGrown() const {
  if (samples_ < kSamples || last_minimum_ == kForever) return false;
  const Duration threshold =
      std::clamp<Duration>(last_minimum_ / kThresholdDivisor, kLeastThreshold, kLargestThreshold);
  return current_minimum_ >= last_minimum_ + threshold;
}

SlowStartExit::Advice SlowStartExit::OnAck(wire::SequenceNumber una, wire::SequenceNumber nxt, Duration rtt) {
  if (!begun_) {
    begun_ = true;
    BeginRound(nxt);
  } else if (una.AtOrAfter(round_end_)) {
    BeginRound(nxt);
    // "CSS lasts at most CSS_ROUNDS rounds ... enter congestion avoidance"
    if (slow_ && ++slow_rounds_ >= kSlowRounds) return Advice::kLeave;
  }
  if (rtt != kForever) {
    current_minimum_ = std::min(current_minimum_, rtt);
    samples_ = std::min<uint8_t>(samples_, UINT8_MAX - 1) + 1;
  }
  if (!slow_ && HasGrown()) {
    slow_ = true;
    slow_rounds_ = 0;
    baseline_ = current_minimum_;
  } else if (samples_ >= kSamples && current_minimum_ < baseline_) {
    // "the increased RTT was a temporary blip": back to slow start, if it is not in it.
    slow_ = false;
    baseline_ = kForever;
  }
  return slow_ ? Advice::kGrowSlowly : Advice::kGrow;
}

}  // namespace nut::tcp
