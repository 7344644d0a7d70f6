// RFC 9406: HyStart++: slow start ends when round trips get longer, and not when they only seem to.

#include <gtest/gtest.h>

#include "stack/tcp/slow_start_exit.h"

namespace nut::tcp {
namespace {

using Advice = SlowStartExit::Advice;

class SlowStart : public testing::Test {
 protected:
  // A round of `acks` ACKs whose segments took `rtt`; says what the last one was told, or that one was told
  // to leave.
  Advice Round(Duration rtt, int acks = 10) {
    Advice advice = Advice::kGrow;
    bool leave = false;
    const uint32_t nxt = una_ + 10'000;
    for (int i = 1; i <= acks; ++i) {
      const auto step = static_cast<uint32_t>(10'000 * i / acks);
      advice = exit_.OnAck(wire::SequenceNumber(una_ + step), wire::SequenceNumber(nxt + step), rtt);
      leave |= advice == Advice::kLeave;
    }
    una_ = nxt;
    return leave ? Advice::kLeave : advice;
  }
  uint32_t una_ = 0xffff'0000;
  SlowStartExit exit_;
};

TEST_F(SlowStart, Rfc9406_4_2_EqualRoundTripsLeaveItAlone) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Round(100ms), Advice::kGrow);
}

TEST_F(SlowStart, Rfc9406_4_2_AnEighthMoreMakesItSlower) {
  Round(100ms);
  Round(100ms);
  EXPECT_EQ(Round(112ms), Advice::kGrow);
  EXPECT_EQ(Round(126ms), Advice::kGrowSlowly);
}

TEST_F(SlowStart, Rfc9406_4_3_FourMillisecondsAtLeastAndSixteenAtMostMatter) {
  Round(1ms);
  Round(1ms);
  EXPECT_EQ(Round(4ms), Advice::kGrow);
  EXPECT_EQ(Round(9ms), Advice::kGrowSlowly);
  SlowStartExit fresh;
  std::swap(exit_, fresh);
  Round(500ms);
  Round(500ms);
  EXPECT_EQ(Round(517ms), Advice::kGrowSlowly);
}

TEST_F(SlowStart, Rfc9406_4_2_EightSamplesAreNeeded) {
  Round(100ms);
  Round(100ms);
  EXPECT_EQ(Round(200ms, 7), Advice::kGrow);
}

TEST_F(SlowStart, Rfc9406_4_2_AfterFiveSlowRoundsItIsOver) {
  Round(100ms);
  Round(100ms);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Round(200ms), Advice::kGrowSlowly) << i;
  EXPECT_EQ(exit_.OnAck(wire::SequenceNumber(una_ + 10'000), wire::SequenceNumber(una_ + 20'000), 200ms),
            Advice::kLeave);
}

TEST_F(SlowStart, Rfc9406_4_2_UntilThenNoAckEndsIt) {
  Round(100ms);
  Round(100ms);
  int acks = 0;
  for (Advice advice = Advice::kGrow; advice != Advice::kLeave && acks < 1000; ++acks) {
    const uint32_t step = 1000;
    advice = exit_.OnAck(wire::SequenceNumber(una_ + step), wire::SequenceNumber(una_ + 10 * step), 200ms);
    una_ += step;
  }
  // Rounds of nine ACKs; in the first one the eighth sample decides.
  EXPECT_EQ(acks, 9 * 5 + 1);
}

TEST_F(SlowStart, Rfc9406_4_2_EvenIfTheyGetLongerAllTheTime) {
  Round(100ms);
  Round(100ms);
  for (int i = 1; i <= 5; ++i) EXPECT_EQ(Round(100ms + i * 100ms), Advice::kGrowSlowly) << i;
  EXPECT_EQ(Round(700ms), Advice::kLeave);
}

TEST_F(SlowStart, Rfc9406_4_2_ASecondTimeHasFiveRoundsAgain) {
  Round(100ms);
  Round(100ms);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Round(200ms), Advice::kGrowSlowly);
  EXPECT_EQ(Round(100ms), Advice::kGrow);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Round(200ms), Advice::kGrowSlowly) << i;
  EXPECT_EQ(exit_.OnAck(wire::SequenceNumber(una_ + 10'000), wire::SequenceNumber(una_ + 20'000), 200ms),
            Advice::kLeave);
}

TEST_F(SlowStart, Rfc9406_4_2_EightSamplesAreNeededForTheWayBackToo) {
  Round(100ms);
  Round(100ms);
  Round(200ms);
  EXPECT_EQ(Round(100ms, 7), Advice::kGrowSlowly);
  EXPECT_EQ(Round(100ms, 8), Advice::kGrow);
}

TEST_F(SlowStart, Rfc9406_4_2_EqualToTheBaselineIsNoWayBack) {
  Round(100ms);
  Round(100ms);
  Round(200ms);
  EXPECT_EQ(Round(200ms), Advice::kGrowSlowly);
  EXPECT_EQ(Round(199ms), Advice::kGrow);
}

TEST_F(SlowStart, Rfc9406_4_3_TheThresholdsAreExact) {
  for (const auto& [before, after] :
       {std::pair<Duration, Duration>{100ms, 112500us}, {8ms, 12ms}, {400ms, 416ms}}) {
    SlowStartExit fresh;
    std::swap(exit_, fresh);
    Round(before);
    EXPECT_EQ(Round(after - 1us), Advice::kGrow);
    SlowStartExit again;
    std::swap(exit_, again);
    Round(before);
    EXPECT_EQ(Round(after), Advice::kGrowSlowly);
  }
}

TEST_F(SlowStart, Rfc9406_4_2_ARoundWithoutASampleSaysNothing) {
  Round(100ms);
  Round(kForever);
  EXPECT_EQ(Round(200ms), Advice::kGrow) << "there is nothing to compare with";
  EXPECT_EQ(Round(300ms), Advice::kGrowSlowly);
}

TEST_F(SlowStart, Rfc9406_4_2_WhenTheyGetShorterAgainItGoesOn) {
  Round(100ms);
  Round(100ms);
  EXPECT_EQ(Round(200ms), Advice::kGrowSlowly);
  EXPECT_EQ(Round(100ms), Advice::kGrow);
}

}  // namespace
}  // namespace nut::tcp
