#include "test/explore/strategies/pct.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "test/explore/coverage.h"

namespace nut::explore {
namespace {

// Priorities that are drawn at first sight are above those of change points.
constexpr uint64_t kDrawn = uint64_t{1} << 63;

}  // namespace

PctStrategy::PctStrategy(uint64_t seed, unsigned depth, uint32_t expected_steps)
    : random_("pct strategy " + std::to_string(seed)) {
  for (uint64_t priority = 1; priority < depth; ++priority) {
    const uint64_t step = random_.Below(expected_steps > 0 ? expected_steps : 1);
    change_points_.push_back({static_cast<uint32_t>(step), priority});
  }
}

PctStrategy::Task PctStrategy::TaskOf(const os::Candidate& candidate) {
  using Kind = os::Candidate::Kind;
  const bool thread = candidate.kind == Kind::kThread || candidate.kind == Kind::kHeld;
  const Kind kind = thread ? Kind::kThread : candidate.kind;
  const uint64_t which = thread ? candidate.thread.id() : std::hash<std::string_view>()(candidate.label);
  return Mix(static_cast<uint64_t>(kind), which);
}

uint64_t PctStrategy::PriorityOf(Task task) {
  const auto [place, is_new] = priorities_.try_emplace(task, 0);
  if (is_new) place->second = kDrawn | random_.Next64();
  return place->second;
}

size_t PctStrategy::Highest(const os::SchedulingChoice& choice) {
  size_t best = 0;
  uint64_t best_priority = 0;
  for (size_t i = 0; i < choice.candidates.size(); ++i) {
    const uint64_t priority = PriorityOf(TaskOf(choice.candidates[i]));
    // The first of several that are the same task, or have fallen as low.
    if (i == 0 || priority > best_priority) {
      best = i;
      best_priority = priority;
    }
  }
  return best;
}

size_t PctStrategy::Choose(uint32_t step, const os::SchedulingChoice& choice) {
  size_t best = Highest(choice);
  for (const ChangePoint& change : change_points_) {
    if (change.step != step) continue;
    priorities_[TaskOf(choice.candidates[best])] = change.priority;
    best = Highest(choice);
  }
  Task task = TaskOf(choice.candidates[best]);
  in_a_row_ = task == last_ ? in_a_row_ + 1 : 1;
  if (in_a_row_ > kPatience) {
    priorities_[task] = 0;
    best = Highest(choice);
    task = TaskOf(choice.candidates[best]);
    in_a_row_ = 1;
  }
  last_ = task;
  return best;
}

}  // namespace nut::explore
