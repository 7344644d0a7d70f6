// Counting semaphore (nut-api sys/semaphore.h). Owned by what it belongs to. Wait only from threads.
#pragma once

#include <cstdint>
#include <string_view>

#include "stack/os/event_queue.h"

namespace nut::os {

class Semaphore {
 public:
  Semaphore(Executor& executor, int16_t value, std::string_view label = "semaphore")
      : queue_(executor, label), value_(value) {}

  // Takes one; waits while there is none (a scheduling point only then). False: `timeout` passed, nothing
  // taken.
  bool Wait(Duration timeout = kForever);
  // Takes one (true), or leaves it where Wait would wait (false). Never a scheduling point.
  bool TryWait();
  // Gives one: to the first waiter (a scheduling point only then), or to the count, which stops at 32767.
  void Post();

  // What is there to take; negative: the number of threads that wait (counts them: linear).
  int16_t value() const;
  bool has_waiters() const { return queue_.has_waiters(); }

 private:
  EventQueue queue_;
  int16_t value_;  // a negative start value: so many posts go unnoticed
};

}  // namespace nut::os
