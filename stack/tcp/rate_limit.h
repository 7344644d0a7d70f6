// RateLimit: at most so many in one second, counted per connection, so that nobody can read another
// connection's traffic off a shared counter (CVE-2016-5696).
#pragma once

#include "stack/base/time.h"

namespace nut::tcp {

class RateLimit {
 public:
  // True when one more is allowed now, which is then taken.
  bool Take(unsigned per_second, Instant now) {
    if (now - second_ >= 1s) {
      second_ = now;
      used_ = 0;
    }
    if (used_ >= per_second) return false;
    ++used_;
    return true;
  }

 private:
  Instant second_{};
  unsigned used_ = 0;
};

}  // namespace nut::tcp
