// Strategy: how a search answers the decisions of one run. Told to Begin before every run; the recorder
// (recorder.h) stands between it and the executor.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/os/scheduler.h"
#include "test/explore/explored.h"

namespace nut::explore {

class Strategy {
 public:
  virtual ~Strategy() = default;
  // A run of `explored` begins, from its first decision. It outlives the run's last Choose.
  virtual void Begin(const Explored& explored) {}
  // The index in `choice.candidates`. `step` is the number of the decision in this run, from 0.
  virtual size_t Choose(uint32_t step, const os::SchedulingChoice& choice) = 0;
  // Between two decisions: there was nothing to decide, this happens now.
  virtual void OnOnlyCandidate(const os::SchedulingChoice& choice) {}
  // The run is over, after `steps` decisions.
  virtual void End(uint32_t steps) {}
};

}  // namespace nut::explore
