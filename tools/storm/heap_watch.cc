#include "tools/storm/heap_watch.h"

#include <fmt/format.h>
#include <malloc.h>

#if defined(__SANITIZE_ADDRESS__)
#define NUT_STORM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NUT_STORM_ASAN 1
#endif
#endif
#ifdef NUT_STORM_ASAN
// Of <sanitizer/allocator_interface.h>, which not every compiler brings along.
extern "C" size_t __sanitizer_get_current_allocated_bytes();
#endif

namespace nut::storm {

uint64_t HeapInUse() {
#ifdef NUT_STORM_ASAN
  return __sanitizer_get_current_allocated_bytes();
#else
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
}

void HeapWatch::Note(uint64_t done, uint64_t in_use) {
  if (done >= total_ / 100 && done <= total_ / 100 * 11) early_ = std::max(early_, in_use);
  if (done >= total_ - total_ / 10) late_ = std::max(late_, in_use);
}

std::optional<std::string> HeapWatch::Complaint() const {
  if (total_ < kShortestRun || early_ == 0 || late_ <= early_ + kAllowedGrowth) return std::nullopt;
  return fmt::format("the heap has grown from {} to {} bytes between the first and the last tenth of the run",
                     early_, late_);
}

}  // namespace nut::storm
