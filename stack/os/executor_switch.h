// What every scheduling point consists of, inline: between a thread's wait or yield and the next one's there
// shall be no call whose return the processor predicts wrongly (stack_switch.h). Members of Executor;
// internal to stack/os.
#pragma once

#include "stack/os/executor.h"

namespace nut::os {

// Asked at every scheduling point: is there something to do outside of threads?
inline bool Executor::AttentionNeeded() {
  if (virtual_clock_ != nullptr) return LookAtVirtualTime();
  const int left = until_look_.load(std::memory_order_relaxed) - 1;
  until_look_.store(left, std::memory_order_relaxed);
  return left <= 0 && LookAround();
}

inline bool Executor::LookAtVirtualTime() {
  ++quiet_points_;
  ++points_since_poll_;
  const Instant now = virtual_clock_->Now();
  return now >= timers_.next_deadline() || Spinning() || stop_.load(std::memory_order_relaxed) ||
         now > run_deadline_ || PollDue(now);
}

inline bool Executor::PollDue(Instant now) const {
  if (idle_hook_ == nullptr) return false;
  // Where time stands still it says nothing; but nobody may jump over what a device has.
  if (virtual_clock_ != nullptr) return ready_.empty() || points_since_poll_ >= options_.poll_switches;
  return now - last_poll_ >= options_.poll_interval;
}

inline void Executor::MakeReady(Thread& thread) {
  thread.state = ThreadState::kReady;
  ready_.PushBack(thread, thread.priority);
  quiet_points_ = 0;
}

inline Thread& Executor::TakeNext() {
  if (scheduler_ == nullptr) [[likely]]
    return Thread::Of(ready_.Pop());
  return TakeByStrategy();
}

inline void Executor::Enter(Context& from, Thread& next) {
  current_ = &next;
  next.state = ThreadState::kRunning;
  ++next.switches;
  ++switches_;
  trace_ = (trace_ ^ next.handle.id()) * 0x9e3779b97f4a7c15;  // odd: no information is lost
  trace_ ^= trace_ >> 32;
  from.SwitchTo(next.context, host_);
}

// The caller has its place somewhere, or none; who is best now runs, after the loop outside if that is asked
// for. Returns when the caller's turn comes.
inline void Executor::Reschedule(Thread& self, bool attention) {
  if (attention || ready_.empty()) {
    current_ = nullptr;
    restrictions_ = 1;
    self.context.SwitchTo(home_, host_);
  } else {
    Thread& next = TakeNext();
    if (&next == &self) {
      self.state = ThreadState::kRunning;
      return;
    }
    Enter(self.context, next);
  }
}

// The caller goes behind its equals, and who is best now runs.
inline void Executor::Requeue(Thread& self, bool attention) {
  self.state = ThreadState::kReady;
  ready_.PushBack(self, self.priority);
  Reschedule(self, attention);
}

}  // namespace nut::os
