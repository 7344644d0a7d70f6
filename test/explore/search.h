// Search: run after run of one scenario in this process, until a fault, a limit, or the end of what there is.
// What nutexplore's worker processes and the tests do.
#pragma once

#include <chrono>
#include <climits>
#include <cstdint>
#include <functional>
#include <optional>

#include "test/explore/coverage.h"
#include "test/explore/fault.h"
#include "test/explore/run.h"
#include "test/explore/scenario.h"
#include "test/explore/schedule.h"

namespace nut::explore {

struct SearchOptions {
  enum class Kind : uint8_t { kRandom, kPct, kExhaustive };
  Kind kind = Kind::kRandom;

  // Random and PCT: run number n has the seed n. First and number of them.
  uint64_t first_seed = 1;
  uint64_t seeds = 1000;
  unsigned depth = 3;  // PCT: the d of its bound

  // Exhaustive: see strategies/exhaustive.h.
  unsigned preemptions = 2;
  unsigned disorders = 1;
  unsigned orders =
      UINT_MAX;  // free; where many threads are ready at once, only 0, 1, 2 make a walkable space
  bool reduce = true;

  // This process takes every shards-th seed, or the part of the tree with that number.
  uint32_t shard = 0;
  uint32_t shards = 1;

  uint64_t maximum_runs = 0;                // 0: no limit
  std::chrono::nanoseconds maximum_time{};  // of the host; 0: no limit
  std::function<bool()> stop;               // asked between runs; may be empty

  // `coverage` and `progress` are used if they are given.
  RunOptions run;
};

struct SearchReport {
  uint64_t runs = 0;
  uint64_t steps = 0;
  // Exhaustive: runs given up because what follows is equivalent to what was seen. Part of `runs`.
  uint64_t redundant = 0;
  // Exhaustive: runs that this part made and another one counts. Part of `runs`; what is left is the number
  // of schedules of this part.
  uint64_t foreign = 0;
  bool complete = false;  // everything asked for was done: all seeds, or the whole of the (part of the) tree
  double seconds = 0;     // of the host

  struct Finding {
    uint64_t run = 0;  // the seed; exhaustive: the number of the run, from 0
    Schedule schedule;
    Fault fault;
  };
  std::optional<Finding> finding;  // the first fault; the search ends there
};

// The k of PCT's bound: the most decisions of production's own run and of eight random ones. Always the same
// for equal scenarios and options.
uint32_t ExpectedSteps(const Scenario& scenario, RunOptions options);

SearchReport Search(const Scenario& scenario, const SearchOptions& options);

}  // namespace nut::explore
