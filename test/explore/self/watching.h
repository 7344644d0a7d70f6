// Watching: passes everything on to another strategy, and collects the states between threads, whenever a
// timer was about to fire: those which do not depend on the order of steps that commute. For one run, or
// several whose states are to be put together.
#pragma once

#include <cstdint>
#include <set>

#include "test/explore/strategy.h"

namespace nut::explore {

class Watching final : public Strategy {
 public:
  Watching(Strategy& inner, std::set<uint64_t>& states_at_timers)
      : inner_(inner), states_at_timers_(states_at_timers) {}

  void Begin(const Explored& explored) override {
    explored_ = &explored;
    inner_.Begin(explored);
  }
  size_t Choose(uint32_t step, const os::SchedulingChoice& choice) override {
    Look(choice);
    return inner_.Choose(step, choice);
  }
  void OnOnlyCandidate(const os::SchedulingChoice& choice) override {
    Look(choice);
    inner_.OnOnlyCandidate(choice);
  }
  void End(uint32_t steps) override { inner_.End(steps); }

 private:
  void Look(const os::SchedulingChoice& choice) {
    if (choice.kind == os::ChoiceKind::kTimer) states_at_timers_.insert(explored_->StateNow());
  }

  Strategy& inner_;
  std::set<uint64_t>& states_at_timers_;
  const Explored* explored_ = nullptr;
};

}  // namespace nut::explore
