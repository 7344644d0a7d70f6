// LineRate: a line that carries so many bits per second, one frame after the other. Tells when each frame has
// left it, to the nanosecond, without drift: what does not divide is carried over. A value without a clock;
// any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/base/time.h"

namespace nut::link {

class LineRate {
 public:
  // 0: no limit.
  explicit LineRate(uint64_t bits_per_second = 0) : bits_per_second_(bits_per_second) {}

  // From the next frame on; what is on the line already leaves as it was told.
  void set_bits_per_second(uint64_t rate) {
    bits_per_second_ = rate;
    remainder_ = 0;
  }

  // Puts `bytes` on the line behind everything before; gives the instant at which the last bit has left.
  // Counted are the frame's own bytes, without preamble, FCS and gap.
  Instant Transmit(Instant now, size_t bytes);

  // Bytes that are still to leave at `now`, a started one counted whole.
  size_t Backlog(Instant now) const;

 private:
  uint64_t bits_per_second_;
  Instant free_at_{};       // when the last frame has left, rounded down …
  uint64_t remainder_ = 0;  // … by this many parts of a nanosecond; one part is 1 / bits_per_second
};

}  // namespace nut::link
