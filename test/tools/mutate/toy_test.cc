// The tests of toy.cc: good ones, bad ones, and none.

#include <gtest/gtest.h>

#include "toy/toy.h"

namespace toy {
namespace {

TEST(Toy, ClampsAtTheLimit) {
  EXPECT_EQ(Clamp(9), 9);
  EXPECT_EQ(Clamp(10), 10);
  EXPECT_EQ(Clamp(11), 10);
  EXPECT_EQ(Clamp(-1), -1);
}

TEST(Toy, IsOpenAtNoon) {
  EXPECT_TRUE(IsOpen(12));
  EXPECT_FALSE(IsOpen(3));
  EXPECT_FALSE(IsOpen(23));
}

TEST(Toy, Halves) { EXPECT_EQ(Halvings(17), 4); }

TEST(Toy, Walks) { EXPECT_EQ(WalkTwice({3, 1, 3}), 2 + 2 + 4 + 4); }

TEST(Toy, Waits) {
  EXPECT_EQ(Patience(true), std::chrono::milliseconds(5));
  EXPECT_EQ(Patience(false), std::chrono::milliseconds(20));
}

TEST(Toy, IsReady) { EXPECT_TRUE(Sizes{}.ready); }

}  // namespace
}  // namespace toy
