// Chooses uniformly; the same stream of random numbers gives the same run.
#pragma once

#include "stack/base/rng.h"
#include "stack/os/scheduler.h"

namespace nut::os {

class RandomScheduler final : public Scheduler {
 public:
  // `rng` is this scheduler's own stream: Split("scheduler") of the run's seed.
  explicit RandomScheduler(const Rng& rng) : rng_(rng) {}

  size_t Choose(const SchedulingChoice& choice) override { return rng_.Below(choice.candidates.size()); }

 private:
  Rng rng_;
};

}  // namespace nut::os
