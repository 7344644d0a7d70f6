#include "stack/tcp/slab.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace nut::tcp {
namespace {

// Counts itself, and lies where it was made for.
struct alignas(64) Thing {
  Thing(int number, int& alive) : number(number), alive(alive) { ++alive; }
  ~Thing() { --alive; }

  const int number;
  int& alive;
  std::string text = "longer than what fits into the object itself";
};

class SlabTest : public ::testing::Test {
 protected:
  uint32_t Make(int number) { return slab_.Make(number, alive_); }

  int alive_ = 0;
  Slab<Thing> slab_;
};

TEST_F(SlabTest, ObjectsAreFoundByTheirSlots) {
  std::vector<uint32_t> slots;
  for (int i = 0; i < 1000; ++i) slots.push_back(Make(i));
  EXPECT_EQ(alive_, 1000);
  EXPECT_EQ(std::set<uint32_t>(slots.begin(), slots.end()).size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(slab_.at(slots[static_cast<size_t>(i)]).number, i);
}

TEST_F(SlabTest, ObjectsStayWhereTheyAre) {
  const uint32_t slot = Make(7);
  const Thing* place = &slab_.at(slot);
  for (int i = 0; i < 1000; ++i) Make(i);
  EXPECT_EQ(&slab_.at(slot), place);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(place) % alignof(Thing), 0u);
}

TEST_F(SlabTest, TheSlotThatBecameFreeLastIsUsedFirstInItsNextGeneration) {
  for (int i = 0; i < 100; ++i) Make(i);
  const uint32_t generation = slab_.generation(40);
  slab_.Free(70);
  slab_.Free(40);
  EXPECT_FALSE(slab_.in_use(40));
  EXPECT_EQ(alive_, 98);
  EXPECT_EQ(Make(-1), 40u);
  EXPECT_EQ(slab_.generation(40), generation + 1);
  EXPECT_EQ(Make(-2), 70u);
}

TEST_F(SlabTest, NumbersBeyondTheLastSlotAreNotInUse) {
  EXPECT_FALSE(slab_.in_use(0));
  Make(1);
  EXPECT_TRUE(slab_.in_use(0));
  EXPECT_EQ(slab_.generation(0), 1u);
  EXPECT_FALSE(slab_.in_use(1));
  EXPECT_FALSE(slab_.in_use(UINT32_MAX));
}

// Whole chunks become empty, one is kept and the others go, and all of it may begin again.
TEST_F(SlabTest, EmptiesAndFillsAgain) {
  for (int round = 0; round < 3; ++round) {
    std::vector<uint32_t> slots;
    for (int i = 0; i < 500; ++i) slots.push_back(Make(i));
    EXPECT_EQ(alive_, 500);
    for (const uint32_t slot : slots) slab_.Free(slot);
    EXPECT_EQ(alive_, 0);
  }
}

TEST_F(SlabTest, VisitsInTheOrderOfSlots) {
  for (int i = 0; i < 100; ++i) Make(i);
  for (uint32_t slot = 0; slot < 100; slot += 2) slab_.Free(slot);
  std::vector<int> seen;
  slab_.ForEach([&](uint32_t slot, Thing& thing) {
    EXPECT_EQ(static_cast<int>(slot), thing.number);
    seen.push_back(thing.number);
  });
  ASSERT_EQ(seen.size(), 50u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(Slab, EndsWhatIsLeft) {
  int alive = 0;
  {
    Slab<Thing> slab;
    for (int i = 0; i < 100; ++i) slab.Make(i, alive);
    slab.Free(3);
  }
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace nut::tcp
