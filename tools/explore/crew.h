// Crew: the jobs of one search, each a process, and the eye that is kept on them: how far they are, who has
// found something, who has died or stands still. One fault ends them all. Lives for one search of one
// scenario; one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "test/explore/coverage.h"
#include "test/explore/schedule.h"
#include "tools/explore/case.h"
#include "tools/explore/job.h"
#include "tools/explore/obituary.h"
#include "tools/explore/options.h"

namespace nut::explorer {

using WallTime = std::chrono::steady_clock::time_point;

// What is known while they work. `coverage` is put together for every look.
struct CrewProgress {
  uint64_t schedules = 0;
  uint64_t steps = 0;
  const explore::Coverage& coverage;
  // Exhaustive: the first decision that is still varied, by whoever is furthest behind. The search begins at a
  // run's last decision and is at its end when the first has been varied.
  uint32_t front = 0;
};

struct CrewFinding {
  Obituary fault;
  explore::Schedule schedule;
  bool truncated = false;  // the schedule is longer than what could be noted: only its seed tells it
  uint64_t run = 0;        // the seed, or the number of the run in its part of the tree
  uint64_t fail_allocation = 0;
};

struct CrewReport {
  uint64_t schedules = 0;  // runs that were made
  uint64_t steps = 0;
  uint64_t redundant = 0;
  uint64_t foreign = 0;
  uint64_t states = 0;
  uint64_t pairs = 0;
  uint64_t allocations = 0;
  bool complete = false;
  double seconds = 0;
  std::optional<CrewFinding> finding;

  // Without those that show what others have shown.
  uint64_t counted() const { return schedules - redundant - foreign; }
};

struct CrewOptions {
  // This program's share of the whole, cut further among the jobs.
  Part share;
  WallTime deadline = WallTime::max();
  std::function<void(const CrewProgress&)> on_progress;  // a few times a second; may be empty
  std::function<bool()> interrupted;                     // asked as often; may be empty
};

// The error is the system's.
tl::expected<CrewReport, std::string> RunCrew(const Case& what, const Options& options,
                                              const CrewOptions& crew);

}  // namespace nut::explorer
