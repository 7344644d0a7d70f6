// Recursive mutex that knows its owner (nut-api sys/mutex.h); no priority inheritance. Owned by what it
// protects. Only from threads.
#pragma once

#include <cstdint>
#include <string_view>

#include "stack/os/event_queue.h"
#include "stack/os/thread_info.h"

namespace nut::os {

class Mutex {
 public:
  explicit Mutex(Executor& executor, std::string_view label = "mutex") : queue_(executor, label) {}

  // Waits while another thread owns it; a scheduling point only then. Counts when the caller owns it already.
  void Lock();
  // False at once where Lock would wait. Never a scheduling point.
  bool TryLock();
  // False when the caller is not the owner. The last of nested ones frees it, wakes the first waiter and
  // yields.
  bool Unlock();

  // True when nobody else owns it: what NutMutexDestroy asks.
  bool destroyable() const;
  ThreadHandle owner() const { return owner_; }
  uint16_t count() const { return count_; }  // nested locks of the owner

 private:
  friend class Condition;
  bool OwnedByOther() const;
  void Take(uint16_t count);
  // Frees it whatever its count, without a scheduling point; gives back the count.
  uint16_t ReleaseAsync();
  void Reacquire(uint16_t count);

  EventQueue queue_;
  ThreadHandle owner_{};
  uint16_t count_ = 0;
};

// Holds a mutex for a block.
class MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace nut::os
