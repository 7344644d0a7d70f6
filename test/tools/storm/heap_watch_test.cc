#include "tools/storm/heap_watch.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace nut::storm {
namespace {

constexpr uint64_t kMiB = 1 << 20;

TEST(HeapWatch, CountsWhatIsAllocated) {
  const uint64_t before = HeapInUse();
  const auto block = std::make_unique<std::vector<char>>(10 * kMiB);
  EXPECT_GE(HeapInUse(), before + 10 * kMiB);
}

TEST(HeapWatch, TablesMayFillUpInTheBeginningAndFluctuate) {
  HeapWatch watch(100'000);
  watch.Note(500, 1 * kMiB);
  watch.Note(5'000, 100 * kMiB);
  watch.Note(10'000, 90 * kMiB);
  watch.Note(50'000, 300 * kMiB);
  watch.Note(99'000, 107 * kMiB);
  EXPECT_EQ(watch.Complaint(), std::nullopt);
}

TEST(HeapWatch, ALeakIsNoticed) {
  HeapWatch watch(100'000);
  for (uint64_t done = 0; done <= 100'000; done += 500) watch.Note(done, 50 * kMiB + done * 200);
  ASSERT_TRUE(watch.Complaint().has_value());
  EXPECT_NE(watch.Complaint()->find("the heap has grown"), std::string::npos);
}

TEST(HeapWatch, AShortRunSaysNothing) {
  HeapWatch watch(1000);
  for (uint64_t done = 0; done <= 1000; done += 5) watch.Note(done, 50 * kMiB + done * kMiB);
  EXPECT_EQ(watch.Complaint(), std::nullopt);
}

}  // namespace
}  // namespace nut::storm
