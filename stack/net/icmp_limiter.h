// IcmpLimiter: a token bucket for the ICMP errors that this node sends (RFC 1812 4.3.2.8). How many tokens an
// error costs is random, so that nobody can count the errors caused by others and so find open ports (SAD
// DNS, CVE-2020-25705). Owned by IcmpOut.
#pragma once

#include "stack/base/rng.h"
#include "stack/base/time.h"

namespace nut::net {

struct IcmpLimiterOptions {
  unsigned errors_per_second = 500;  // on average
  unsigned burst = 50;               // errors at once after a pause, on average
};

class IcmpLimiter {
 public:
  IcmpLimiter(const Rng& rng, IcmpLimiterOptions options = {});

  // Whether an error may be sent now; takes the tokens if so.
  bool Allow(Instant now);

 private:
  uint64_t DrawCost() { return kLeastCost + rng_.Below(kCosts); }

  // An error costs 1 to 3 tokens, 2 on average.
  static constexpr uint64_t kLeastCost = 1;
  static constexpr uint64_t kCosts = 3;
  static constexpr uint64_t kAverageCost = 2;

  Rng rng_;
  const IcmpLimiterOptions options_;
  const uint64_t capacity_;  // tokens
  uint64_t tokens_;
  uint64_t cost_;     // of the next error: drawn once, or those who ask often would get the cheap ones only
  Instant filled_{};  // tokens of the time until here are in
};

}  // namespace nut::net
