#include "test/explore/coverage.h"

#include <gtest/gtest.h>

#include <memory>

namespace nut::explore {
namespace {

TEST(Coverage, FewDifferentHashesAreCountedNearlyExactly) {
  const auto estimate = std::make_unique<DistinctEstimate>();
  EXPECT_EQ(estimate->Count(), 0u);
  for (int round = 0; round < 3; ++round)
    for (uint64_t hash = 0; hash < 1000; ++hash) estimate->Add(hash);
  EXPECT_NEAR(static_cast<double>(estimate->Count()), 1000, 20);
}

TEST(Coverage, ManyWithinAFewPerCent) {
  for (const uint64_t count : {20'000u, 60'000u, 200'000u, 2'000'000u}) {
    const auto estimate = std::make_unique<DistinctEstimate>();
    for (uint64_t hash = 0; hash < count; ++hash) estimate->Add(hash * 0x123456789);
    const auto expected = static_cast<double>(count);
    EXPECT_NEAR(static_cast<double>(estimate->Count()), expected, 0.03 * expected);
  }
}

TEST(Coverage, MergingCountsTheUnion) {
  const auto one = std::make_unique<Coverage>();
  const auto two = std::make_unique<Coverage>();
  const auto both = std::make_unique<Coverage>();
  for (uint64_t hash = 0; hash < 30'000; ++hash) {
    if (hash < 20'000) one->states.Add(hash);
    if (hash >= 10'000) two->states.Add(hash);
    both->states.Add(hash);
  }
  for (uint64_t hash = 1; hash <= 30; ++hash) (hash <= 20 ? one : two)->pairs.Add(hash);
  two->pairs.Add(7);
  one->runs = 3;
  two->runs = 4;
  one->Merge(*two);
  EXPECT_EQ(one->states.Count(), both->states.Count());
  EXPECT_EQ(one->pairs.count, 30u);
  EXPECT_EQ(one->runs, 7u);
}

TEST(Coverage, PairsAreExactUpToTheLimitAndSayWhenItIsReached) {
  const auto set = std::make_unique<DistinctSet>();
  for (uint64_t hash = 0; hash < DistinctSet::kLimit; ++hash) set->Add(hash << 32);
  for (uint64_t hash = 0; hash < DistinctSet::kLimit; ++hash) set->Add(hash << 32);
  EXPECT_EQ(set->count, DistinctSet::kLimit);
  EXPECT_FALSE(set->full);
  set->Add(12345);
  EXPECT_EQ(set->count, DistinctSet::kLimit);
  EXPECT_TRUE(set->full);
}

}  // namespace
}  // namespace nut::explore
