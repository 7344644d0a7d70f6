#include "stack/wire/sequence_number.h"

#include <gtest/gtest.h>

#include <vector>

#include "stack/base/rng.h"

namespace nut::wire {
namespace {

using Seq = SequenceNumber;

constexpr uint32_t kHalf = uint32_t{1} << 31;

// Numbers on both sides of the places where arithmetic could go wrong.
std::vector<uint32_t> Corners() {
  std::vector<uint32_t> corners;
  for (const uint32_t place : {0u, kHalf, 0x7fffu, 0xffffu, 0x40000000u, 0xc0000000u}) {
    for (uint32_t step = 0; step < 5; ++step) corners.push_back(place - 2 + step);
  }
  return corners;
}

TEST(SequenceNumber, AdditionAndSubtractionWrap) {
  EXPECT_EQ(Seq(0xffffffff) + 1, Seq(0));
  EXPECT_EQ(Seq(0) - 1u, Seq(0xffffffff));
  EXPECT_EQ(Seq(0xfffffff0) + 0x20, Seq(0x10));
  Seq sequence(0xffffffff);
  sequence += 3;
  EXPECT_EQ(sequence.number(), 2u);
}

TEST(SequenceNumber, DistanceIsSignedAcrossTheWrap) {
  EXPECT_EQ(Seq(1) - Seq(0xffffffff), 2);
  EXPECT_EQ(Seq(0xffffffff) - Seq(1), -2);
  EXPECT_EQ(Seq(kHalf - 1) - Seq(0), 0x7fffffff);
}

TEST(SequenceNumber, OrderFollowsTheShorterWayRoundTheCircle) {
  for (const uint32_t base : Corners()) {
    const Seq here(base);
    EXPECT_FALSE(here.Before(here));
    EXPECT_FALSE(here.After(here));
    EXPECT_TRUE(here.AtOrBefore(here));
    EXPECT_TRUE(here.AtOrAfter(here));
    for (const uint32_t distance : {1u, 2u, 0x7fffu, 0x10000u, 0x3fffffffu, kHalf - 1}) {
      const Seq there = here + distance;
      EXPECT_TRUE(here.Before(there)) << base << " " << distance;
      EXPECT_TRUE(here.AtOrBefore(there));
      EXPECT_FALSE(here.After(there));
      EXPECT_FALSE(here.AtOrAfter(there));
      EXPECT_TRUE(there.After(here));
      EXPECT_TRUE(there.AtOrAfter(here));
      EXPECT_FALSE(there.Before(here));
      EXPECT_EQ(Max(here, there), there);
      EXPECT_EQ(Min(here, there), here);
      EXPECT_EQ(Max(there, here), there);
      EXPECT_EQ(Min(there, here), here);
    }
  }
}

TEST(SequenceNumber, WindowIsHalfOpen) {
  for (const uint32_t base : Corners()) {
    const Seq start(base);
    for (const uint32_t length : {1u, 2u, 3216u, 65535u, 0x3fffffffu}) {
      EXPECT_TRUE(start.InWindow(start, length));
      EXPECT_TRUE((start + (length - 1)).InWindow(start, length));
      EXPECT_FALSE((start + length).InWindow(start, length));
      EXPECT_FALSE((start - 1u).InWindow(start, length));
    }
    EXPECT_FALSE(start.InWindow(start, 0));
  }
}

TEST(SequenceNumber, AgreesWithWideArithmetic) {
  Rng rng("sequence numbers");
  for (int i = 0; i < 100000; ++i) {
    const uint32_t base = rng.Next32();
    const auto offset = static_cast<int64_t>(rng.Below(uint64_t{1} << 32)) - int64_t{kHalf};
    if (offset == -int64_t{kHalf}) continue;  // half way round has no order
    const Seq here(base);
    const Seq there(static_cast<uint32_t>(int64_t{base} + offset));
    EXPECT_EQ(there - here, offset);
    EXPECT_EQ(there.After(here), offset > 0);
    EXPECT_EQ(there.Before(here), offset < 0);
  }
}

}  // namespace
}  // namespace nut::wire
