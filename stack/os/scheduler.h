// The strategy that decides where the cooperative model leaves something open: which of several threads of
// equal right runs, whether a thread stops at a named scheduling point, which of several timers that are due
// is first. It never overrules priorities. Production has none (a null pointer: always the first candidate);
// tests explore the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "stack/os/scheduling_point.h"
#include "stack/os/thread_info.h"

namespace nut::os {

enum class ChoiceKind : uint8_t {
  kThread,  // a thread waits, yields or ends: who is next
  kPoint,   // a thread passes a named point: it goes on (the first candidate), or who runs in its place
  kTimer,   // at one instant several timers are due, or timers and threads: what is first
  kWorld,   // something that a simulation asks, such as which frame arrives first
};

struct Candidate {
  enum class Kind : uint8_t {
    kThread,  // can run
    kHeld,    // stands at a named point and can go on
    kTimer,   // fires
    kTime,    // nobody runs: time passes to the next timer
    kWorld,
  };
  Kind kind = Kind::kThread;
  ThreadHandle thread;     // kThread, kHeld; stale otherwise
  std::string_view label;  // kTimer, kWorld: which; valid during the call
};

// One choice. The first candidate is what production does.
struct SchedulingChoice {
  ChoiceKind kind = ChoiceKind::kThread;
  std::span<const Candidate> candidates;  // at least two; valid during the call
  // Who ran last; among the candidates if it could go on. May be stale.
  ThreadHandle previous;
  // kPoint: where the thread `previous` is, and on whose behalf (a connection's handle; 0: nobody's).
  SchedulingPoint point{};
  uint64_t subject = 0;
};

class Scheduler {
 public:
  virtual ~Scheduler() = default;

  // The index in `choice.candidates` of what happens next.
  virtual size_t Choose(const SchedulingChoice& choice) = 0;
  // There is only one candidate, and it happens now.
  virtual void OnOnlyCandidate(const SchedulingChoice& choice) {}
};

// First come, first served: the original's order.
class FifoScheduler final : public Scheduler {
 public:
  size_t Choose(const SchedulingChoice&) override { return 0; }
};

}  // namespace nut::os
