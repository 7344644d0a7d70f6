#include "stack/os/timer.h"

#include <algorithm>

#include "stack/base/invariant.h"

namespace nut::os {

Timer::~Timer() {
  Stop();
  if (queue_.firing_ == this) queue_.firing_ = nullptr;
}

void Timer::StartAfter(Duration delay) {
  StartAt(After(queue_.clock().Now(), std::max(delay, Duration::zero())));
}

void Timer::StartAt(Instant deadline) {
  period_ = Duration::zero();
  if (deadline == kNever) return Stop();
  queue_.Arm(*this, deadline);
}

void Timer::StartPeriodic(Duration period) {
  NUT_INVARIANT(period > Duration::zero(), "a periodic timer without a period");
  StartAfter(period);
  if (armed()) period_ = period;
}

void Timer::Stop() {
  period_ = Duration::zero();
  if (armed()) queue_.Disarm(*this);
}

}  // namespace nut::os
