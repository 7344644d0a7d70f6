// Prints, for each scenario named (or all), how long a run takes and how large its exhaustive space is.
//   bazel run //test/explore/self:measure -- 2 1 1 20 connect-refused
// (preemptions, disorders, orders or -1: free, seconds at most, scenarios)
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "test/explore/coverage.h"
#include "test/explore/search.h"

int main(int argc, char** argv) {
  using nut::explore::AllScenarios;
  using nut::explore::Coverage;
  using nut::explore::Scenario;
  using nut::explore::SearchOptions;
  const auto number = [&](int index, unsigned otherwise) {
    return argc > index ? static_cast<unsigned>(std::atoi(argv[index])) : otherwise;
  };
  const unsigned preemptions = number(1, 2);
  const unsigned disorders = number(2, 1);
  const unsigned orders = number(3, UINT_MAX);
  const unsigned seconds = number(4, 10);
  std::printf("%-34s %6s %9s %9s %11s %10s %9s %s\n", "scenario", "steps", "random/s", "states", "schedules",
              "redundant", "seconds", "");
  for (const Scenario& scenario : AllScenarios()) {
    bool wanted = argc <= 5;
    for (int i = 5; i < argc; ++i) wanted = wanted || scenario.name == argv[i];
    if (!wanted) continue;
    const auto coverage = std::make_unique<Coverage>();
    SearchOptions options;
    options.run.coverage = coverage.get();
    options.seeds = 1000;
    const auto random = Search(scenario, options);
    options.kind = SearchOptions::Kind::kExhaustive;
    options.preemptions = preemptions;
    options.disorders = disorders;
    options.orders = orders;
    options.maximum_time = std::chrono::seconds(seconds);
    const auto all = Search(scenario, options);
    std::printf("%-34.*s %6.0f %9.0f %9llu %11llu %10llu %9.1f %s\n", static_cast<int>(scenario.name.size()),
                scenario.name.data(), static_cast<double>(random.steps) / static_cast<double>(random.runs),
                static_cast<double>(random.runs) / random.seconds,
                static_cast<unsigned long long>(coverage->states.Count()),
                static_cast<unsigned long long>(all.runs - all.redundant),
                static_cast<unsigned long long>(all.redundant), all.seconds, all.complete ? "complete" : "");
    for (const auto* report : {&random, &all}) {
      if (report->finding) {
        std::printf("    %s: %s\n    %s\n", std::string(NameOf(report->finding->fault.kind)).c_str(),
                    report->finding->fault.text.c_str(), report->finding->schedule.ToText().c_str());
      }
    }
    std::fflush(stdout);
  }
}
