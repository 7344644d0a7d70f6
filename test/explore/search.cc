#include "test/explore/search.h"

#include <algorithm>

#include "test/explore/progress_memory.h"
#include "test/explore/strategies/exhaustive.h"
#include "test/explore/strategies/pct.h"
#include "test/explore/strategies/random.h"

namespace nut::explore {
namespace {

using HostClock = std::chrono::steady_clock;

class Searcher {
 public:
  Searcher(const Scenario& scenario, const SearchOptions& options)
      : scenario_(scenario), options_(options), start_(HostClock::now()) {}

  SearchReport Run() {
    report_.complete = options_.kind == SearchOptions::Kind::kExhaustive ? RunExhaustive() : RunSeeds();
    report_.seconds = std::chrono::duration<double>(HostClock::now() - start_).count();
    return report_;
  }

 private:
  // The searches return whether they came to their end.

  bool RunSeeds() {
    const bool pct = options_.kind == SearchOptions::Kind::kPct;
    const uint32_t expected_steps = pct ? ExpectedSteps(scenario_, options_.run) : 0;
    for (uint64_t seed = options_.first_seed + options_.shard; seed - options_.first_seed < options_.seeds;
         seed += options_.shards) {
      if (LimitReached()) return false;
      if (pct) {
        PctStrategy strategy(seed, options_.depth, expected_steps);
        if (!RunOne(seed, strategy)) return false;
      } else {
        RandomStrategy strategy(seed);
        if (!RunOne(seed, strategy)) return false;
      }
    }
    return true;
  }

  bool RunExhaustive() {
    // The n-th allocation is counted over all nodes: then no two steps commute.
    const bool reduce = options_.reduce && options_.run.fail_allocation == 0;
    ExhaustiveStrategy strategy({.bound = {options_.preemptions, options_.disorders, options_.orders},
                                 .reduce = reduce,
                                 .shard = options_.shard,
                                 .shards = options_.shards});
    for (;;) {
      if (LimitReached()) return false;
      if (!RunOne(report_.runs, strategy)) return false;
      report_.redundant += strategy.redundant();
      report_.foreign += !strategy.redundant() && strategy.foreign();
      if (!strategy.Next()) return true;
    }
  }

  // False: it has shown a fault.
  bool RunOne(uint64_t number, Strategy& strategy) {
    if (options_.run.progress != nullptr) options_.run.progress->run = number;
    RunReport run = RunScenario(scenario_, options_.run, strategy);
    ++report_.runs;
    report_.steps += run.steps;
    if (!run.fault) return true;
    report_.finding = SearchReport::Finding{number, std::move(run.schedule), *std::move(run.fault)};
    return false;
  }

  bool LimitReached() const {
    if (options_.stop && options_.stop()) return true;
    if (options_.maximum_runs != 0 && report_.runs >= options_.maximum_runs) return true;
    return options_.maximum_time.count() != 0 && HostClock::now() - start_ >= options_.maximum_time;
  }

  const Scenario& scenario_;
  const SearchOptions& options_;
  const HostClock::time_point start_;
  SearchReport report_;
};

}  // namespace

uint32_t ExpectedSteps(const Scenario& scenario, RunOptions options) {
  constexpr uint64_t kProbes = 8;
  options.story = nullptr;
  options.coverage = nullptr;
  options.pcapng.clear();
  uint32_t steps = RunSchedule(scenario, options, {}).steps;
  for (uint64_t seed = 1; seed <= kProbes; ++seed) {
    RandomStrategy probe(seed);
    steps = std::max(steps, RunScenario(scenario, options, probe).steps);
  }
  return steps;
}

SearchReport Search(const Scenario& scenario, const SearchOptions& options) {
  return Searcher(scenario, options).Run();
}

}  // namespace nut::explore
