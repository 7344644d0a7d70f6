#include "test/explore/strategies/exhaustive.h"

#include <algorithm>
#include <utility>

#include "stack/base/invariant.h"
#include "test/explore/coverage.h"

namespace nut::explore {
namespace {

using os::Candidate;
using os::ChoiceKind;
using os::ThreadHandle;

bool IsThread(Candidate::Kind kind) {
  return kind == Candidate::Kind::kThread || kind == Candidate::Kind::kHeld;
}

// Whether the thread that ran last gave way and could go on.
bool HasYielded(const os::SchedulingChoice& choice) {
  const auto is_previous = [&](const Candidate& candidate) {
    return candidate.kind == Candidate::Kind::kThread && candidate.thread == choice.previous;
  };
  return choice.kind == ChoiceKind::kThread &&
         std::any_of(choice.candidates.begin(), choice.candidates.end(), is_previous);
}

}  // namespace

ExplorationCost ExhaustiveStrategy::CostOf(const os::SchedulingChoice& choice, size_t index) const {
  constexpr ExplorationCost kNothing;
  constexpr ExplorationCost kPreemption{.preemptions = 1};
  constexpr ExplorationCost kDisorder{.disorders = 1};
  constexpr ExplorationCost kOrder{.orders = 1};
  if (choice.candidates[index].kind == Candidate::Kind::kTime) return kDisorder;
  if (index == 0) return kNothing;
  switch (choice.kind) {
    case ChoiceKind::kPoint: return kPreemption;
    case ChoiceKind::kThread:
      if (choice.candidates[index].thread == choice.previous) return kPreemption;
      return options_.bound.orders == ExhaustiveOptions::kFree ? kNothing : kOrder;
    case ChoiceKind::kTimer:
    case ChoiceKind::kWorld: break;
  }
  return kDisorder;
}

void ExhaustiveStrategy::Begin(const Explored& explored) {
  explored_ = &explored;
  repeated_ = 0;
  asleep_.clear();
  taken_ = nullptr;
  in_step_ = false;
  redundant_ = false;
  spent_ = {};
  deviations_ = 0;
  path_ = 0;
}

size_t ExhaustiveStrategy::Choose(uint32_t step, const os::SchedulingChoice& choice) {
  EndStep(&choice);
  if (redundant_) return 0;
  NUT_INVARIANT(step == repeated_, "a decision was not asked for");
  if (repeated_ == decisions_.size()) {
    Decision decision = MakeDecision(choice);
    while (decision.chosen < decision.options.size() && !MayTake(decision, decision.chosen, step))
      ++decision.chosen;
    if (decision.chosen == decision.options.size()) {
      redundant_ = true;
      return 0;
    }
    decisions_.push_back(std::move(decision));
  }
  Decision& decision = decisions_[repeated_++];
  const Option& option = decision.options[decision.chosen];
  const bool same = decision.options.size() == choice.candidates.size() &&
                    choice.candidates[decision.chosen].thread == option.thread &&
                    choice.candidates[decision.chosen].kind == option.kind;
  NUT_INVARIANT(same, "the same schedule does not give the same decisions");
  PutToSleep(decision);
  return Take(decision.chosen, choice);
}

size_t ExhaustiveStrategy::Take(size_t index, const os::SchedulingChoice& choice) {
  const auto step = static_cast<uint32_t>(repeated_ - 1);
  taken_ = &decisions_[step].options[index];
  spent_ = spent_ + taken_->cost;
  if (index != 0) {
    ++deviations_;
    path_ = Mix(path_, uint64_t{step} << 32 | index);
  }
  footprint_.Begin(*explored_, choice.candidates[index]);
  in_step_ = true;
  return index;
}

ExhaustiveStrategy::Decision ExhaustiveStrategy::MakeDecision(const os::SchedulingChoice& choice) const {
  Decision decision;
  decision.asleep = asleep_;
  decision.spent = spent_;
  decision.deviations = deviations_;
  decision.path = path_;
  decision.options.resize(choice.candidates.size());
  for (size_t i = 0; i < choice.candidates.size(); ++i) {
    Option& option = decision.options[i];
    option.kind = choice.candidates[i].kind;
    option.thread = choice.candidates[i].thread;
    option.cost = CostOf(choice, i);
  }
  return decision;
}

bool ExhaustiveStrategy::MayTake(const Decision& decision, size_t index, uint32_t step) const {
  const Option& option = decision.options[index];
  if (option.done || !(decision.spent + option.cost).Within(options_.bound)) return false;
  const auto sleeps = [&](const Footprint& sleeper) {
    return IsThread(option.kind) && sleeper.thread == option.thread;
  };
  return std::none_of(decision.asleep.begin(), decision.asleep.end(), sleeps) && Mine(decision, index, step);
}

// The second deviation says to which part a run belongs; what has fewer, all make.
bool ExhaustiveStrategy::Mine(const Decision& decision, size_t index, uint32_t step) const {
  if (index == 0 || decision.deviations != 1) return true;
  return Mix(decision.path, uint64_t{step} << 32 | index) % options_.shards == options_.shard;
}

bool ExhaustiveStrategy::foreign() const {
  return deviations_ < 2 && Mix(path_, 0) % options_.shards != options_.shard;
}

bool ExhaustiveStrategy::Sleeps(ThreadHandle thread) const {
  return std::any_of(asleep_.begin(), asleep_.end(),
                     [thread](const Footprint& sleeper) { return sleeper.thread == thread; });
}

void ExhaustiveStrategy::OnOnlyCandidate(const os::SchedulingChoice& choice) {
  EndStep(&choice);
  if (redundant_) return;
  const Candidate& only = choice.candidates[0];
  if (IsThread(only.kind) && Sleeps(only.thread)) {
    redundant_ = true;
    return;
  }
  footprint_.Begin(*explored_, only);
  in_step_ = true;
}

void ExhaustiveStrategy::End(uint32_t) { EndStep(nullptr); }

// The step that was being made ended with `next_event`, or with the run.
void ExhaustiveStrategy::EndStep(const os::SchedulingChoice* next_event) {
  if (!in_step_ || redundant_) return;
  in_step_ = false;
  const Footprint footprint = footprint_.End(*explored_);
  const bool yielded = next_event != nullptr && HasYielded(*next_event);
  std::erase_if(asleep_, [&](const Footprint& sleeper) { return yielded || !Commute(sleeper, footprint); });
  Option* const option = std::exchange(taken_, nullptr);
  if (option == nullptr || option->seen || next_event == nullptr) return;
  option->seen = true;
  option->footprint = footprint;
  option->ended_at_point = next_event->kind == ChoiceKind::kPoint && next_event->previous == footprint.thread;
  for (const Candidate& candidate : next_event->candidates) {
    if (!IsThread(candidate.kind) || !candidate.thread.valid()) continue;
    option->candidates_after.push_back(candidate.thread);
    if (explored_->PriorityOf(candidate.thread) < footprint.priority) option->woke_better = true;
  }
}

// Beside the option of `decision` that is chosen, those that were seen to their end, where (1) holds.
void ExhaustiveStrategy::PutToSleep(const Decision& decision) {
  asleep_ = decision.asleep;
  const Option& chosen = decision.options[decision.chosen];
  const bool reduce = options_.reduce && options_.bound.orders == ExhaustiveOptions::kFree;
  if (!reduce || !IsThread(chosen.kind)) return;
  const bool unbounded = options_.bound == ExhaustiveOptions::kUnbounded;
  for (const Option& other : decision.options) {
    if (!other.done || !other.seen || other.footprint.node == 0 || other.woke_better) continue;
    const ExplorationCost leaving{other.ended_at_point ? 1u : 0u, 0};
    if (!unbounded && !(other.cost + leaving).Within(chosen.cost)) continue;
    const auto& after = other.candidates_after;
    if (std::find(after.begin(), after.end(), chosen.thread) != after.end())
      asleep_.push_back(other.footprint);
  }
}

bool ExhaustiveStrategy::Next() {
  while (!decisions_.empty()) {
    Decision& last = decisions_.back();
    const auto step = static_cast<uint32_t>(decisions_.size() - 1);
    last.options[last.chosen].done = true;
    for (size_t i = 0; i < last.options.size(); ++i) {
      if (!MayTake(last, i, step)) continue;
      last.chosen = i;
      return true;
    }
    decisions_.pop_back();
  }
  return false;
}

}  // namespace nut::explore
