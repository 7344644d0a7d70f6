#include "tools/storm/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "stack/base/rng.h"
#include "tap/host_system_calls.h"
#include "tools/storm/display.h"
#include "tools/storm/jobs.h"
#include "tools/storm/live/live_modes.h"
#include "tools/storm/report.h"

namespace nut::storm {
namespace {

ExitCode Complain(ExitCode code, std::string_view message) {
  fmt::print(stderr, "nutstorm: {}\n", message);
  return code;
}

SimulationOptions SimulationOf(const StormOptions& options, const Share& share,
                               const ServerMaker& make_server) {
  const Range range = RangeOf(options.connections, share);
  SimulationOptions simulation;
  simulation.seed = options.seed;
  simulation.mix = options.mix;
  simulation.sizes = options.sizes;
  simulation.first = range.first;
  simulation.connections = range.count;
  simulation.threads = options.ThreadsOfMode();
  simulation.latency = options.latency;
  simulation.time_wait = options.time_wait;
  simulation.check_every = options.check_every;
  simulation.impairment = options.impairment;
  simulation.make_server = make_server;
  return simulation;
}

std::vector<StormPart> RunSimulated(const StormOptions& options, const std::vector<std::string>& arguments,
                                    const ServerMaker& make_server, Watcher& watcher) {
  // Jobs cut the share once more: the result is the same as that of so many more shares.
  const auto share_of = [&](unsigned job) {
    return Share{options.share.index * options.jobs + job, options.share.count * options.jobs};
  };
  const JobWork work = [&](unsigned job, Watcher& job_watcher) {
    return Simulation(SimulationOf(options, share_of(job), make_server)).Run(&job_watcher);
  };
  std::vector<StormPart> parts;
  if (options.jobs == 1) {
    parts.push_back({work(0, watcher), ReplayCommand(options, arguments, share_of(0))});
    return parts;
  }
  for (StormResult& result : RunJobs(options.jobs, work, watcher)) {
    const auto job = static_cast<unsigned>(parts.size());
    parts.push_back({std::move(result), ReplayCommand(options, arguments, share_of(job))});
  }
  return parts;
}

LiveMode LiveModeOf(Mode mode) {
  return mode == Mode::kKernelServer   ? LiveMode::kKernelServer
         : mode == Mode::kKernelClient ? LiveMode::kKernelClient
                                       : LiveMode::kNodes;
}

tl::expected<StormResult, std::string> RunLiveMode(const StormOptions& options, Watcher& watcher) {
  const Range range = RangeOf(options.connections, options.share);
  tap::HostSystemCalls system;
  LiveOptions live;
  live.mode = LiveModeOf(options.mode);
  live.nutnode = options.nutnode.empty() ? FindNutnode() : options.nutnode;
  live.own_namespace = options.own_namespace;
  live.seed = options.seed;
  live.mix = options.mix;
  live.sizes = options.sizes;
  live.first = range.first;
  live.connections = range.count;
  live.threads = options.ThreadsOfMode();
  return RunLive(system, live, &watcher);
}

// To the file that --json names, and to Bazel's outputs of a test.
bool WriteJson(const std::vector<StormPart>& parts, const StormOptions& options,
               const Environment& environment) {
  const std::string text = ReportOf(parts, options).dump(2) + "\n";
  const auto write = [&](const std::string& path) {
    std::ofstream file(path);
    return static_cast<bool>(file << text << std::flush);
  };
  if (const char* outputs = environment("TEST_UNDECLARED_OUTPUTS_DIR")) {
    const unsigned shard = options.share.index;
    if (!write(fmt::format("{}/nutstorm-{}.json", outputs, shard))) return false;
  }
  if (options.json == "-") return std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  return options.json.empty() || write(options.json);
}

ExitCode Run(StormOptions options, const std::vector<std::string>& arguments, const Environment& environment,
             const ServerMaker& make_server) {
  if (options.seed.empty()) options.seed = Rng::HostSeed();
  BlockStopSignals();
  Display display(RangeOf(options.connections, options.share).count, options.until, {.unit = "connections"});
  std::vector<StormPart> parts;
  if (options.mode == Mode::kSimulated) {
    parts = RunSimulated(options, arguments, make_server, display);
  } else {
    auto result = RunLiveMode(options, display);
    display.Finish();
    if (!result) return Complain(ExitCode::kSystem, result.error());
    parts.push_back({std::move(*result), ReplayCommand(options, arguments, options.share)});
  }
  display.Finish();
  fmt::print(options.json == "-" ? stderr : stdout, "{}", SummaryOf(parts, options));
  if (!WriteJson(parts, options, environment)) return Complain(ExitCode::kSystem, "the report cannot be written");
  const bool passed = std::ranges::all_of(parts, [](const StormPart& part) { return part.result.passed(); });
  return passed ? ExitCode::kPassed : ExitCode::kFailed;
}

}  // namespace

ExitCode RunProgram(const std::vector<std::string>& arguments, const Environment& environment,
                    const ServerMaker& make_server) {
  CommandLine line = ParseCommandLine(arguments, environment);
  if (const auto* print = std::get_if<PrintAndExit>(&line)) {
    std::fputs(print->text.c_str(), stdout);
    return std::fflush(stdout) == 0 ? ExitCode::kPassed : ExitCode::kSystem;
  }
  if (const auto* error = std::get_if<UsageError>(&line)) return Complain(ExitCode::kUsage, error->message);
  return Run(std::get<StormOptions>(std::move(line)), arguments, environment, make_server);
}

}  // namespace nut::storm
