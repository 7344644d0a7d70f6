// Accounting of the heap: nothing beyond the limit, nothing forgotten.
#include "stack/os/heap_budget.h"

#include <gtest/gtest.h>

#include <cstdint>

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

}  // namespace
}  // namespace nut::os
