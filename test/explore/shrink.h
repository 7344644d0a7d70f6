// Shrink: makes a schedule that shows a fault as small as it gets: fewer deviations first, then smaller
// choices, then such as are easier to tell. The result still shows the fault, and no single deviation of it
// can be left out.
#pragma once

#include <cstdint>
#include <functional>

#include "test/explore/schedule.h"

namespace nut::explore {

struct ShrinkReport {
  Schedule schedule;
  uint32_t attempts = 0;  // candidates that were run
  bool minimal = false;   // false: the limit of attempts was reached first
};

// Whether a schedule shows the fault. Called with schedules that may not fit the run (a choice that is not
// there is production's, see replay.h).
using ShowsFault = std::function<bool(const Schedule& candidate)>;

// `schedule` shows the fault.
ShrinkReport Shrink(const Schedule& schedule, const ShowsFault& shows_fault,
                    uint32_t maximum_attempts = 10'000);

}  // namespace nut::explore
