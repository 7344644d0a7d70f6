// Finder: searches one scenario for the harm that one mutant does, in a process of its own, for most mutants
// end it. In programs that were built with the mutants.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "stack/base/mutant.h"
#include "test/explore/fault.h"
#include "test/explore/scenario.h"
#include "test/explore/schedule.h"
#include "test/explore/search.h"

namespace nut::explore {

struct Quarry {
  Mutant mutant{};
  const Scenario* scenario = nullptr;
  SearchOptions::Kind kind = SearchOptions::Kind::kRandom;  // or kPct
  unsigned depth = 3;                                       // of PCT
};

struct Limits {
  uint64_t schedules = 1000;
  std::chrono::seconds time{60};
};

struct Catch {
  uint64_t schedules = 0;  // run until it was found, that one included
  double seconds = 0;      // all in all
  Schedule schedule;
  Fault fault;
};

// The first fault, from the run with `first_seed` on. Nothing: none within the limits.
std::optional<Catch> Find(const Quarry& quarry, uint64_t first_seed, const Limits& limits);

// What goes wrong under this one schedule.
std::optional<Fault> Show(const Quarry& quarry, const Schedule& schedule);

}  // namespace nut::explore
