// Explored: what the recorder and the strategies may ask about the program whose decisions they take. The
// world is one (run.cc); a test may explore a few bare threads on an executor.
#pragma once

#include <cstdint>
#include <string>

#include "stack/base/time.h"
#include "stack/os/thread_info.h"

namespace nut::explore {

class Explored {
 public:
  virtual ~Explored() = default;

  // After every decision's step, before the next: whatever must be true always.
  virtual void CheckStep() {}
  // A hash of the state that it is in (no times, and no counters that only grow).
  virtual uint64_t StateNow() const { return 0; }

  // --- for partial-order reduction (strategies/exhaustive.h)
  // What a thread belongs to: equal for threads of one node, never 0; 0 for those that belong to no node, or
  // that may touch what belongs to several. Threads of different nodes share nothing but the wire.
  virtual unsigned NodeOf(os::ThreadHandle) const { return 0; }
  virtual uint8_t PriorityOf(os::ThreadHandle) const { return 0; }
  // How often a timer was started so far; whether one is due; how many threads there are.
  virtual uint64_t TimerStarts() const { return 0; }
  virtual bool TimerIsDue() const { return true; }
  virtual size_t ThreadCount() const { return 0; }

  // --- for people, and for counting
  // Where a thread that does not run stands: the label of what it waits or waited for, or "".
  virtual std::string PlaceOf(os::ThreadHandle) const { return {}; }
  virtual Instant Now() const = 0;
  virtual std::string NameOf(os::ThreadHandle thread) const = 0;         // "client"; "" when stale
  virtual std::string NodeNameOf(os::ThreadHandle) const { return {}; }  // "a", "b", ""
};

}  // namespace nut::explore
