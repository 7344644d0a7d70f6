#include "test/explore/self/toy.h"

#include "stack/base/invariant.h"
#include "test/explore/self/watching.h"
#include "test/explore/strategies/replay.h"

namespace nut::explore {
void Toy::Spawn(unsigned node, std::string_view name, std::function<void()> body, uint8_t priority) {
  const auto thread = executor_.Create(name, std::move(body), 0, priority);
  NUT_INVARIANT(thread.has_value(), "no thread for a toy");
  nodes_[*thread] = node;
}

uint64_t Toy::StateNow() const {
  uint64_t hash = 0;
  for (const int value : outcome) hash = Mix(hash, static_cast<uint64_t>(value));
  executor_.VisitThreads([&](const os::ThreadGlance& thread) {
    hash = Mix(hash, thread.handle.id());
    hash = Mix(hash, std::hash<std::string_view>()(thread.waiting_on));
    hash = Mix(hash, static_cast<uint64_t>(thread.state));
  });
  return hash;
}

unsigned Toy::NodeOf(os::ThreadHandle thread) const {
  const auto node = nodes_.find(thread);
  return node == nodes_.end() ? 0 : node->second;
}

std::string Toy::PlaceOf(os::ThreadHandle thread) const {
  std::string place;
  executor_.VisitThreads([&](const os::ThreadGlance& glance) {
    if (glance.handle == thread) place = glance.waiting_on;
  });
  return place;
}

ToyReport RunToy(const Scene& scene, Strategy& strategy, RecorderOptions options) {
  ToyReport report;
  Watching watching(strategy, report.states_at_timers);
  Recorder recorder(watching, options);
  static os::StackPool stacks(1 << 20);  // runs are many and short
  Toy toy(recorder, stacks);
  recorder.Begin(toy);
  scene(toy);
  toy.Run();
  recorder.End();
  report.fault = toy.fault;
  report.endless = recorder.endless();
  report.schedule = recorder.schedule();
  report.steps = recorder.steps();
  report.state_hash = recorder.state_hash();
  report.outcome = toy.outcome;
  return report;
}

ToyReport RunToy(const Scene& scene, const Schedule& schedule) {
  ReplayStrategy replay(schedule);
  return RunToy(scene, replay);
}

}  // namespace nut::explore
