// What others may know of a thread: the handle that names it, and a snapshot of it for listings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "stack/base/handle.h"
#include "stack/base/time.h"

namespace nut::os {

using ThreadHandle = Handle<struct ThreadTag>;

// Priorities: the lower number runs first (nut-api sys/thread.h).
inline constexpr uint8_t kHighestPriority = 0;
inline constexpr uint8_t kDefaultPriority = 64;  // what NutThreadCreate always gives
inline constexpr uint8_t kLowestPriority = 254;  // "idle"
inline constexpr uint8_t kEndThread = 255;       // as an argument of SetPriority: ends the caller

// The numbers are TDS_* of the original: programs index a table of names with them.
enum class ThreadState : uint8_t { kTerminated = 0, kRunning = 1, kReady = 2, kSleeping = 3 };

// "TRM", "RUN", "RDY", "SLP", as the original's listings print them.
std::string_view NameOf(ThreadState state);

struct ThreadInfo {
  ThreadHandle handle;
  std::string name;
  uint8_t priority = kDefaultPriority;
  ThreadState state = ThreadState::kReady;
  size_t stack_size = 0;      // usable bytes
  size_t stack_used = 0;      // bytes, the most there ever were
  std::string waiting_on;     // label of the event queue; "sleep"; empty while it can run
  Instant wakes_at = kNever;  // limit of the wait; kNever: none
  uint64_t switches = 0;      // how often it was given the processor
};

// The same without what it costs to find out: views into the thread itself, valid during a visit.
struct ThreadGlance {
  ThreadHandle handle;
  std::string_view name;
  std::string_view waiting_on;
  uint8_t priority;
  ThreadState state;
  Instant wakes_at;
};

}  // namespace nut::os
