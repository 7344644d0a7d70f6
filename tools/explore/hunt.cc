#include "tools/explore/hunt.h"

#include <fmt/format.h>

#include <locale>
#include <memory>

#include "tools/explore/investigation.h"
#include "tools/explore/publication.h"
#include "tools/explore/result_line.h"
#include "tools/progress/progress.h"

namespace nut::explorer {
namespace {

using std::chrono::steady_clock;

class Hunter {
 public:
  Hunter(const Options& options, const HuntOptions& hunt, Console& console)
      : options_(options), hunt_(hunt), console_(console) {
    if (options.time < Duration(std::chrono::hours(24 * 365))) deadline_ = started_ + options.time;
    report_.scenario = options.scenario;
    report_.shard = hunt.shard;
  }

  tl::expected<Report, std::string> Run() {
    const auto done = options_.replay ? Replay() : Search();
    if (!done) return tl::unexpected(done.error());
    report_.seconds = SecondsSince(started_);
    return std::move(report_);
  }

 private:
  using Done = tl::expected<void, std::string>;

  static double SecondsSince(WallTime then) {
    return std::chrono::duration<double>(steady_clock::now() - then).count();
  }

  Case CaseOf(const explore::Scenario& scenario) const {
    return {&scenario, options_.world_seed, options_.fail_allocation, options_.mutant};
  }

  Done Search() {
    for (const explore::Scenario* scenario : options_.scenarios) {
      if (steady_clock::now() > deadline_ || hunt_.interrupted()) break;
      if (auto searched = SearchOne(*scenario); !searched) return searched;
      if (!report_.faults.empty()) break;
    }
    return {};
  }

  // How many runs there are to do for this process; 0: nobody knows.
  uint64_t Expected() const {
    const bool seeded = options_.strategy == Strategy::kPct || options_.strategy == Strategy::kRandom;
    return seeded && !options_.fail_each_allocation ? options_.seeds.size() / hunt_.shard.parts : 0;
  }

  Done SearchOne(const explore::Scenario& scenario) {
    const Case what = CaseOf(scenario);
    tools::Progress progress(
        scenario.name, Expected(), stderr,
        {.style = console_.quiet() ? tools::ProgressStyle::kSilent : tools::ProgressStyle::kAuto,
         .unit = "schedules"});
    CrewOptions crew{.share = hunt_.shard, .deadline = deadline_, .interrupted = hunt_.interrupted};
    crew.on_progress = [&](const CrewProgress& now) {
      if (!progress.due()) return;
      std::vector<tools::ProgressColumn> columns{{"states", std::to_string(now.coverage.states.Count())},
                                                 {"pairs", std::to_string(now.coverage.pairs.count)}};
      if (options_.strategy == Strategy::kExhaustive) columns.push_back({"front", std::to_string(now.front)});
      progress.Show(now.schedules, columns);
    };
    auto result = RunCrew(what, options_, crew);
    progress.Finish();
    if (!result) return tl::unexpected(result.error());
    const auto found = std::exchange(result->finding, std::nullopt);
    report_.scenarios.push_back({std::string(scenario.name), *result});
    if (found) return Pursue(what, *found, *result);
    console_.Print(ResultLine(what, options_, hunt_.shard, *result));
    return {};
  }

  Done Pursue(Case what, const CrewFinding& found, const CrewReport& result) {
    what.fail_allocation = found.fail_allocation;
    tools::Progress progress(
        "shrinking", 0, stderr,
        {.style = console_.quiet() ? tools::ProgressStyle::kSilent : tools::ProgressStyle::kAuto,
         .unit = "runs"});
    uint64_t attempts = 0;
    auto finding = Investigate(hunt_.program, what, options_, found, [&] {
      if (progress.due()) progress.Show(attempts);
      ++attempts;
    });
    progress.Finish();
    if (!finding) return tl::unexpected(finding.error());
    finding->found = FoundLine(options_, found, result);
    report_.faults.push_back(*std::move(finding));
    return PublishFault(report_.faults.back(), options_, console_);
  }

  Done Replay() {
    auto told = RunAndTell(hunt_.program, CaseOf(*options_.scenarios.front()), options_, *options_.replay);
    if (!told) return tl::unexpected(told.error());
    CrewReport result;
    result.schedules = 1;
    result.steps = told->steps;
    result.complete = true;
    report_.scenarios.push_back({report_.scenario, result});
    if (!told->has_fault) return PublishHarmless(told->finding, options_, console_);
    report_.faults.push_back(std::move(told->finding));
    return PublishFault(report_.faults.back(), options_, console_);
  }

  const Options& options_;
  const HuntOptions& hunt_;
  Console& console_;
  const WallTime started_ = steady_clock::now();
  WallTime deadline_ = WallTime::max();
  Report report_;
};

}  // namespace

tl::expected<Report, std::string> Hunt(const Options& options, const HuntOptions& hunt, Console& console) {
  return Hunter(options, hunt, console).Run();
}

}  // namespace nut::explorer
