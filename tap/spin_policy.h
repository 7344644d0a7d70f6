// SpinPolicy: says before each wait whether to look for a moment without sleeping, which spares the few
// microseconds that falling asleep and being woken take. Part of the Poller; used by its thread. Pure: the
// Poller tells it how each wait ended.
//
// It pays while something comes soon after a wait has begun. That is judged by the last waits: one that found
// something within `longest`, spinning or asleep, speaks for it as long as it is among the last eight. So an
// idle node, which wakes for its timers alone, never spins. Where spins find nothing several times in a row
// although sleep is soon ended, whoever should send may be waiting for this very processor: then more and
// more waits go by without one.
#pragma once

#include <cstdint>

#include "stack/base/time.h"

namespace nut::tap {

class SpinPolicy {
 public:
  // Zero: never.
  explicit SpinPolicy(Duration longest) : longest_(longest) {}

  Duration longest() const { return longest_; }

  // Asked once at the beginning of each wait.
  bool SpinNow() {
    if (left_out_ > 0) {
      --left_out_;
      return false;
    }
    return soon_ != 0;
  }

  // The wait was spent spinning: to its end because something came, or in vain for longest().
  void OnSpin(bool found) {
    Note(found);
    if (found) {
      misses_ = 0;
      penance_ = kFirstPenance;
    } else if (++misses_ >= kPatience) {
      misses_ = 0;
      left_out_ = penance_;
      if (penance_ < kLongestPenance) penance_ *= 2;
    }
  }

  // The wait was slept through, `found`: until something came.
  void OnSleep(Duration slept, bool found) { Note(found && slept <= longest_); }

 private:
  static constexpr unsigned kPatience = 4;  // spins in vain, one after the other
  static constexpr unsigned kFirstPenance = 16;
  static constexpr unsigned kLongestPenance = 4096;

  void Note(bool came_soon) { soon_ = static_cast<uint8_t>(soon_ << 1 | (came_soon ? 1 : 0)); }

  Duration longest_;
  uint8_t soon_ = 0;  // the last eight waits, one bit each
  unsigned misses_ = 0;
  unsigned penance_ = kFirstPenance;
  unsigned left_out_ = 0;  // waits still to go by without
};

}  // namespace nut::tap
