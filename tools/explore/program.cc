#include "tools/explore/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "tools/explore/command_line.h"
#include "tools/explore/console.h"
#include "tools/explore/hunt.h"
#include "tools/explore/surroundings.h"

namespace nut::explorer {
namespace {

constexpr int kClean = 0;
constexpr int kFault = 1;
constexpr int kUsage = 64;
constexpr int kSystem = 71;
constexpr int kInterrupted = 130;

int Complain(int status, std::string_view message) {
  fmt::print(stderr, "nutexplore: {}\n", message);
  return status;
}

std::string ListText(std::span<const explore::Scenario> scenarios) {
  size_t width = 0;
  for (const auto& scenario : scenarios) width = std::max(width, scenario.name.size());
  std::string text;
  for (const auto& scenario : scenarios) {
    text += fmt::format("{:<{}}  {:<7} {}\n", scenario.name, width,
                        scenario.size == explore::Size::kSmall ? "small" : "medium", scenario.description);
  }
  if (kHasMutants) {
    text += "\nmutants:\n";
    for (const Mutant mutant : AllMutants()) text += fmt::format("  {}\n", NameOf(mutant));
  }
  return text;
}

// Of a test's shard, beside whatever else the test leaves.
std::string ShardReportPath(const Options& options, const Report& report, const std::string& directory) {
  std::string scenario = report.scenario;
  std::ranges::replace(scenario, '/', '-');
  return fmt::format("{}/nutexplore-{}-{}{}-{}.json", directory, scenario,
                     options.replay ? "replay" : NameOf(options.strategy),
                     options.fail_each_allocation ? "-allocations" : "", report.shard.number);
}

int WriteReport(const Options& options, const Report& report) {
  const std::string json = ToJson(report, options);
  if (!options.json.empty() && !WriteOutput(options.json, json)) {
    return Complain(kSystem, fmt::format("--json: {}: {}", options.json, std::strerror(errno)));
  }
  if (const std::string directory = OutputsDirectory(); !directory.empty()) {
    const std::string path = ShardReportPath(options, report, directory);
    if (!WriteOutput(path, json)) return Complain(kSystem, fmt::format("{}: {}", path, std::strerror(errno)));
  }
  return kClean;
}

}  // namespace

int RunProgram(const std::vector<std::string>& arguments, std::span<const explore::Scenario> scenarios) {
  const CommandLine line = ParseCommandLine({arguments.begin() + 1, arguments.end()}, {scenarios});
  if (const auto* print = std::get_if<PrintAndExit>(&line))
    return WriteOutput("-", print->text) ? kClean : kSystem;
  if (const auto* error = std::get_if<UsageError>(&line)) return Complain(kUsage, error->message);
  const Options& options = std::get<Options>(line);
  if (options.list) return WriteOutput("-", ListText(scenarios)) ? kClean : kSystem;

  NoteInterrupts();
  Console console(options);
  const HuntOptions hunt{
      .program = arguments.front(), .shard = ShardFromEnvironment(), .interrupted = Interrupted};
  const auto report = Hunt(options, hunt, console);
  if (!report) return Complain(kSystem, report.error());
  if (const int status = WriteReport(options, *report); status != kClean) return status;
  if (!report->faults.empty()) return kFault;
  return Interrupted() ? kInterrupted : kClean;
}

}  // namespace nut::explorer
