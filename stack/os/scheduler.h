// The strategy that chooses among threads of equal right. It never overrules priorities, and sees only points
// at which the cooperative model allows a choice: production takes the oldest, tests explore the others.
#pragma once

#include <cstddef>
#include <span>

#include "stack/os/thread_info.h"

namespace nut::os {

// One choice: all of `runnable` have the best priority there is.
struct SchedulingChoice {
  std::span<const ThreadHandle> runnable;  // at least two, in the order in which they became ready
  ThreadHandle previous;                   // who ran last; among `runnable` if it could go on. May be stale
};

class Scheduler {
 public:
  virtual ~Scheduler() = default;

  // The index in `choice.runnable` of the thread that runs next. The span is valid during the call only.
  virtual size_t Choose(const SchedulingChoice& choice) = 0;
};

// First come, first served: the original's order.
class FifoScheduler final : public Scheduler {
 public:
  size_t Choose(const SchedulingChoice&) override { return 0; }
};

}  // namespace nut::os
