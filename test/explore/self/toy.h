// Toy: a few bare threads on an executor, as something to explore whose every answer is known. A scene sets
// the threads going, and leaves what came out in `outcome`. Made for one run.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/clock.h"
#include "stack/os/event_queue.h"
#include "stack/os/executor.h"
#include "stack/os/timer.h"
#include "test/explore/explored.h"
#include "test/explore/recorder.h"
#include "test/explore/strategy.h"

namespace nut::explore {

class Toy final : public Explored {
 public:
  static constexpr uint8_t kPriority = 32;

  Toy(os::Scheduler& scheduler, os::StackPool& stacks) : executor_(clock_, {.stacks = &stacks}, &scheduler) {}
  ~Toy() override { executor_.KillAll(); }

  // --- for scenes
  // A thread of node 1, 2, … or 0: none.
  void Spawn(unsigned node, std::string_view name, std::function<void()> body, uint8_t priority = kPriority);
  // The thread's own steps: each ends at a point.
  void Stand(os::SchedulingPoint point = os::SchedulingPoint::kTransmit) { executor_.Pass(point); }
  // Something that lives as long as the toy.
  template <typename T, typename... Arguments>
  T& Keep(Arguments&&... arguments) {
    auto kept = std::make_shared<T>(std::forward<Arguments>(arguments)...);
    kept_.push_back(kept);
    return *kept;
  }
  os::Executor& executor() { return executor_; }

  std::vector<int> outcome = std::vector<int>(8);  // the state of the scene
  bool fault = false;

  // --- for runs
  os::RunResult Run() { return executor_.Run(); }

  uint64_t StateNow() const override;
  unsigned NodeOf(os::ThreadHandle thread) const override;
  uint8_t PriorityOf(os::ThreadHandle thread) const override { return executor_.priority_of(thread); }
  uint64_t TimerStarts() const override { return executor_.timers().starts(); }
  bool TimerIsDue() const override { return executor_.timers().next_deadline() <= clock_.Now(); }
  size_t ThreadCount() const override { return executor_.thread_count(); }
  std::string PlaceOf(os::ThreadHandle thread) const override;
  Instant Now() const override { return clock_.Now(); }
  std::string NameOf(os::ThreadHandle thread) const override {
    return std::string(executor_.name_of(thread));
  }

 private:
  VirtualClock clock_;
  os::Executor executor_;
  std::vector<std::shared_ptr<void>> kept_;
  std::map<os::ThreadHandle, unsigned> nodes_;
};

using Scene = std::function<void(Toy&)>;

struct ToyReport {
  bool fault = false;
  bool endless = false;
  Schedule schedule;
  uint32_t steps = 0;
  uint64_t state_hash = 0;
  std::vector<int> outcome;
  std::set<uint64_t> states_at_timers;  // between threads, whenever a timer was about to fire
};

ToyReport RunToy(const Scene& scene, Strategy& strategy, RecorderOptions options = {});
ToyReport RunToy(const Scene& scene, const Schedule& schedule);

}  // namespace nut::explore
