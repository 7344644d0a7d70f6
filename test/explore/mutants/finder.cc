#include "test/explore/mutants/finder.h"

#include <sys/mman.h>

#include <functional>
#include <new>
#include <string>

#include "stack/base/invariant.h"
#include "test/explore/progress_memory.h"
#include "test/explore/run.h"
#include "tools/explore/child.h"
#include "tools/explore/obituary.h"

// Names in stacks cost more than the whole search, and nobody reads them here.
extern "C" const char* __asan_default_options() { return "symbolize=0:detect_leaks=0"; }

namespace nut::explore {
namespace {

using explorer::Child;
using Clock = std::chrono::steady_clock;

// Beyond its own limit of time a child is given so long.
constexpr std::chrono::seconds kGrace{20};

// Shared with the child.
class SharedProgress {
 public:
  SharedProgress()
      : memory_(mmap(nullptr, sizeof(ProgressMemory), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                     0)) {
    NUT_INVARIANT(memory_ != MAP_FAILED, "no memory to be shared with a child");
  }
  ~SharedProgress() { munmap(memory_, sizeof(ProgressMemory)); }
  SharedProgress(const SharedProgress&) = delete;
  SharedProgress& operator=(const SharedProgress&) = delete;

  ProgressMemory& operator*() const { return *static_cast<ProgressMemory*>(memory_); }

 private:
  void* const memory_;
};

// Runs it with the mutant in a child, to its end.
Child RunChild(Mutant mutant, Clock::duration patience, const std::function<std::string()>& body) {
  auto child = Child::Start([&](int output) {
    SetMutant(mutant);
    explorer::WriteAll(output, body());
  });
  NUT_INVARIANT(child.has_value(), "no process to search in");
  const auto deadline = Clock::now() + patience;
  while (child->Pump()) {
    Child* const one[] = {&*child};
    Child::Wait(one, 100);
    if (Clock::now() > deadline) child->Kill();
  }
  return std::move(*child);
}

bool Died(const Child& child) { return child.killed() || child.wait_status() != 0; }

}  // namespace

std::optional<Catch> Find(const Quarry& quarry, uint64_t first_seed, const Limits& limits) {
  const SharedProgress shared;
  ProgressMemory& progress = *shared;
  const auto begun = Clock::now();
  // What a child finds without dying of it: the number of schedules, the schedule, and the fault, by lines.
  const Child child = RunChild(quarry.mutant, limits.time + kGrace, [&]() -> std::string {
    SearchOptions options{.kind = quarry.kind,
                          .first_seed = first_seed,
                          .seeds = limits.schedules,
                          .depth = quarry.depth,
                          .maximum_time = limits.time};
    options.run.progress = &progress;
    const SearchReport report = Search(*quarry.scenario, options);
    if (!report.finding) return "";
    return std::to_string(report.runs) + "\n" + report.finding->schedule.ToText() + "\n" +
           std::to_string(static_cast<int>(report.finding->fault.kind)) + "\n" + report.finding->fault.text;
  });
  Catch result;
  result.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  if (Died(child)) {
    result.schedules = progress.runs_done + 1;
    result.schedule = progress.CurrentSchedule();
    result.fault = explorer::Examine(child).fault;
    return result;
  }
  const std::string& said = child.output();
  if (said.empty()) return std::nullopt;
  const size_t first = said.find('\n');
  const size_t second = said.find('\n', first + 1);
  const size_t third = said.find('\n', second + 1);
  result.schedules = std::stoull(said);
  result.schedule = Schedule::Parse(said.substr(first + 1, second - first - 1)).value();
  result.fault = {static_cast<FaultKind>(std::stoi(said.substr(second + 1))), said.substr(third + 1)};
  return result;
}

std::optional<Fault> Show(const Quarry& quarry, const Schedule& schedule) {
  const Child child = RunChild(quarry.mutant, kGrace, [&]() -> std::string {
    const RunReport report = RunSchedule(*quarry.scenario, {}, schedule);
    if (!report.fault) return "";
    return std::to_string(static_cast<int>(report.fault->kind)) + "\n" + report.fault->text;
  });
  if (Died(child)) return explorer::Examine(child).fault;
  const std::string& said = child.output();
  if (said.empty()) return std::nullopt;
  return Fault{static_cast<FaultKind>(std::stoi(said)), said.substr(said.find('\n') + 1)};
}

}  // namespace nut::explore
