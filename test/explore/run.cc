#include "test/explore/run.h"

#include "test/explore/recorder.h"
#include "test/explore/strategies/replay.h"
#include "test/explore/world.h"

namespace nut::explore {
namespace {

class ExploredWorld final : public Explored {
 public:
  explicit ExploredWorld(World& world) : world_(world), executor_(world.executor()) {}

  void CheckStep() override { world_.CheckStep(); }
  uint64_t StateNow() const override { return world_.StateNow(); }
  unsigned NodeOf(os::ThreadHandle thread) const override {
    return static_cast<unsigned char>(NodeCharOf(thread));
  }
  uint8_t PriorityOf(os::ThreadHandle thread) const override { return executor_.priority_of(thread); }
  uint64_t TimerStarts() const override { return executor_.timers().starts(); }
  bool TimerIsDue() const override { return executor_.timers().next_deadline() <= executor_.Now(); }
  size_t ThreadCount() const override { return executor_.thread_count(); }
  std::string PlaceOf(os::ThreadHandle thread) const override {
    std::string place;
    executor_.VisitThreads([&](const os::ThreadGlance& glance) {
      if (glance.handle == thread) place = glance.waiting_on;
    });
    return place;
  }
  Instant Now() const override { return executor_.Now(); }
  std::string NameOf(os::ThreadHandle thread) const override {
    return std::string(executor_.name_of(thread));
  }
  std::string NodeNameOf(os::ThreadHandle thread) const override {
    const char node = NodeCharOf(thread);
    return node == 0 ? std::string() : std::string(1, node);
  }

 private:
  char NodeCharOf(os::ThreadHandle thread) const { return thread.valid() ? world_.NodeOf(thread) : '\0'; }

  World& world_;
  const os::Executor& executor_;
};

}  // namespace

RunReport RunScenario(const Scenario& scenario, const RunOptions& options, Strategy& strategy) {
  Recorder recorder(strategy, {.maximum_steps = options.maximum_steps,
                               .story = options.story,
                               .coverage = options.coverage,
                               .progress = options.progress});
  World world({.seed = options.seed,
               .fail_allocation = options.fail_allocation,
               .story = options.story,
               .pcapng = options.pcapng},
              recorder);
  ExploredWorld explored(world);
  recorder.Begin(explored);
  Start(scenario, world);
  RunReport report;
  report.fault = world.RunToEnd();
  recorder.End();
  if (!report.fault && recorder.endless()) {
    report.fault = Fault{FaultKind::kEndless,
                         "the run took more than " + std::to_string(options.maximum_steps) + " decisions"};
  }
  report.schedule = recorder.schedule();
  report.steps = recorder.steps();
  report.wire_hash = world.wire_hash();
  report.state_hash = recorder.state_hash();
  report.allocations = world.allocations();
  return report;
}

RunReport RunSchedule(const Scenario& scenario, const RunOptions& options, const Schedule& schedule) {
  ReplayStrategy replay(schedule);
  return RunScenario(scenario, options, replay);
}

}  // namespace nut::explore
