#include "test/explore/strategies/replay.h"

namespace nut::explore {

void ReplayStrategy::Begin(const Explored&) { next_ = 0; }

size_t ReplayStrategy::Choose(uint32_t step, const os::SchedulingChoice& choice) {
  if (next_ == schedule_.deviations.size() || schedule_.deviations[next_].step != step) return 0;
  const uint32_t chosen = schedule_.deviations[next_++].choice;
  return chosen < choice.candidates.size() ? chosen : 0;
}

}  // namespace nut::explore
