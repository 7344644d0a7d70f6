#include "stack/base/clock.h"

namespace nut {

MonotonicClock::MonotonicClock()
    : Clock(std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())),
      start_(std::chrono::steady_clock::now()) {}

Instant MonotonicClock::Now() const {
  return Instant{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start_)};
}

}  // namespace nut
