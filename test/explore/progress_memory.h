// ProgressMemory: what a process that searches leaves for the one that watches it: which run it is in, what
// was decided so far, what was seen. A plain value for memory that both share (mmap with MAP_SHARED and
// MAP_ANONYMOUS, made by the watcher before the fork and zeroed): each decision is noted before it is acted
// upon, so that the watcher of a dead process can replay what it died of. One process writes.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "test/explore/coverage.h"
#include "test/explore/schedule.h"

namespace nut::explore {

struct ProgressMemory {
  static constexpr size_t kMaximumDeviations = 8192;

  std::atomic<bool> running;                             // inside of a run
  std::atomic<uint64_t> run;                             // its number, or seed, as the search counts
  std::atomic<uint32_t> step;                            // decisions taken in this run
  std::atomic<uint32_t> deviation_count;                 // may be more than are kept
  std::array<Deviation, kMaximumDeviations> deviations;  // of this run
  std::atomic<uint64_t> runs_done;
  std::atomic<uint64_t> steps_done;
  // Written between runs only. Read while the writer goes on it is a few runs old or half a run new, which
  // is good enough for a display.
  Coverage coverage;

  // For the writer.
  void BeginRun();                                            // `run` is set by the search
  void Note(uint32_t next_step, const Deviation* deviation);  // null: as production
  void EndRun();

  // For the watcher, when the writer stands still or is dead: what was decided in the run it is in.
  Schedule CurrentSchedule() const;
  bool truncated() const { return deviation_count > kMaximumDeviations; }
};

}  // namespace nut::explore
