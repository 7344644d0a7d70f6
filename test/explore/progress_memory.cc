#include "test/explore/progress_memory.h"

#include <algorithm>

namespace nut::explore {

// The order of the stores matters to a watcher of a process that died between two of them: a deviation is
// complete before it is counted.

void ProgressMemory::BeginRun() {
  deviation_count = 0;
  step = 0;
  running = true;
}

void ProgressMemory::Note(uint32_t next_step, const Deviation* deviation) {
  if (deviation != nullptr) {
    const uint32_t count = deviation_count.load(std::memory_order_relaxed);
    if (count < kMaximumDeviations) deviations[count] = *deviation;
    deviation_count.store(count + 1, std::memory_order_release);
  }
  step.store(next_step, std::memory_order_release);
}

void ProgressMemory::EndRun() {
  steps_done += step;
  ++runs_done;
  running = false;
}

Schedule ProgressMemory::CurrentSchedule() const {
  const size_t count = std::min<size_t>(deviation_count.load(std::memory_order_acquire), kMaximumDeviations);
  return {{deviations.begin(), deviations.begin() + static_cast<ptrdiff_t>(count)}};
}

}  // namespace nut::explore
