// One timer: owned by its user, who may destroy it armed (that stops it), even from its own callback. Arming
// it again replaces the deadline. Use from threads, callbacks and the thread that builds the node, never
// concurrently.
#pragma once

#include <boost/intrusive/list.hpp>
#include <functional>
#include <string_view>

#include "stack/base/time.h"
#include "stack/os/timer_queue.h"

namespace nut::os {

class Timer {
 public:
  // `callback` runs in the executor's context: it may post (Async) and start or stop timers, but not wait or
  // yield. `label` shows in listings and stays valid as long as the timer.
  Timer(TimerQueue& queue, std::function<void()> callback, std::string_view label = {})
      : queue_(queue), callback_(std::move(callback)), label_(label) {}
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Fires once, at least `delay` from now; zero or less: as soon as threads reach a scheduling point.
  // kForever stops.
  void StartAfter(Duration delay);
  void StartAt(Instant deadline);  // kNever stops
  // First after one `period` (> 0), then at its multiples. Periods missed by a long computation are skipped,
  // not made up for.
  void StartPeriodic(Duration period);
  void Stop();

  bool armed() const { return position_ != kIdle; }
  Instant deadline() const { return armed() ? deadline_ : kNever; }
  Duration period() const { return period_; }  // 0: one shot
  std::string_view label() const { return label_; }

 private:
  friend class TimerQueue;
  static constexpr uint32_t kIdle = UINT32_MAX;     // not armed
  static constexpr uint32_t kDue = UINT32_MAX - 1;  // taken off the heap, callback comes in this pass

  TimerQueue& queue_;
  std::function<void()> callback_;
  std::string_view label_;
  Instant deadline_{};
  uint64_t order_ = 0;  // of its start, among all starts
  Duration period_{0};
  uint32_t position_ = kIdle;  // in the heap
  // In the list of those that are due.
  boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> due_link_;
};

}  // namespace nut::os
