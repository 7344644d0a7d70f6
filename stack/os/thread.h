// One thread, as the executor keeps it: made by Create, destroyed when it has ended. Everybody else knows it
// by its ThreadHandle. Internal to stack/os.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "stack/os/context.h"
#include "stack/os/stack_pool.h"
#include "stack/os/thread_info.h"
#include "stack/os/thread_queue.h"
#include "stack/os/timer.h"

namespace nut::os {

class Executor;

struct Thread : ThreadLink {
  Thread(Executor& owner, std::string_view given_name, std::function<void()> given_body);

  static Thread& Of(ThreadLink& link) { return static_cast<Thread&>(link); }
  static const Thread& Of(const ThreadLink& link) { return static_cast<const Thread&>(link); }

  Executor& executor;
  ThreadHandle handle;
  std::string name;
  std::function<void()> body;  // moved to its own stack when it starts
  uint8_t priority = kDefaultPriority;
  ThreadState state = ThreadState::kReady;
  bool unwinding = false;        // it is being ended: scheduling points do not switch any more
  bool posted = false;           // how the last wait ended: by an event, not by its limit
  uint32_t reprieves = 0;        // scheduling points passed in spite of unwinding
  Context* return_to = nullptr;  // of who kills it and waits for its end
  std::string_view waiting_on;
  Instant held_until = kNever;  // time does not pass beyond this while it stands at a named point
  uint64_t switches = 0;
  Stack stack;
  Context context;
  Timer timeout;
};

}  // namespace nut::os
