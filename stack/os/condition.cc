#include "stack/os/condition.h"

#include "stack/os/executor.h"

namespace nut::os {

bool Condition::Wait(Duration timeout) {
  if (mutex_.count() == 0 || mutex_.OwnedByOther()) return false;
  // No scheduling point between giving up the lock and waiting: a broadcast is not remembered.
  const uint16_t count = mutex_.ReleaseAsync();
  const bool woken = event_.Wait(timeout);
  mutex_.Reacquire(count);
  return woken;
}

}  // namespace nut::os
