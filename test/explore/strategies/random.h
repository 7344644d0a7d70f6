// Random: a thread that passes a named point is stopped there with a probability that is drawn anew for every
// run (1/2, 1/4, … 1/128 with equal right): some runs are in constant disorder, others are production's but
// for two or three places, which is where most races are. Who runs in its place, and every other choice, is
// drawn uniformly among the candidates. Equal seeds give equal answers.
//
// There is no bound on what it misses: a fault that needs d stops at given places out of k is hit with about
// (p/n)^d (1-p)^(k-d), n being the candidates of a choice.
#pragma once

#include <cstdint>

#include "stack/base/rng.h"
#include "test/explore/strategy.h"

namespace nut::explore {

class RandomStrategy final : public Strategy {
 public:
  explicit RandomStrategy(uint64_t seed);

  size_t Choose(uint32_t step, const os::SchedulingChoice& choice) override;

 private:
  Rng random_;
  const double stop_probability_;
};

}  // namespace nut::explore
