#include "stack/net/icmp_limiter.h"

#include <algorithm>

namespace nut::net {

IcmpLimiter::IcmpLimiter(const Rng& rng, IcmpLimiterOptions options)
    : rng_(rng),
      options_(options),
      capacity_(options.burst * kAverageCost),
      tokens_(capacity_),
      cost_(DrawCost()) {}

bool IcmpLimiter::Allow(Instant now) {
  const uint64_t rate = options_.errors_per_second * kAverageCost;  // tokens per second
  if (rate > 0 && now > filled_) {
    const uint64_t interval = std::max<uint64_t>(1, 1'000'000'000 / rate);  // nanoseconds per token
    const uint64_t earned = static_cast<uint64_t>((now - filled_).count()) / interval;
    tokens_ = std::min(capacity_, tokens_ + std::min(earned, capacity_));
    // The rest of an interval counts on, unless the bucket runs over.
    filled_ = tokens_ == capacity_ ? now : filled_ + Duration(earned * interval);
  }
  if (cost_ > tokens_) return false;
  tokens_ -= cost_;
  cost_ = DrawCost();
  return true;
}

}  // namespace nut::net
