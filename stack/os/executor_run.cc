// The executor outside of threads: timers, devices, the passing of time, and handing the processor to
// threads.
#include <algorithm>
#include <thread>

#include "stack/base/invariant.h"
#include "stack/os/executor_switch.h"

namespace nut::os {
namespace {

// Scheduling points closer together than this do not all look at the clock, which costs more than a switch;
// so many in a row may go by. Where they are further apart, each one looks.
constexpr Duration kLookGoal = 10us;
constexpr int kLongestLookInterval = 16;

// Without an idle hook nothing but a signal handler's Stop can end a sleep early; it is noticed after this.
constexpr Duration kLongestNap = 20ms;

}  // namespace

RunResult Executor::RunUntil(Instant deadline) {
  NUT_INVARIANT(!running_, "Run is called from a thread or a callback");
  running_ = true;
  host_ = HostThread();  // every run may be another native thread's
  run_deadline_ = deadline;
  const RunResult result = Loop();
  run_deadline_ = kNever;
  running_ = false;
  return result;
}

RunResult Executor::Loop() {
  for (bool has_run = false;; has_run = true) {
    Attend();
    if (stop_.exchange(false)) return RunResult::kStopped;
    if (threads_.size() == 0) return RunResult::kFinished;
    if (has_run && run_deadline_ != kNever && Overdue(Now())) return RunResult::kDeadline;
    if (!ready_.empty() && !Spinning()) {
      RunNext();
    } else if (!held_.empty()) {
      ResumeHeldOrPassTime();
    } else if (const auto result = PassTime()) {
      return *result;
    }
  }
}

// Devices first, then timers, as the original delivers interrupts before it runs timers. The clock is read
// again only behind something that took time: a reading costs more than a switch.
void Executor::Attend() {
  last_look_ = Now();
  if (std::exchange(waited_, false)) {
    last_poll_ = last_look_;
  } else if (PollDue(last_look_)) {
    last_poll_ = last_look_;
    points_since_poll_ = 0;
    idle_hook_->Poll();
    last_look_ = Now();
  }
  if (scheduler_ == nullptr) [[likely]] {
    if (timers_.RunDue(last_look_) > 0) last_look_ = Now();
  } else {
    RunTimersByChoice(Now());
  }
}

void Executor::Run(Thread& next) {
  restrictions_ = 0;
  Enter(home_, next);
  if (ended_ != nullptr) Retire(*std::exchange(ended_, nullptr));
}

void Executor::Stop() {
  stop_.store(true);
  until_look_.store(0);
}

// Nobody can run, or those who can do nothing but yield. A result ends the run.
std::optional<RunResult> Executor::PassTime() {
  return virtual_clock_ != nullptr ? JumpToNextTimer() : WaitForNextTimer();
}

std::optional<RunResult> Executor::JumpToNextTimer() {
  quiet_points_ = 0;
  const Instant next = timers_.next_deadline();
  if (next != kNever && next <= run_deadline_) {
    virtual_clock_->AdvanceTo(next);
    return std::nullopt;
  }
  const bool somebody_spins = !ready_.empty();
  if (run_deadline_ == kNever && somebody_spins) return std::nullopt;
  if (run_deadline_ != kNever) virtual_clock_->AdvanceTo(run_deadline_);
  return next == kNever && !somebody_spins ? RunResult::kQuiescent : RunResult::kDeadline;
}

// Attend has just looked at the clock.
std::optional<RunResult> Executor::WaitForNextTimer() {
  const Instant now = last_look_;
  if (now >= run_deadline_) return RunResult::kDeadline;
  const Instant wake = std::min(timers_.next_deadline(), run_deadline_);
  if (wake <= now) return std::nullopt;
  if (idle_hook_ != nullptr) {
    idle_hook_->Wait(wake == kNever ? kForever : wake - now);
    waited_ = true;
    return std::nullopt;
  }
  if (wake == kNever) return RunResult::kQuiescent;
  std::this_thread::sleep_for(std::min(wake - now, kLongestNap));
  return std::nullopt;
}

bool Executor::LookAround() {
  const Instant now = clock_.Now();
  look_interval_ = now - last_look_ > kLookGoal ? 1 : std::min(look_interval_ * 2, kLongestLookInterval);
  last_look_ = now;
  until_look_.store(look_interval_, std::memory_order_relaxed);
  return stop_.load(std::memory_order_relaxed) || now >= timers_.next_deadline() || PollDue(now) ||
         now >= run_deadline_;
}

bool Executor::Overdue(Instant now) const {
  return virtual_clock_ != nullptr ? now > run_deadline_ : now >= run_deadline_;
}

}  // namespace nut::os
