// Which blocks a SACK option tells of: the latest first, then what lies highest (RFC 2018 4).

#include "stack/tcp/arrival_order.h"

#include <gtest/gtest.h>

#include <vector>

namespace nut::tcp {
namespace {

class ArrivalOrderTest : public testing::Test {
 protected:
  void Arrive(uint64_t begin, uint64_t end) {
    ranges_.Add({begin, end});
    order_.Note(begin, ranges_);
  }
  // Where the blocks begin, in their order.
  std::vector<uint64_t> Told(size_t room = 4) const {
    std::vector<Range> out(room);
    out.resize(order_.List(ranges_, out));
    std::vector<uint64_t> begins;
    for (const Range& range : out) begins.push_back(range.begin);
    return begins;
  }
  using Begins = std::vector<uint64_t>;
  RangeList ranges_;
  ArrivalOrder order_;
};

TEST_F(ArrivalOrderTest, TheLatestIsFirst) {
  Arrive(50, 60);
  EXPECT_EQ(Told(), Begins({50}));
  Arrive(30, 40);
  Arrive(10, 20);
  EXPECT_EQ(Told(), Begins({10, 30, 50}));
  Arrive(40, 45);  // makes the second one longer
  EXPECT_EQ(Told(), Begins({30, 10, 50}));
  EXPECT_EQ(Told(2), Begins({30, 10}));
}

TEST_F(ArrivalOrderTest, FourAreRememberedAndThenTheHighestIsTold) {
  Arrive(50, 60);
  Arrive(90, 95);
  Arrive(70, 80);
  Arrive(30, 40);
  Arrive(10, 20);
  EXPECT_EQ(Told(4), Begins({10, 30, 70, 90}));
  EXPECT_EQ(Told(5), Begins({10, 30, 70, 90, 50}));
}

TEST_F(ArrivalOrderTest, TheFourthIsToldBeforeWhatLiesHigher) {
  for (const uint64_t begin : {40u, 20u, 90u, 70u, 50u}) Arrive(begin, begin + 5);
  EXPECT_EQ(Told(4), Begins({50, 70, 90, 20}));
}

TEST_F(ArrivalOrderTest, WhatGrowsTogetherIsToldOnce) {
  Arrive(10, 20);
  Arrive(30, 40);
  Arrive(50, 60);
  Arrive(20, 30);
  EXPECT_EQ(Told(), Begins({10, 50}));
  Arrive(70, 80);
  EXPECT_EQ(Told(), Begins({70, 10, 50}));
}

TEST_F(ArrivalOrderTest, WhatIsInOrderNowIsToldNoMore) {
  Arrive(30, 40);
  Arrive(50, 60);
  ranges_ = {};
  ranges_.Add({50, 60});
  EXPECT_EQ(Told(), Begins({50}));
  Arrive(70, 80);
  EXPECT_EQ(Told(), Begins({70, 50}));
  order_.Note(200, ranges_);
  EXPECT_EQ(Told(), Begins({70, 50})) << "what is in no range is nothing";
}

}  // namespace
}  // namespace nut::tcp
