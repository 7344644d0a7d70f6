// Where time comes from. A node gets one Clock& for its whole life; nothing else in the stack reads a clock.
#pragma once

#include "stack/base/time.h"

namespace nut {

class Clock {
 public:
  virtual ~Clock() = default;

  // Monotonic; never goes back.
  virtual Instant Now() const = 0;

  // True where time moves only when the executor moves it.
  virtual bool is_virtual() const = 0;

  // Nanoseconds since 1970-01-01 UTC at `instant`, for captures and the daytime service.
  Duration UnixTime(Instant instant) const { return unix_time_of_start_ + instant.time_since_epoch(); }

 protected:
  explicit Clock(Duration unix_time_of_start) : unix_time_of_start_(unix_time_of_start) {}

 private:
  const Duration unix_time_of_start_;
};

// The host's monotonic clock, counted from construction.
class MonotonicClock final : public Clock {
 public:
  MonotonicClock();
  Instant Now() const override;
  bool is_virtual() const override { return false; }

 private:
  const std::chrono::steady_clock::time_point start_;
};

// Time that stands still until somebody (the executor, a test) moves it. Starts at Instant{}; its wall shows
// 2014-01-10 00:00:00 UTC then, always, so that captures of the same run are the same bytes.
class VirtualClock final : public Clock {
 public:
  VirtualClock() : Clock(std::chrono::seconds(1389312000)) {}
  Instant Now() const override { return now_; }
  bool is_virtual() const override { return true; }

  // Ignores an instant in the past.
  void AdvanceTo(Instant instant) {
    if (instant > now_) now_ = instant;
  }
  void Advance(Duration length) { now_ += length; }

 private:
  Instant now_{};
};

}  // namespace nut
