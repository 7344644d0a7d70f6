// RFC 9438: CUBIC's window: against the curve as the RFC writes it, in floating point, and event by event.

#include <gtest/gtest.h>

#include <cmath>

#include "stack/tcp/congestion_control.h"

namespace nut::tcp {
namespace {

constexpr uint32_t kMss = 1000;
constexpr Instant kStart{};

// What RFC 9438 4.2 says, in segments and seconds.
double CubicWindow(double t, double w_max, double cwnd_epoch) {
  const double k = std::cbrt((w_max - cwnd_epoch) / 0.4);
  return 0.4 * std::pow(t - k, 3) + w_max;
}

class CubicTest : public testing::Test {
 protected:
  CubicTest() : congestion_(Parameters{}) {
    congestion_.OnConnected(kMss, false);
    congestion_.SetWindow(100 * kMss);
  }
  // Acknowledges a window per round trip, segment by segment, until `end` after the first.
  void Run(Duration end, Duration rtt) {
    for (Duration at{}; at < end; at += rtt) {
      const uint32_t segments = congestion_.cwnd() / kMss;
      for (uint32_t i = 0; i < segments; ++i) {
        congestion_.OnAcknowledged(kMss, true, kStart + at + rtt * i / segments, rtt);
      }
    }
  }
  double segments() const { return static_cast<double>(congestion_.cwnd()) / kMss; }
  CongestionControl congestion_;
};

TEST_F(CubicTest, Rfc9293_May18_IsTheDefault) {
  EXPECT_EQ(Parameters{}.congestion, CongestionAlgorithm::kCubic);
}

TEST_F(CubicTest, Rfc9438_4_6_ALossLeavesSevenTenths) {
  congestion_.OnLoss(100 * kMss);
  EXPECT_EQ(congestion_.cwnd(), 70 * kMss);
  EXPECT_EQ(congestion_.ssthresh(), 70 * kMss);
}

TEST_F(CubicTest, Rfc9438_4_6_NeverLessThanTwoSegments) {
  congestion_.OnLoss(kMss);
  EXPECT_EQ(congestion_.ssthresh(), 2 * kMss);
}

// A long round trip, so that the curve is above what Reno would do.
TEST_F(CubicTest, Rfc9438_4_2_TheWindowFollowsTheCurve) {
  congestion_.OnLoss(100 * kMss);
  const Duration rtt = 200ms;
  const double k = std::cbrt(30 / 0.4);  // 4.2 s
  for (Duration at{}; at < 8s; at += rtt) {
    const uint32_t count = congestion_.cwnd() / kMss;
    for (uint32_t i = 0; i < count; ++i) {
      congestion_.OnAcknowledged(kMss, true, kStart + at + rtt * i / count, rtt);
    }
    const double t = ToSeconds(at + rtt);
    EXPECT_NEAR(segments(), CubicWindow(t, 100, 70), 2.5) << "after " << t << " s, K " << k;
  }
  EXPECT_GT(segments(), 115) << "convex behind the plateau (4.5)";
}

TEST_F(CubicTest, Rfc9438_4_4_NearTheLastMaximumItIsNearlyFlat) {
  congestion_.OnLoss(100 * kMss);
  Run(4200ms, 200ms);
  const double plateau = segments();
  EXPECT_NEAR(plateau, 100, 1.5);
}

TEST_F(CubicTest, Rfc9438_4_3_WithAShortRoundTripItIsAsFastAsReno) {
  congestion_.OnLoss(100 * kMss);
  // 100 round trips of 1 ms: the curve has hardly moved in 0.1 s; Reno with alpha 9/17 has grown by 53.
  Run(100ms, 1ms);
  EXPECT_NEAR(segments(), 70 + 30 + (100 - 30 * 17.0 / 9), 4);
}

TEST_F(CubicTest, Rfc9438_4_7_WhoLosesGroundAimsLower) {
  congestion_.OnLoss(100 * kMss);
  Run(200ms, 200ms);
  const double before = segments();
  congestion_.OnLoss(congestion_.cwnd());
  // W_max = cwnd * 0.85: reached after cbrt((0.85 - 0.7) * cwnd / 0.4) seconds.
  const double k = std::cbrt(0.15 * before / 0.4);
  Run(Duration(static_cast<int64_t>(k * 1e9)), 200ms);
  EXPECT_NEAR(segments(), 0.85 * before, 2);
}

TEST_F(CubicTest, Rfc9438_4_8_AfterATimeoutSlowStartAndThenFromWhereItEnds) {
  congestion_.OnTimeout(100 * kMss, true);
  EXPECT_EQ(congestion_.cwnd(), kMss);
  EXPECT_EQ(congestion_.ssthresh(), 70 * kMss);
  while (congestion_.cwnd() < congestion_.ssthresh()) congestion_.OnAcknowledged(kMss, true, kStart, 100ms);
  const double begin = segments();
  Run(1s, 500ms);
  EXPECT_NEAR(segments(), begin + 1.5, 1.5) << "K = 0: W_max is where congestion avoidance began";
}

TEST_F(CubicTest, Rfc9438_4_8_ASecondTimeoutLeavesSsthresh) {
  congestion_.OnTimeout(100 * kMss, true);
  congestion_.OnTimeout(kMss, false);
  EXPECT_EQ(congestion_.ssthresh(), 70 * kMss);
}

TEST_F(CubicTest, Rfc9438_4_9_ASpuriousEventIsUndone) {
  congestion_.OnLoss(100 * kMss);
  Run(4200ms, 200ms);
  const uint32_t cwnd = congestion_.cwnd();
  const uint32_t ssthresh = congestion_.ssthresh();
  congestion_.OnTimeout(cwnd, true);
  congestion_.Undo(cwnd, ssthresh);
  EXPECT_EQ(congestion_.cwnd(), cwnd);
  EXPECT_EQ(congestion_.ssthresh(), ssthresh);
  // W_max is that of the loss before: just there the curve is flat.
  congestion_.OnAcknowledged(kMss, true, kStart + 5s, 200ms);
  EXPECT_NEAR(congestion_.cwnd(), cwnd, kMss);
}

TEST_F(CubicTest, Rfc9438_5_8_ATimeWithoutUseDoesNotCount) {
  congestion_.OnLoss(100 * kMss);
  congestion_.OnAcknowledged(kMss, true, kStart, 200ms);
  congestion_.OnAcknowledged(kMss, false, kStart + 1s, 200ms);
  // An hour later the curve would be far above; growth begins where it had ended.
  for (int i = 0; i < 70; ++i) congestion_.OnAcknowledged(kMss, true, kStart + 3600s, 200ms);
  EXPECT_LT(segments(), 76);
}

TEST_F(CubicTest, Rfc9438_5_8_ATimeWithNothingSentDoesNotCountEither) {
  congestion_.SetWindow(12 * kMss);
  congestion_.OnLoss(12 * kMss);
  congestion_.OnAcknowledged(kMss, true, kStart, 200ms);
  congestion_.OnIdle();  // the window is below the initial one already
  for (int i = 0; i < 8; ++i) congestion_.OnAcknowledged(kMss, true, kStart + 3600s, 200ms);
  EXPECT_LT(segments(), 10);
}

TEST_F(CubicTest, Rfc9438_4_9_UndoneIsTheCurveToo) {
  congestion_.OnLoss(100 * kMss);
  congestion_.SetWindow(80 * kMss);
  congestion_.OnTimeout(80 * kMss, true);
  congestion_.Undo(80 * kMss, 70 * kMss);
  congestion_.OnAcknowledged(kMss, true, kStart, 200ms);
  for (int i = 0; i < 80; ++i) congestion_.OnAcknowledged(kMss, true, kStart + 2s, 0ms);
  // A window of ACKs is two thirds of the way to 98; W_max of 0.85 * 80 would lead to 83.
  EXPECT_GT(segments(), 88);
}

// The curve itself, a round trip ahead: what one ACK of the whole window leads to.
class CubicCurve : public testing::Test {
 protected:
  uint32_t Grow(uint32_t cwnd, Duration at, Duration srtt = 0ms) {
    return cubic_.Grow(cwnd, cwnd, kMss, srtt, kStart + at);
  }
  Cubic cubic_;
};

TEST_F(CubicCurve, Rfc9438_4_2_IsReachedWithinAWindowOfAcks) {
  cubic_.OnReduction(100 * kMss);
  Grow(70 * kMss, 0ms);
  for (const Duration at : {500ms, 1000ms, 2000ms, 3000ms, 4000ms}) {
    const double target = CubicWindow(ToSeconds(at + 100ms), 100, 70);
    EXPECT_NEAR(Grow(70 * kMss, at, 100ms), target * kMss, 30) << ToSeconds(at);
  }
  const double beyond = CubicWindow(8.1, 100, 70);
  EXPECT_NEAR(Grow(100 * kMss, 8000ms, 100ms), beyond * kMss, 120);
}

// Where everything is a round number, to the octet: K is one second.
TEST_F(CubicCurve, Rfc9438_4_2_IsExact) {
  const uint32_t cwnd = 10'000'000;
  cubic_.OnReduction(cwnd + 400);  // 0.4 segments above
  Grow(cwnd, 0ms);
  EXPECT_EQ(Grow(cwnd, 11s), cwnd + 400 + 400'000);  // 0.4 * 10^3 segments
  EXPECT_EQ(Grow(cwnd, 10s, 1s), cwnd + 400 + 400'000) << "a round trip ahead";
}

TEST_F(CubicCurve, AfterTwoHundredSecondsItRisesNoFurther) {
  const uint32_t cwnd = 400'000'000;
  const uint32_t mss = 48;
  cubic_.OnReduction(cwnd);
  cubic_.Grow(cwnd, cwnd, mss, 0ms, kStart);
  EXPECT_EQ(cubic_.Grow(cwnd, cwnd, mss, 0ms, kStart + 200s), cwnd + 153'600'000);
  EXPECT_EQ(cubic_.Grow(cwnd, cwnd, mss, 0ms, kStart + 300s), cwnd + 153'600'000);
}

TEST_F(CubicCurve, Rfc9438_4_2_OneAckOfManyIsItsShare) {
  cubic_.OnReduction(100 * kMss);
  Grow(70 * kMss, 0ms);
  uint32_t cwnd = 70 * kMss;
  const double target = CubicWindow(2.1, 100, 70) * kMss;
  for (int i = 0; i < 7; ++i) cwnd = cubic_.Grow(70 * kMss, kMss, kMss, 100ms, kStart + 2s) - 70 * kMss;
  EXPECT_NEAR(cwnd, (target - 70 * kMss) / 70, 2) << "the seventh ACK of a seventieth of the window each";
}

TEST_F(CubicCurve, Rfc9438_4_2_GrowthOfLessThanAnOctetIsOwed) {
  cubic_.OnReduction(100 * kMss);
  Grow(70 * kMss, 0ms);
  uint32_t grown = 0;
  for (int i = 0; i < 7000; ++i) grown += cubic_.Grow(70 * kMss, 10, kMss, 100ms, kStart + 2s) - 70 * kMss;
  const double target = CubicWindow(2.1, 100, 70) * kMss;
  EXPECT_NEAR(grown, target - 70 * kMss, 40);
}

TEST_F(CubicCurve, Rfc9438_4_2_TheTargetIsHalfAWindowAboveAtMost) {
  cubic_.OnReduction(100 * kMss);
  Grow(70 * kMss, 0ms);
  EXPECT_EQ(Grow(70 * kMss, 60s), 105 * kMss);
}

TEST_F(CubicCurve, Rfc9438_4_3_AlphaIsNineSeventeenthsUntilTheOldWindow) {
  cubic_.OnReduction(72 * kMss);
  uint32_t cwnd = Cubic::Reduced(72 * kMss);
  // All at one moment: the curve stands still, Reno's estimate does not.
  const double step = 1000 * 9 / 17.0;
  for (int i = 1; i <= 40; ++i) {
    cwnd = Grow(cwnd, 0ms);
    EXPECT_NEAR(cwnd, 50'400 + i * step, 2) << i;
  }
  cwnd = Grow(cwnd, 0ms);  // 50,400 + 41 * 529.4 is above 72,000
  EXPECT_NEAR(cwnd, 50'400 + 41 * step, 2);
  EXPECT_NEAR(Grow(cwnd, 0ms), cwnd + 1000, 2) << "alpha is 1 once cwnd_prior is reached";
}

TEST_F(CubicCurve, Rfc9438_4_7_WhoLosesGroundLeavesRoom) {
  cubic_.OnReduction(100 * kMss);
  cubic_.OnReduction(80 * kMss);  // W_max is 0.85 of it: 68 segments, and K that of 56 to 68
  Grow(56 * kMss, 0ms);
  EXPECT_NEAR(Grow(56 * kMss, 1s), CubicWindow(1, 68, 56) * kMss, 30);
  cubic_.OnReduction(68 * kMss);  // as much as the last time: no less
  Grow(50 * kMss, 0ms);
  EXPECT_NEAR(Grow(50 * kMss, 1s), CubicWindow(1, 68, 50) * kMss, 30);
}

TEST_F(CubicCurve, Rfc9438_4_9_UndoAimsAtTheOldMaximum) {
  cubic_.OnReduction(100 * kMss);
  cubic_.OnReduction(80 * kMss);
  Grow(56 * kMss, 0ms);
  cubic_.Undo();
  Grow(80 * kMss, 10s);  // a new epoch
  EXPECT_NEAR(Grow(80 * kMss, 12s), CubicWindow(2, 100, 80) * kMss, 40);
}

TEST_F(CubicCurve, Rfc9438_4_9_UndoAfterATimeoutForgetsWhereSlowStartEnds) {
  cubic_.OnReduction(100 * kMss);
  cubic_.OnReduction(100 * kMss);
  cubic_.OnTimeout();
  cubic_.Undo();
  Grow(70 * kMss, 0ms);
  EXPECT_NEAR(Grow(70 * kMss, 2s), CubicWindow(2, 100, 70) * kMss, 30);
}

TEST_F(CubicCurve, Rfc9438_4_8_AfterATimeoutItBeginsWhereItIs) {
  cubic_.OnReduction(100 * kMss);
  cubic_.OnTimeout();
  Grow(40 * kMss, 0ms);
  EXPECT_NEAR(Grow(40 * kMss, 3s), (40 + 0.4 * 27) * kMss, 30) << "K = 0 and W_max = cwnd";
  // The next event is an ordinary one.
  cubic_.OnReduction(100 * kMss);
  Grow(70 * kMss, 10s);
  EXPECT_NEAR(Grow(70 * kMss, 12s), CubicWindow(2, 100, 70) * kMss, 30);
}

TEST_F(CubicCurve, Rfc9438_4_8_WhateverStageATimeoutEnds) {
  cubic_.OnReduction(100 * kMss);
  Grow(70 * kMss, 0ms);
  cubic_.OnTimeout();
  Grow(40 * kMss, 10s);
  EXPECT_NEAR(Grow(40 * kMss, 13s), (40 + 0.4 * 27) * kMss, 30);
  // A pause makes another stage of it, which aims at what this one began with.
  cubic_.Pause();
  Grow(30 * kMss, 20s);
  EXPECT_NEAR(Grow(30 * kMss, 22s), CubicWindow(2, 40, 30) * kMss, 40);
}

TEST_F(CubicTest, StaysBelowTheLargestWindow) {
  congestion_.SetWindow(1u << 30);
  congestion_.OnLoss(1u << 30);
  for (int i = 0; i < 100'000; ++i) congestion_.OnAcknowledged(1u << 20, true, kStart + i * 1s, 10s);
  EXPECT_EQ(congestion_.cwnd(), 1u << 30);
}

TEST_F(CubicTest, SlowStartIsAsBefore) {
  CongestionControl fresh{Parameters{}};
  fresh.OnConnected(kMss, false);
  fresh.OnAcknowledged(kMss, true, kStart, 100ms);
  EXPECT_EQ(fresh.cwnd(), 11 * kMss);
}

}  // namespace
}  // namespace nut::tcp
