// What ten thousand idle connections hold: all of the heap of two nodes, as the allocator counts it, for both
// ends of each connection.

#include <gtest/gtest.h>
#include <malloc.h>

#include "test/instructions/traffic.h"

namespace nut::instructions {
namespace {

constexpr size_t kConnections = 10'000;

// Bytes that malloc has given out, its own headers included, and whole pages for the large pieces.
size_t HeapInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(IdleConnections, CostLessThan850BytesPerSide) {
  Traffic traffic;
  traffic.ShortConnections(100);
  traffic.ReserveIdle(kConnections);
  const size_t before = HeapInUse();
  if (before == 0) GTEST_SKIP() << "this allocator does not say what it has given out";
  traffic.AddIdle(kConnections);
  const double each = static_cast<double>(HeapInUse() - before) / (2 * kConnections);
  std::printf("%.0f bytes per idle connection and side\n", each);
  RecordProperty("bytes_per_idle_connection", static_cast<int>(each));
  EXPECT_LT(each, 850);  // 774 when it was set, 704 of them the record
  EXPECT_GT(each, 100) << "too good to be true: what is counted?";
}

}  // namespace
}  // namespace nut::instructions
