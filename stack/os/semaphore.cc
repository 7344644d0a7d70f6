#include "stack/os/semaphore.h"

#include <limits>

namespace nut::os {

bool Semaphore::TryWait() {
  if (value_ <= 0) return false;
  --value_;
  return true;
}

bool Semaphore::Wait(Duration timeout) {
  if (TryWait()) return true;
  return queue_.WaitNext(timeout);
}

void Semaphore::Post() {
  // One given to a waiter never passes through the count, so nobody can come in between.
  if (value_ >= 0 && queue_.has_waiters()) {
    queue_.Post();
  } else if (value_ < std::numeric_limits<int16_t>::max()) {
    ++value_;
  }
}

int16_t Semaphore::value() const {
  return static_cast<int16_t>(value_ - static_cast<int>(queue_.waiter_count()));
}

}  // namespace nut::os
