// RateLimit: at most so many in one second, counted per connection, so that nobody can read another
// connection's traffic off a shared counter (CVE-2016-5696).
#pragma once

#include "stack/base/time.h"

namespace nut::tcp {

class RateLimit {
 public:
  // True when one more is allowed now, which is then taken.
  bool Take(unsigned per_second, Instant now) {
    const auto at = static_cast<uint32_t>(ToMillis(now.time_since_epoch()));
    if (at - second_ >= 1000) {
      second_ = at;
      used_ = 0;
    }
    if (used_ >= per_second) return false;
    ++used_;
    return true;
  }

 private:
  uint32_t second_ = 0;  // when it began, in milliseconds; they are enough, and there are many of these
  unsigned used_ = 0;
};

}  // namespace nut::tcp
