// The executor's choices that only an exploring scheduler has: stopping at named points, letting time pass
// while threads stand there, the order of timers. Nothing here runs in production.
#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/os/executor_switch.h"

namespace nut::os {
namespace {

// The original waits for an ARP answer or a free buffer at most so long.
constexpr Duration kLongestHold = 500ms;

}  // namespace

// Those of the best right there is, down to `lowest_right`; and those that stand at a named point and, if
// they were made ready now, would not have to wait behind anybody.
void Executor::AddCandidates(unsigned lowest_right) {
  const unsigned best = ready_.best();
  if (best <= lowest_right) {
    for (const ThreadLink& link : ready_.at(best))
      candidates_.push_back({Candidate::Kind::kThread, Thread::Of(link).handle, {}});
  }
  for (const ThreadLink& link : held_) {
    const Thread& thread = Thread::Of(link);
    if (thread.priority <= std::min(best, lowest_right))
      candidates_.push_back({Candidate::Kind::kHeld, thread.handle, {}});
  }
}

// Nobody is ready, and the next timer is near enough for everybody who stands at a named point.
bool Executor::TimeMayPass(Instant limit) const {
  if (!ready_.empty() || virtual_clock_ == nullptr) return false;
  for (const ThreadLink& link : held_) limit = std::min(limit, Thread::Of(link).held_until);
  return timers_.next_deadline() <= std::min(limit, run_deadline_) && timers_.next_deadline() != kNever;
}

size_t Executor::Ask(ChoiceKind kind, SchedulingPoint point, uint64_t subject) {
  const SchedulingChoice choice{kind, candidates_, previous_, point, subject};
  if (candidates_.size() < 2) {
    scheduler_->OnOnlyCandidate(choice);
    return 0;
  }
  const size_t chosen = scheduler_->Choose(choice);
  NUT_INVARIANT(chosen < candidates_.size(), "the scheduler chose what is not there");
  return chosen;
}

Thread& Executor::Take(const Candidate& candidate) {
  Thread& thread = *threads_.Find(candidate.thread);
  if (candidate.kind == Candidate::Kind::kThread) {
    ready_.Remove(thread, thread.priority);
  } else {
    thread.unlink();
  }
  previous_ = thread.handle;
  time_chosen_ = false;
  return thread;
}

void Executor::PassExploring(SchedulingPoint point, uint64_t subject) {
  if (current_ == nullptr || current_->unwinding) return;
  NUT_INVARIANT(strict_scopes_ == 0, "a named scheduling point where none may be passed");
  Thread& self = *current_;
  const Instant limit = After(Now(), kLongestHold);
  candidates_.clear();
  candidates_.push_back({Candidate::Kind::kThread, self.handle, {}});
  AddCandidates(MayBlock(point) ? kLowestPriority : self.priority);
  if (MayBlock(point) && TimeMayPass(limit)) candidates_.push_back({Candidate::Kind::kTime, {}, {}});
  const size_t choice = Ask(ChoiceKind::kPoint, point, subject);
  if (choice == 0) return;

  const Candidate chosen = candidates_[choice];
  if (MayBlock(point)) {
    self.state = ThreadState::kSleeping;
    self.waiting_on = NameOf(point);
    self.held_until = limit;
    held_.push_back(self);
  } else {
    self.state = ThreadState::kReady;
    ready_.PushBack(self, self.priority);
  }
  // The scopes that the caller stands in are its own: others run without them, and it goes on with them.
  const uint32_t scopes = std::exchange(restrictions_, 0);
  const char* const reason = std::exchange(no_switch_reason_, nullptr);
  if (chosen.kind == Candidate::Kind::kTime) {
    time_chosen_ = true;
    current_ = nullptr;
    restrictions_ = 1;
    self.context.SwitchTo(home_, host_);
  } else {
    Enter(self.context, Take(chosen));
  }
  restrictions_ += scopes;
  no_switch_reason_ = reason;
  self.waiting_on = {};
  EndIfKilled(self);
}

// Nobody is ready (or those who are only yield): somebody who stands at a named point goes on, or time
// passes.
void Executor::ResumeHeldOrPassTime() {
  candidates_.clear();
  if (!std::exchange(time_chosen_, false) || !TimeMayPass(kNever)) {
    for (const ThreadLink& link : held_)
      candidates_.push_back({Candidate::Kind::kHeld, Thread::Of(link).handle, {}});
    if (TimeMayPass(kNever)) candidates_.push_back({Candidate::Kind::kTime, {}, {}});
    const Candidate chosen = candidates_[Ask(ChoiceKind::kThread)];
    if (chosen.kind == Candidate::Kind::kHeld) return Run(Take(chosen));
  }
  quiet_points_ = 0;
  virtual_clock_->AdvanceTo(timers_.next_deadline());
}

void Executor::RunTimersByChoice(Instant now) {
  class ByChoice final : public TimerOrder {
   public:
    explicit ByChoice(Executor& executor) : executor_(executor) {}
    size_t Next(std::span<const std::string_view> labels) override {
      executor_.candidates_.clear();
      for (const std::string_view label : labels)
        executor_.candidates_.push_back({Candidate::Kind::kTimer, {}, label});
      if (!executor_.ready_.empty()) executor_.candidates_.push_back({Candidate::Kind::kThread, {}, {}});
      return executor_.Ask(ChoiceKind::kTimer);
    }

   private:
    Executor& executor_;
  };
  ByChoice order(*this);
  timers_.RunDue(now, &order);
}

size_t Executor::Choose(std::span<const std::string_view> alternatives) {
  if (scheduler_ == nullptr) return 0;
  candidates_.clear();
  for (const std::string_view label : alternatives)
    candidates_.push_back({Candidate::Kind::kWorld, {}, label});
  return Ask(ChoiceKind::kWorld);
}

}  // namespace nut::os
