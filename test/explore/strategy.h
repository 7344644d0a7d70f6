// Strategy: how a search answers the decisions of one run. Made anew, or told to Begin, for every run; the
// recorder (recorder.h) stands between it and the executor.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/os/scheduler.h"

namespace nut::explore {

class Strategy {
 public:
  virtual ~Strategy() = default;
  // The index in `choice.candidates`. `step` is the number of the decision in this run, from 0.
  virtual size_t Choose(uint32_t step, const os::SchedulingChoice& choice) = 0;
};

}  // namespace nut::explore
