// Footprint: what one step of a thread touched, as far as it takes to say that two steps commute. A step is
// what happens from one event of the scheduler (a decision, or a single candidate) to the next: one thread
// from where it goes on to where it next waits, ends or passes a named point; or one timer; or time passing.
//
// Two steps commute, if both orders of them can be run and end in the same state from which the same can
// follow. That is claimed only where it is plain:
// * Both are steps of threads, of two different nodes (Explored::NodeOf), which share nothing but the wire. A
//   timer that fires, time that passes, and threads of no node commute with nothing.
// * Not both start a timer. Frames travel by timers, so at most one of the two puts something on the wire;
//   and of timers with equal deadlines that started first is first, which the order of the steps would
//   change.
// * After neither is a timer due: it fires wherever a thread next waits or yields, whichever that is.
// * Neither begins a thread. (Both may end one: at most, threads begun later get each other's handles, which
//   are but names.)
// * Both threads have the same right, so that neither keeps the other from being a candidate.
// What both do share is as good as untouched: the pseudo-random streams, frames and statistics are each
// node's own, and the kernel's hash over the order of threads is no part of the state. Where the n-th
// allocation fails, allocations are counted over all nodes, and nothing commutes (search.cc).
#pragma once

#include <cstdint>
#include <vector>

#include "stack/os/scheduler.h"
#include "test/explore/explored.h"

namespace nut::explore {

struct Footprint {
  os::ThreadHandle thread;
  unsigned node = 0;  // 0: it may have touched anything
  uint8_t priority = 0;
  bool timer_started = false;
};

constexpr bool Commute(const Footprint& a, const Footprint& b) {
  return a.node != 0 && b.node != 0 && a.node != b.node && a.priority == b.priority &&
         !(a.timer_started && b.timer_started);
}

// Sees one step from its beginning to its end.
class FootprintTaker {
 public:
  void Begin(const Explored& explored, const os::Candidate& taken);
  // At the next event. Any thing touched at all for what is not a plain step of one thread.
  Footprint End(const Explored& explored) const;

 private:
  Footprint at_begin_;
  uint64_t timer_starts_ = 0;
  size_t threads_ = 0;
};

}  // namespace nut::explore
