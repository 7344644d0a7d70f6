#include "stack/os/mutex.h"

#include <utility>

#include "stack/base/invariant.h"
#include "stack/os/executor.h"

namespace nut::os {

bool Mutex::OwnedByOther() const { return count_ != 0 && owner_ != queue_.executor().current(); }

bool Mutex::destroyable() const { return !OwnedByOther(); }

void Mutex::Lock() {
  while (OwnedByOther()) {
    const bool woken = queue_.Wait();
    NUT_INVARIANT(woken, "a thread that is being ended waits for a mutex");
  }
  Take(1);
}

bool Mutex::TryLock() {
  if (OwnedByOther()) return false;
  Take(1);
  return true;
}

void Mutex::Take(uint16_t count) {
  NUT_INVARIANT(queue_.executor().in_thread(), "a mutex is locked outside of every thread");
  NUT_INVARIANT(count_ <= UINT16_MAX - count, "a mutex is locked too often");
  owner_ = queue_.executor().current();
  count_ = static_cast<uint16_t>(count_ + count);
}

bool Mutex::Unlock() {
  if (count_ == 0 || OwnedByOther()) return false;
  if (--count_ != 0) return true;
  ReleaseAsync();
  queue_.executor().GiveWay();
  return true;
}

uint16_t Mutex::ReleaseAsync() {
  owner_ = {};
  if (queue_.has_waiters()) queue_.PostAsync();
  return std::exchange(count_, uint16_t{0});
}

void Mutex::Reacquire(uint16_t count) {
  while (OwnedByOther()) queue_.Wait();
  Take(count);
}

}  // namespace nut::os
