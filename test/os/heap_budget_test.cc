// Accounting of the heap: nothing beyond the limit, nothing forgotten.
#include "stack/os/heap_budget.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "stack/base/clock.h"
#include "stack/os/executor.h"

namespace nut::os {
namespace {

TEST(HeapBudgetTest, ReservesUpToItsLimit) {
  HeapBudget heap(1000);
  EXPECT_TRUE(heap.Reserve(600));
  EXPECT_FALSE(heap.Reserve(401));
  EXPECT_EQ(heap.available(), 400u);
  EXPECT_TRUE(heap.Reserve(400));
  EXPECT_EQ(heap.available(), 0u);
  EXPECT_FALSE(heap.Reserve(SIZE_MAX));
  EXPECT_TRUE(heap.Reserve(0));
  EXPECT_EQ(heap.refusals(), 2u);
}

TEST(HeapBudgetTest, RemembersTheMostEverUsed) {
  HeapBudget heap(1000);
  ASSERT_TRUE(heap.Reserve(700));
  heap.Release(600);
  ASSERT_TRUE(heap.Reserve(100));
  EXPECT_EQ(heap.used(), 200u);
  EXPECT_EQ(heap.high_water(), 700u);
}

TEST(HeapBudgetTest, GivingBackMoreThanWasTakenEndsTheProcess) {
  HeapBudget heap(1000);
  ASSERT_TRUE(heap.Reserve(10));
  EXPECT_DEATH(heap.Release(11), "more heap given back");
}

TEST(HeapBudgetTest, StacksComeOutOfIt) {
  VirtualClock clock;
  Executor executor(clock, {.minimum_stack = 65536, .heap_budget = 3 * 65536});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(executor.Create("thread", [] {}));
  EXPECT_EQ(executor.heap().available(), 0u);
  EXPECT_EQ(executor.Create("one too many", [] {}), Fail(Error::kNoBuffers));
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
  EXPECT_EQ(executor.heap().used(), 0u);
  EXPECT_TRUE(executor.Create("there is room again", [] {}));
  executor.Run();
}

}  // namespace
}  // namespace nut::os
