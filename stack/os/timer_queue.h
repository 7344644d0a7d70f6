// All armed timers of an executor, the earliest first; equal deadlines in the order of their starts. Owned by
// the executor (Executor::timers); outlives every Timer made on it. Starting and stopping cost O(log n), with
// 100,000 timers armed too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "stack/base/clock.h"
#include "stack/base/time.h"

namespace nut::os {

class Timer;

// For listings.
struct TimerInfo {
  std::string_view label;
  Instant deadline;
  Duration period;  // 0: one shot
};

// Decides which of several due timers fires next; without one they fire in the order of their starts.
class TimerOrder {
 public:
  virtual ~TimerOrder() = default;
  // The index of the one in `labels` (at least one; valid during the call), or their number: none now, they
  // stay due.
  virtual size_t Next(std::span<const std::string_view> labels) = 0;
};

class TimerQueue {
 public:
  explicit TimerQueue(const Clock& clock) : clock_(clock) {}
  ~TimerQueue();
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  // kNever when none is armed.
  Instant next_deadline() const { return heap_.empty() ? kNever : heap_.front().deadline; }
  size_t size() const { return heap_.size(); }
  uint64_t starts() const { return starts_; }  // how often a timer was started
  const Clock& clock() const { return clock_; }

  // Calls back every timer whose deadline is not after `now`. A timer started meanwhile waits for the next
  // call, even if it is due, so that a callback which restarts its timer cannot hold up the threads. Returns
  // the number called.
  size_t RunDue(Instant now, TimerOrder* order = nullptr) noexcept;

  // All armed timers by deadline.
  std::vector<TimerInfo> Snapshot() const;

 private:
  friend class Timer;

  // A 4-ary heap: half the levels of a binary one, and the keys of four siblings share two cache lines. An
  // entry may be too early, when its timer was started anew for a later time; it is put right when it comes
  // to the top. The top itself is always right.
  struct Entry {
    Instant deadline;
    uint64_t order;  // start order, decides among equal deadlines
    Timer* timer;
    bool operator<(const Entry& other) const {
      return deadline != other.deadline ? deadline < other.deadline : order < other.order;
    }
  };

  static Entry EntryOf(Timer& timer);
  void Arm(Timer& timer, Instant deadline);
  void Disarm(Timer& timer);
  void Place(size_t position, const Entry& entry);
  void SiftUp(size_t position, const Entry& entry);
  void SiftDown(size_t position, const Entry& entry);
  void RemoveAt(size_t position);
  void PutTopRight();
  void Fire(Timer& timer, Instant now);
  void PutBack(Timer& timer);

  const Clock& clock_;
  std::vector<Entry> heap_;
  uint64_t starts_ = 0;
  Timer* firing_ = nullptr;  // whose callback runs; null again when that callback destroyed it
};

}  // namespace nut::os
