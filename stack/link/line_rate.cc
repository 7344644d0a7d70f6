#include "stack/link/line_rate.h"

namespace nut::link {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

}  // namespace

Instant LineRate::Transmit(Instant now, size_t bytes) {
  if (free_at_ < now) {
    free_at_ = now;
    remainder_ = 0;
  }
  if (bits_per_second_ == 0) return free_at_;
  // At most 64 KiB at a time: far below 2^64.
  const uint64_t parts = bytes * 8 * kNanosecondsPerSecond + remainder_;
  free_at_ += Duration(parts / bits_per_second_);
  remainder_ = parts % bits_per_second_;
  return free_at_;
}

size_t LineRate::Backlog(Instant now) const {
  if (free_at_ <= now || bits_per_second_ == 0) return 0;
  // Parts of a bit, 10^9 to one; the product of hours and terabits exceeds 64 bits.
  const auto wait = static_cast<unsigned __int128>((free_at_ - now).count());
  const auto parts = wait * bits_per_second_ + remainder_;
  const auto bits = static_cast<uint64_t>((parts + kNanosecondsPerSecond - 1) / kNanosecondsPerSecond);
  return (bits + 7) / 8;
}

}  // namespace nut::link
