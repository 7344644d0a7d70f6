#include "test/explore/strategies/random.h"

#include <cmath>
#include <string>

namespace nut::explore {

RandomStrategy::RandomStrategy(uint64_t seed)
    : random_("random strategy " + std::to_string(seed)),
      stop_probability_(std::ldexp(1.0, -1 - static_cast<int>(random_.Below(7)))) {}

size_t RandomStrategy::Choose(uint32_t, const os::SchedulingChoice& choice) {
  const size_t count = choice.candidates.size();
  if (choice.kind != os::ChoiceKind::kPoint) return random_.Below(count);
  return random_.Chance(stop_probability_) ? 1 + random_.Below(count - 1) : 0;
}

}  // namespace nut::explore
