// table: how soon each mutant is found: for every mutant, in the scenario made for it and under both
// schedulers, from several start seeds: how many schedules it took, how long, and how short the schedule
// becomes.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "test/explore/mutants/finder.h"
#include "test/explore/mutants/hunts.h"
#include "test/explore/shrink.h"

namespace nut::explore {
namespace {

using Kind = SearchOptions::Kind;

// So many seeds belong to each start.
constexpr uint64_t kSeedsPerStart = 1'000'000;
constexpr uint32_t kShrinkAttempts = 1000;
// Shrinking takes far longer than finding: done for the first few starts only.
constexpr size_t kShrunkStarts = 3;

struct Options {
  unsigned starts = 20;
  bool markdown = false;
  std::string mutant;    // empty: all
  std::string scenario;  // empty: the mutant's own
  Limits limits{.schedules = kSeedsPerStart, .time = std::chrono::seconds(60)};
};

struct Row {
  std::vector<uint64_t> schedules;
  std::vector<double> seconds;
  std::vector<size_t> shrunk;
  std::string fault;  // of the first start
};

size_t ShrunkLength(const Quarry& quarry, const Catch& found) {
  const auto shows = [&](const Schedule& candidate) {
    const auto fault = Show(quarry, candidate);
    return fault && fault->kind == found.fault.kind;
  };
  return Shrink(found.schedule, shows, kShrinkAttempts).schedule.deviations.size();
}

Row Measure(const Quarry& quarry, const Options& options) {
  Row row;
  for (unsigned start = 0; start < options.starts; ++start) {
    const auto found = Find(quarry, 1 + start * kSeedsPerStart, options.limits);
    if (!found) continue;
    row.schedules.push_back(found->schedules);
    row.seconds.push_back(found->seconds);
    if (row.shrunk.size() < kShrunkStarts) row.shrunk.push_back(ShrunkLength(quarry, *found));
    if (row.fault.empty()) row.fault = found->fault.text;
  }
  return row;
}

template <typename T>
T Median(std::vector<T> values) {
  if (values.empty()) return {};
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

template <typename T>
T Worst(const std::vector<T>& values) {
  return values.empty() ? T{} : *std::max_element(values.begin(), values.end());
}

void PrintHead(const Options& options) {
  if (options.markdown) {
    fmt::print(
        "| mutant | scenario | scheduler | found | schedules: median | worst | seconds: median | worst "
        "| shrunk to |\n|---|---|---|---|---|---|---|---|---|\n");
  } else {
    fmt::print("{:<24} {:<22} {:<8} {:>6} {:>9} {:>9} {:>8} {:>8} {:>7}  fault\n", "mutant", "scenario",
               "sched", "found", "median", "worst", "median s", "worst s", "shrunk");
  }
}

void Print(const Quarry& quarry, const Row& row, const Options& options) {
  const std::string_view scheduler = quarry.kind == Kind::kPct ? "pct 3" : "random";
  const std::string found = fmt::format("{}/{}", row.schedules.size(), options.starts);
  if (options.markdown) {
    fmt::print("| {} | {} | {} | {} | {} | {} | {:.2f} | {:.2f} | {} |\n", NameOf(quarry.mutant),
               quarry.scenario->name, scheduler, found, Median(row.schedules), Worst(row.schedules),
               Median(row.seconds), Worst(row.seconds), Median(row.shrunk));
  } else {
    fmt::print("{:<24} {:<22} {:<8} {:>6} {:>9} {:>9} {:>8.2f} {:>8.2f} {:>7}  {}\n", NameOf(quarry.mutant),
               quarry.scenario->name, scheduler, found, Median(row.schedules), Worst(row.schedules),
               Median(row.seconds), Worst(row.seconds), Median(row.shrunk), row.fault);
  }
  std::fflush(stdout);
}

[[noreturn]] void Usage() {
  fmt::print(stderr,
             "usage: table [--markdown] [--starts N] [--seconds N] [--mutant NAME] [--scenario NAME]\n");
  std::exit(2);
}

Options Parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--markdown") {
      options.markdown = true;
      continue;
    }
    if (i + 1 == argc) Usage();
    const char* const value = argv[++i];
    if (name == "--starts") {
      options.starts = static_cast<unsigned>(std::atoi(value));
    } else if (name == "--seconds") {
      options.limits.time = std::chrono::seconds(std::atoi(value));
    } else if (name == "--mutant" && MutantNamed(value)) {
      options.mutant = value;
    } else if (name == "--scenario" && FindScenario(value) != nullptr) {
      options.scenario = value;
    } else {
      Usage();
    }
  }
  return options;
}

}  // namespace
}  // namespace nut::explore

int main(int argc, char** argv) {
  using namespace nut::explore;
  const Options options = Parse(argc, argv);
  PrintHead(options);
  for (const Hunt& hunt : AllHunts()) {
    if (!options.mutant.empty() && options.mutant != NameOf(hunt.mutant)) continue;
    for (const Kind kind : {Kind::kRandom, Kind::kPct}) {
      const Quarry quarry{
          .mutant = hunt.mutant,
          .scenario = FindScenario(options.scenario.empty() ? hunt.scenario : options.scenario),
          .kind = kind};
      Print(quarry, Measure(quarry, options), options);
    }
  }
}
