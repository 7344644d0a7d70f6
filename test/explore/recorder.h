// Recorder: stands between the executor and a strategy during one run: numbers the decisions, writes down
// those that are not production's, counts what was seen, and tells the story. Made by who runs (run.cc, or a
// test with an executor of its own), outlives the executor; on the thread of the host that runs.
#pragma once

#include <cstdint>
#include <string>

#include "stack/os/scheduler.h"
#include "test/explore/coverage.h"
#include "test/explore/explored.h"
#include "test/explore/progress_memory.h"
#include "test/explore/schedule.h"
#include "test/explore/story.h"
#include "test/explore/strategy.h"

namespace nut::explore {

struct RecorderOptions {
  uint32_t maximum_steps = 20'000;  // then production goes on to the end, and the run is endless()
  StoryListener* story = nullptr;
  Coverage* coverage = nullptr;
  ProgressMemory* progress = nullptr;
};

class Recorder final : public os::Scheduler {
 public:
  Recorder(Strategy& strategy, const RecorderOptions& options) : strategy_(strategy), options_(options) {}

  // Before Begin and after End everything is decided as production does, and nothing is recorded.
  void Begin(Explored& explored);
  size_t Choose(const os::SchedulingChoice& choice) override;
  void OnOnlyCandidate(const os::SchedulingChoice& choice) override {
    if (explored_ != nullptr) strategy_.OnOnlyCandidate(choice);
  }
  void End();

  uint32_t steps() const { return steps_; }
  const Schedule& schedule() const { return schedule_; }
  // Over the states at every decision, in order, and at the end.
  uint64_t state_hash() const { return state_hash_; }
  bool endless() const { return endless_; }

 private:
  void LookAtState();
  void Record(const os::SchedulingChoice& choice, const Deviation& deviation);

  Strategy& strategy_;
  const RecorderOptions options_;
  Explored* explored_ = nullptr;  // null: outside of a run
  Schedule schedule_;
  uint32_t steps_ = 0;
  uint64_t state_hash_ = 0;
  bool endless_ = false;
};

}  // namespace nut::explore
