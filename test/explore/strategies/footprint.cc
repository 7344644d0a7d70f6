#include "test/explore/strategies/footprint.h"

namespace nut::explore {

void FootprintTaker::Begin(const Explored& explored, const os::Candidate& taken) {
  at_begin_ = {};
  const bool thread = taken.kind == os::Candidate::Kind::kThread || taken.kind == os::Candidate::Kind::kHeld;
  if (!thread || !taken.thread.valid()) return;
  at_begin_ = {taken.thread, explored.NodeOf(taken.thread), explored.PriorityOf(taken.thread)};
  timer_starts_ = explored.TimerStarts();
  threads_ = explored.ThreadCount();
}

Footprint FootprintTaker::End(const Explored& explored) const {
  if (at_begin_.node == 0) return {};
  // A thread that made itself another priority is not worth a case of its own.
  const uint8_t priority = explored.PriorityOf(at_begin_.thread);
  const bool ended = priority == os::kEndThread;
  if (priority != at_begin_.priority && !ended) return {};
  if (explored.TimerIsDue()) return {};
  if (explored.ThreadCount() != threads_ - (ended ? 1 : 0)) return {};
  Footprint result = at_begin_;
  result.timer_started = explored.TimerStarts() != timer_starts_;
  return result;
}

}  // namespace nut::explore
