// Director: a scheduler that takes its decisions from a script: a function that is asked each time and says
// which of the candidates runs. For tests that force threads into one certain order.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "stack/os/executor.h"
#include "stack/os/scheduler.h"

namespace nut::explore {

class Director final : public os::Scheduler {
 public:
  // Nothing: as production does.
  using Script = std::function<std::optional<size_t>(const os::SchedulingChoice&)>;

  // Both before the executor runs. It outlives the director, or never runs again.
  void Watch(const os::Executor& executor) { executor_ = &executor; }
  void Follow(Script script) { script_ = std::move(script); }

  size_t Choose(const os::SchedulingChoice& choice) override {
    return script_ ? script_(choice).value_or(0) : 0;
  }

  // For scripts: the candidate that is the thread of that name, or the passing of time.
  std::optional<size_t> Thread(const os::SchedulingChoice& choice, std::string_view name) const {
    return First(choice, [&](const os::Candidate& candidate) {
      return candidate.thread.valid() && executor_->name_of(candidate.thread) == name;
    });
  }
  static std::optional<size_t> Time(const os::SchedulingChoice& choice) {
    return First(choice,
                 [](const os::Candidate& candidate) { return candidate.kind == os::Candidate::Kind::kTime; });
  }
  static bool IsAt(const os::SchedulingChoice& choice, os::SchedulingPoint point) {
    return choice.kind == os::ChoiceKind::kPoint && choice.point == point;
  }

 private:
  template <typename Predicate>
  static std::optional<size_t> First(const os::SchedulingChoice& choice, Predicate predicate) {
    for (size_t i = 0; i < choice.candidates.size(); ++i)
      if (predicate(choice.candidates[i])) return i;
    return std::nullopt;
  }

  const os::Executor* executor_ = nullptr;
  Script script_;
};

}  // namespace nut::explore
