// Run: one scenario under one strategy, from an empty world to an empty world, in this process. What
// nutexplore, the shrinker and the tests repeat by the million; nothing of one run is left for the next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "test/explore/fault.h"
#include "test/explore/scenario.h"
#include "test/explore/schedule.h"
#include "test/explore/story.h"
#include "test/explore/strategy.h"

namespace nut::explore {

struct Coverage;
struct ProgressMemory;

struct RunOptions {
  std::string seed = "1";           // of the world: initial sequence numbers, ports, …
  uint64_t fail_allocation = 0;     // the allocation that fails, counted from 1; 0: none
  uint32_t maximum_steps = 20'000;  // decisions; a run that takes more is endless
  // Told what happens; null during a search, for it costs.
  StoryListener* story = nullptr;
  std::string pcapng;                  // the path of a capture to write; empty: none
  Coverage* coverage = nullptr;        // counts what was seen; may be null
  ProgressMemory* progress = nullptr;  // for who watches this process; may be null
};

struct RunReport {
  std::optional<Fault> fault;
  Schedule schedule;         // what was decided otherwise than production does
  uint32_t steps = 0;        // decisions
  uint64_t wire_hash = 0;    // over all frames, in order
  uint64_t state_hash = 0;   // over the states at every decision and at the end, in order
  uint64_t allocations = 0;  // those that could have failed
};

RunReport RunScenario(const Scenario& scenario, const RunOptions& options, Strategy& strategy);
// The run of a schedule.
RunReport RunSchedule(const Scenario& scenario, const RunOptions& options, const Schedule& schedule);

}  // namespace nut::explore
