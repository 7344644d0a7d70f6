#include "tools/explore/investigation.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "test/explore/shrink.h"
#include "tools/explore/replay_command.h"
#include "tools/explore/temporary_file.h"
#include "tools/explore/trial.h"

namespace nut::explorer {
namespace {

using std::chrono::steady_clock;

constexpr uint32_t kMostAttempts = 5'000;
constexpr auto kLongestShrinking = std::chrono::minutes(2);
// The shrinker's runs have no time to symbolize a report, and what hangs shall do so soon.
constexpr Duration kShortPatience = std::chrono::seconds(3);

// Shrinks `finding.schedule` while it shows the same fault.
std::optional<std::string> ShrinkSchedule(Finding& finding, const std::string& sameness,
                                          const Options& options, const std::function<void()>& on_attempt) {
  std::optional<std::string> refused;
  bool out_of_time = false;
  const auto deadline = steady_clock::now() + kLongestShrinking;
  const auto shows_fault = [&](const explore::Schedule& candidate) {
    out_of_time = out_of_time || steady_clock::now() > deadline;
    if (refused || out_of_time) return false;
    if (on_attempt) on_attempt();
    const auto trial =
        RunTrial(finding.what, candidate, {.patience = std::min(options.patience, kShortPatience)});
    if (!trial) refused = trial.error();
    return trial && trial->fault && trial->fault->sameness == sameness;
  };
  const explore::ShrinkReport report = explore::Shrink(finding.schedule, shows_fault, kMostAttempts);
  finding.schedule = report.schedule;
  finding.shrink_attempts = report.attempts;
  finding.minimal = report.minimal && !out_of_time;
  return refused;
}

// Who freed what is used later is worth an event of its own: behind the last of what that thread did when it
// ran.
void AddDeeds(std::vector<explore::StoryEvent>& events, const Testimony& testimony) {
  if (!testimony.freed) return;
  const Deed& freed = *testimony.freed;
  const auto is_before = [&](const explore::StoryEvent& event) {
    if (event.when != freed.when || event.step != freed.step) {
      return std::pair(event.when, event.step) < std::pair(freed.when, freed.step);
    }
    return event.node == freed.node && event.thread == freed.thread;
  };
  const auto last = std::find_if(events.rbegin(), events.rend(), is_before);
  events.insert(last.base(), {.kind = explore::StoryEvent::Kind::kLog,
                              .when = freed.when,
                              .step = freed.step,
                              .node = freed.node,
                              .thread = freed.thread,
                              .text = "frees the memory that is used in the end",
                              .to = ""});
}

}  // namespace

tl::expected<ToldRun, std::string> RunAndTell(std::string_view program, const Case& what,
                                              const Options& options, const explore::Schedule& schedule) {
  std::optional<TemporaryFile> capture;
  TrialOptions trial_options{.story = true, .patience = options.patience};
  if (!options.pcapng.empty()) {
    auto file = TemporaryFile::Create();
    if (!file) return tl::unexpected(file.error());
    capture.emplace(*std::move(file));
    trial_options.pcapng = capture->path();
  }
  auto trial = RunTrial(what, schedule, trial_options);
  if (!trial) return tl::unexpected(trial.error());
  ToldRun told;
  told.steps = trial->steps;
  told.has_fault = trial->fault.has_value();
  told.finding.what = what;
  told.finding.schedule = schedule;
  told.finding.deviations_found = schedule.deviations.size();
  told.finding.events = std::move(trial->events);
  told.finding.replay = ReplayCommand(program, what, schedule);
  if (trial->fault) told.finding.fault = *std::move(trial->fault);
  told.finding.sanitizer = ParseSanitizerReport(trial->errors);
  told.finding.testimony = trial->testimony;
  if (trial->testimony) AddDeeds(told.finding.events, *trial->testimony);
  if (capture) told.finding.capture = capture->Read();
  return told;
}

tl::expected<Finding, std::string> Investigate(std::string_view program, const Case& what,
                                               const Options& options, const CrewFinding& found,
                                               const std::function<void()>& on_attempt) {
  Finding finding;
  finding.what = what;
  finding.schedule = found.schedule;
  finding.deviations_found = found.schedule.deviations.size();
  finding.fault = found.fault;

  // That a fault comes back is not taken for granted: a run that depends on those before it is a fault of the
  // explorer's own.
  const auto again = RunTrial(what, found.schedule, {.patience = options.patience});
  if (!again) return tl::unexpected(again.error());
  const bool comes_back = again->fault && again->fault->sameness == found.fault.sameness;
  if (!comes_back) {
    finding.remark =
        found.truncated
            ? "the schedule is longer than what is noted of one: it is shown by its seed, and not shrunk"
            : "this schedule alone, in a process of its own, does not show it: it is not shrunk";
    finding.replay = SeedCommand(program, what, options, found.run);
    finding.sanitizer = ParseSanitizerReport(found.fault.errors);
    return finding;
  }

  if (const auto refused = ShrinkSchedule(finding, found.fault.sameness, options, on_attempt)) {
    return tl::unexpected(*refused);
  }
  auto told = RunAndTell(program, what, options, finding.schedule);
  if (!told) return tl::unexpected(told.error());
  told->finding.deviations_found = finding.deviations_found;
  told->finding.shrink_attempts = finding.shrink_attempts;
  told->finding.minimal = finding.minimal;
  if (!told->has_fault) told->finding.fault = found.fault;
  return std::move(told->finding);
}

}  // namespace nut::explorer
