// Replay: what a schedule says, and what production does everywhere else. A deviation that does not fit (a
// choice that is not there, as happens to the candidates of a shrinker) is production's choice. The empty
// schedule is production's own run.
#pragma once

#include <utility>

#include "test/explore/schedule.h"
#include "test/explore/strategy.h"

namespace nut::explore {

class ReplayStrategy final : public Strategy {
 public:
  explicit ReplayStrategy(Schedule schedule) : schedule_(std::move(schedule)) {}

  void Begin(const Explored& explored) override;
  size_t Choose(uint32_t step, const os::SchedulingChoice& choice) override;

 private:
  const Schedule schedule_;
  size_t next_ = 0;  // of schedule_.deviations
};

}  // namespace nut::explore
