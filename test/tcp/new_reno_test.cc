// The congestion window by RFC 5681, 6928, 3465; loss recovery by RFC 3042, 6582.

#include <gtest/gtest.h>

#include "stack/tcp/congestion_control.h"
#include "stack/tcp/loss_recovery.h"

namespace nut::tcp {
namespace {

using wire::SequenceNumber;
using Progress = LossRecovery::Progress;

constexpr uint32_t kMss = 1000;
constexpr Instant kNow{};

Parameters Reno() {
  Parameters parameters;
  parameters.congestion = CongestionAlgorithm::kNewReno;
  return parameters;
}

Parameters Strict() {
  Parameters parameters = Reno();
  parameters.slow_start_limit_segments = 1;
  return parameters;
}

CongestionControl Connected(uint32_t mss = kMss, bool syn_lost = false) {
  CongestionControl reno(Strict());
  reno.OnConnected(mss, syn_lost);
  return reno;
}

TEST(NewReno, Rfc6928_2_InitialWindow) {
  EXPECT_EQ(Connected(1000).cwnd(), 10'000u);
  EXPECT_EQ(Connected(1460).cwnd(), 14'600u);
  EXPECT_EQ(Connected(4000).cwnd(), 14'600u);
  EXPECT_EQ(Connected(9000).cwnd(), 18'000u);
}

TEST(NewReno, Rfc5681_3_1_OneSegmentAfterALostSyn) { EXPECT_EQ(Connected(1000, true).cwnd(), 1000u); }

TEST(NewReno, Rfc5681_3_1_SsthreshIsHighAtFirst) { EXPECT_EQ(Connected().ssthresh(), UINT32_MAX); }

TEST(NewReno, Rfc5681_3_1_SlowStartAddsAtMostOneSegmentPerAck) {
  CongestionControl reno = Connected();
  reno.OnAcknowledged(kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 11'000u);
  reno.OnAcknowledged(2 * kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 12'000u);
  reno.OnAcknowledged(1, true, kNow);  // ACK division earns nothing
  EXPECT_EQ(reno.cwnd(), 12'001u);
}

TEST(NewReno, Rfc9406_4_3_SlowStartAddsEightSegmentsForAnAckAtMost) {
  CongestionControl reno{Reno()};
  reno.OnConnected(kMss, false);
  reno.OnAcknowledged(20 * kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 18'000u);
  reno.OnAcknowledged(7 * kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 25'000u);
}

TEST(NewReno, Rfc3465_2_3_AfterATimeoutOneSegmentForAnAckAtMost) {
  CongestionControl reno{Reno()};
  reno.OnConnected(kMss, false);
  reno.OnAcknowledged(20 * kMss, true, kNow);
  reno.OnTimeout(18 * kMss, true);
  EXPECT_EQ(reno.cwnd(), kMss);
  // Most of it had arrived long before.
  reno.OnAcknowledged(17 * kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 2 * kMss);
  // Until slow start is over for another reason.
  reno.Undo(10 * kMss, 100 * kMss);
  reno.OnAcknowledged(17 * kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 18 * kMss);
}

TEST(NewReno, Rfc7661_AWindowThatIsNotUsedDoesNotGrow) {
  CongestionControl reno = Connected();
  reno.OnAcknowledged(kMss, false, kNow);
  EXPECT_EQ(reno.cwnd(), 10'000u);
}

TEST(NewReno, Rfc5681_3_1_CongestionAvoidanceAddsOneSegmentPerWindow) {
  CongestionControl reno = Connected();
  reno.OnLoss(20'000);
  ASSERT_EQ(reno.cwnd(), 10'000u);
  for (int i = 0; i < 9; ++i) reno.OnAcknowledged(kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 10'000u);
  reno.OnAcknowledged(kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 11'000u);
}

TEST(NewReno, WhatWasAcknowledgedBeforeItGrewDoesNotCountAgain) {
  CongestionControl reno = Connected();
  reno.OnLoss(20'000);
  for (int i = 0; i < 10 + 11 + 11; ++i) reno.OnAcknowledged(kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 12'000u);
  reno.OnAcknowledged(kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 13'000u);
}

TEST(NewReno, NorWhatWasAcknowledgedBeforeALossOrATimeout) {
  CongestionControl reno = Connected();
  reno.OnLoss(20'000);
  for (int i = 0; i < 9; ++i) reno.OnAcknowledged(kMss, true, kNow);
  reno.OnLoss(20'000);
  for (int i = 0; i < 9; ++i) reno.OnAcknowledged(kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 10'000u);
  reno.OnTimeout(4'000, false);
  EXPECT_EQ(reno.cwnd(), kMss);
  for (int i = 0; i < 9; ++i) reno.OnAcknowledged(kMss, true, kNow);
  ASSERT_EQ(reno.cwnd(), 10'000u) << "slow start has taken it there";
  for (int i = 0; i < 9; ++i) reno.OnAcknowledged(kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 10'000u);
}

TEST(NewReno, Rfc9406_SlowStartMayEndWithoutALoss) {
  CongestionControl reno = Connected();
  reno.LeaveSlowStart();
  EXPECT_EQ(reno.ssthresh(), 10'000u);
  reno.OnAcknowledged(kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 10'000u);
}

TEST(NewReno, Rfc7323_2_3_NoWindowIsLargerThanAGibibyte) {
  CongestionControl reno = Connected();
  reno.SetWindow(UINT32_MAX);
  EXPECT_EQ(reno.cwnd(), 1u << 30);
}

TEST(NewReno, Rfc6928_2_NoInitialWindowIsSmallerThanASegment) {
  Parameters parameters = Reno();
  parameters.initial_window_segments = 0;
  CongestionControl reno(parameters);
  EXPECT_EQ(reno.cwnd(), 536u) << "before anything is known of the peer";
  EXPECT_EQ(reno.InitialWindow(), 536u);
  reno.OnConnected(kMss, false);
  EXPECT_EQ(reno.cwnd(), kMss);
}

TEST(NewReno, ASmallerSegmentNeedsNoLargerWindow) {
  CongestionControl reno = Connected();
  reno.OnMssChange(500);
  EXPECT_EQ(reno.cwnd(), 10'000u);
  reno.OnTimeout(500, true);
  EXPECT_EQ(reno.cwnd(), 500u);
  reno.OnMssChange(800);
  EXPECT_EQ(reno.cwnd(), 800u);
}

TEST(NewReno, Rfc5681_3_1_TimeoutLeavesOneSegmentAndHalfTheFlight) {
  CongestionControl reno = Connected();
  reno.OnTimeout(8'000, true);
  EXPECT_EQ(reno.ssthresh(), 4'000u);
  EXPECT_EQ(reno.cwnd(), kMss);
}

TEST(NewReno, Rfc5681_3_1_SsthreshIsAtLeastTwoSegments) {
  CongestionControl reno = Connected();
  reno.OnTimeout(1'000, true);
  EXPECT_EQ(reno.ssthresh(), 2 * kMss);
}

TEST(NewReno, Rfc5681_3_1_ASecondTimeoutLeavesSsthresh) {
  CongestionControl reno = Connected();
  reno.OnTimeout(8'000, true);
  reno.OnTimeout(1'000, false);
  EXPECT_EQ(reno.ssthresh(), 4'000u);
}

TEST(NewReno, Rfc5681_4_1_AfterAPauseTheWindowIsTheInitialOneAtMost) {
  CongestionControl reno = Connected();
  for (int i = 0; i < 100; ++i) reno.OnAcknowledged(kMss, true, kNow);
  ASSERT_EQ(reno.cwnd(), 110'000u);
  reno.OnIdle();
  EXPECT_EQ(reno.cwnd(), 10'000u);
  reno.OnTimeout(1'000, true);
  reno.OnIdle();
  EXPECT_EQ(reno.cwnd(), kMss);
}

TEST(NewReno, StaysBelowTheLargestWindow) {
  CongestionControl reno = Connected(60'000);
  for (int i = 0; i < 30'000; ++i) reno.OnAcknowledged(60'000, true, kNow);
  EXPECT_EQ(reno.cwnd(), 1u << 30);
}

// --- recovery ------------------------------------------------------------------------------------

TEST(NewReno, ItsParametersHaveTheirLargestValues) {
  Parameters parameters = Reno();
  for (const auto& [asked, most] : {std::pair{254u, 254u}, {255u, 255u}, {256u, 255u}, {1000u, 255u}}) {
    parameters.slow_start_limit_segments = asked;
    CongestionControl reno(parameters);
    reno.OnConnected(kMss, false);
    const uint32_t before = reno.cwnd();
    reno.OnAcknowledged(1000 * kMss, true, kNow);
    EXPECT_EQ(reno.cwnd(), before + most * kMss);
  }
  for (const auto& [asked, segments] : {std::pair{65534u, 65534u}, {65535u, 65535u}, {65536u, 65535u}}) {
    parameters.initial_window_segments = asked;
    CongestionControl reno(parameters);
    reno.OnConnected(1460, false);
    EXPECT_EQ(reno.InitialWindow(), segments * 1460);
  }
}

TEST(NewReno, AfterATimeoutSlowStartIsCautiousUntilItIsOver) {
  CongestionControl reno(Reno());
  reno.OnConnected(kMss, false);
  reno.OnTimeout(10 * kMss, true);
  EXPECT_EQ(reno.cwnd(), kMss);
  EXPECT_EQ(reno.ssthresh(), 5 * kMss);
  for (int i = 0; i < 4; ++i) reno.OnAcknowledged(4 * kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 5 * kMss) << "a segment for each ACK";
  reno.OnAcknowledged(kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 5 * kMss);
  // Slow start that comes again for another reason is no such one.
  reno.Undo(2 * kMss, 20 * kMss);
  reno.OnAcknowledged(4 * kMss, true, kNow);
  EXPECT_EQ(reno.cwnd(), 6 * kMss);
}

class Recovery : public testing::Test {
 protected:
  Recovery() : reno_(Connected()) { recovery_.Start(SequenceNumber(999)); }

  // One duplicate ACK of `una` while everything below `nxt` is sent.
  bool Duplicate(uint32_t una, uint32_t nxt) {
    return recovery_.OnDuplicateAck(SequenceNumber(una), SequenceNumber(nxt), kMss, 3, reno_);
  }
  Progress Ack(uint32_t una, uint32_t ack, uint32_t flight) {
    return recovery_.OnAcknowledged(SequenceNumber(una), SequenceNumber(ack), flight, kMss, reno_);
  }
  uint32_t window() const { return recovery_.Window(reno_.cwnd(), kMss); }

  CongestionControl reno_;
  LossRecovery recovery_;
};

TEST_F(Recovery, Rfc5681_3_2_TheThirdDuplicateStartsIt) {
  EXPECT_FALSE(Duplicate(1000, 11'000));
  EXPECT_FALSE(Duplicate(1000, 11'000));
  EXPECT_TRUE(Duplicate(1000, 11'000));
  EXPECT_TRUE(recovery_.in_recovery());
  EXPECT_EQ(reno_.ssthresh(), 5'000u);
  EXPECT_EQ(window(), 5'000u + 3 * kMss);
}

TEST_F(Recovery, Rfc3042_TheFirstTwoLetOneNewSegmentOutEach) {
  EXPECT_EQ(window(), 10'000u);
  Duplicate(1000, 11'000);
  EXPECT_EQ(window(), 11'000u);
  Duplicate(1000, 11'000);
  EXPECT_EQ(window(), 12'000u);
}

TEST_F(Recovery, Rfc5681_3_2_EveryFurtherOneInflatesAndTheNewAckDeflates) {
  for (int i = 0; i < 5; ++i) Duplicate(1000, 11'000);
  EXPECT_EQ(window(), 5'000u + 5 * kMss);
  EXPECT_EQ(Ack(1000, 11'000, 0), Progress::kFull);
  EXPECT_FALSE(recovery_.in_recovery());
  EXPECT_EQ(window(), 2 * kMss);  // min(ssthresh, max(flight, SMSS) + SMSS)
}

TEST_F(Recovery, Rfc6582_3_2_APartialAckAsksForTheNextHole) {
  for (int i = 0; i < 3; ++i) Duplicate(1000, 11'000);
  EXPECT_EQ(Ack(1000, 3000, 8'000), Progress::kFirstPartial);
  EXPECT_EQ(Ack(3000, 4000, 7'000), Progress::kPartial);
  EXPECT_TRUE(recovery_.in_recovery());
  EXPECT_EQ(window(), 5'000u + 3 * kMss - 2 * kMss + kMss - kMss + kMss);
  EXPECT_EQ(Ack(4000, 11'000, 0), Progress::kFull);
}

TEST_F(Recovery, Rfc6582_3_2_DuplicatesBelowRecoverAfterATimeoutStartNone) {
  recovery_.OnTimeout(SequenceNumber(11'000));
  Ack(1000, 9000, 2'000);  // a jump of many segments: they had arrived
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(Duplicate(9000, 11'000));
  EXPECT_FALSE(recovery_.in_recovery());
}

TEST_F(Recovery, Rfc6582_4_1_ASmallStepBeforeTheDuplicatesIsALostRetransmission) {
  recovery_.OnTimeout(SequenceNumber(11'000));
  Ack(1000, 2000, 9'000);
  Duplicate(2000, 11'000);
  Duplicate(2000, 11'000);
  EXPECT_TRUE(Duplicate(2000, 11'000));
}

TEST_F(Recovery, Rfc6582_4_1_FourSegmentsAreASmallStepAndNoMore) {
  for (const uint32_t step : {4 * kMss, 4 * kMss + 1}) {
    recovery_.Start(SequenceNumber(999));
    recovery_.OnTimeout(SequenceNumber(11'000));
    Ack(1000, 2000, 9'000);
    Ack(2000, 2000 + step, 9'000 - step);
    Duplicate(2000 + step, 11'000);
    Duplicate(2000 + step, 11'000);
    EXPECT_EQ(Duplicate(2000 + step, 11'000), step == 4 * kMss);
  }
}

TEST_F(Recovery, Rfc3042_AThirdOneThatStartsNothingLetsNothingOut) {
  recovery_.OnTimeout(SequenceNumber(11'000));
  Ack(1000, 9000, 2'000);
  for (int i = 0; i < 3; ++i) Duplicate(9000, 11'000);
  EXPECT_EQ(window(), reno_.cwnd() + 2 * kMss);
}

TEST_F(Recovery, ManyThatStartNothingAreCountedNoFurther) {
  recovery_.OnTimeout(SequenceNumber(11'000));
  Ack(1000, 9000, 2'000);
  for (int i = 0; i < 600; ++i) EXPECT_FALSE(Duplicate(9000, 11'000));
  EXPECT_EQ(window(), reno_.cwnd() + 2 * kMss);
}

TEST_F(Recovery, Rfc6582_4_1_AStepIsCountedFromTheSyn) {
  recovery_.Start(SequenceNumber(50'000));
  recovery_.OnTimeout(SequenceNumber(60'001));
  Duplicate(50'001, 60'001);
  Duplicate(50'001, 60'001);
  EXPECT_TRUE(Duplicate(50'001, 60'001));
}

TEST_F(Recovery, Rfc5681_3_2_WhatLimitedTransmitSentDoesNotCount) {
  Duplicate(1000, 11'000);
  Duplicate(1000, 12'000);
  EXPECT_TRUE(Duplicate(1000, 13'000));
  EXPECT_EQ(reno_.ssthresh(), 5'000u);
}

// What a time-out has given up for lost is unacknowledged, but no longer in the network: halving that would
// open the window to many times what it is, and send all of it at once.
TEST_F(Recovery, Rfc5681_3_2_AfterATimeoutTheWindowIsHalvedAndNotWhatWasLostBefore) {
  reno_.OnTimeout(100'000, true);
  recovery_.OnTimeout(SequenceNumber(101'000));
  for (uint32_t una = 1000; una < 8000; una += kMss) {
    reno_.OnAcknowledged(kMss, true, kNow);
    Ack(una, una + kMss, 101'000 - una);
  }
  const uint32_t cwnd = reno_.cwnd();
  ASSERT_EQ(cwnd, 8 * kMss);
  Duplicate(8000, 101'000);
  Duplicate(8000, 101'000);
  EXPECT_TRUE(Duplicate(8000, 101'000));
  EXPECT_EQ(reno_.ssthresh(), cwnd / 2);
  EXPECT_EQ(window(), cwnd / 2 + 3 * kMss);
}

TEST_F(Recovery, Rfc6582_3_2_ATimeoutEndsIt) {
  for (int i = 0; i < 5; ++i) Duplicate(1000, 11'000);
  ASSERT_TRUE(recovery_.in_recovery());
  reno_.OnTimeout(10'000, true);
  recovery_.OnTimeout(SequenceNumber(11'000));
  EXPECT_FALSE(recovery_.in_recovery());
  EXPECT_EQ(window(), kMss);
  EXPECT_EQ(Ack(1000, 2000, 9'000), Progress::kNormal);
}

TEST_F(Recovery, AnInflatedWindowStaysBelowHalfTheCircle) {
  const uint32_t mss = 60'000;
  for (int i = 0; i < 30'000; ++i) {
    recovery_.OnDuplicateAck(SequenceNumber(1000), SequenceNumber(11'000), mss, 3, reno_);
  }
  EXPECT_EQ(recovery_.Window(1u << 30, mss), UINT32_MAX / 2);
}

TEST_F(Recovery, AConnectionBeginsAnewWhereverItsNumbersAre) {
  for (const uint32_t iss : {0u, 0x7ffffff0u, 0x80000000u, 0xf0000000u}) {
    LossRecovery recovery;
    CongestionControl reno = Connected(kMss, /*syn_lost=*/true);
    recovery.OnTimeout(SequenceNumber(iss + 5000));
    recovery.Start(SequenceNumber(iss));
    const SequenceNumber una(iss + 10);
    for (int i = 0; i < 3; ++i) recovery.OnDuplicateAck(una, una + 5000, kMss, 3, reno);
    EXPECT_TRUE(recovery.in_recovery()) << iss;
    recovery.Start(SequenceNumber(iss));
    EXPECT_FALSE(recovery.in_recovery());
    EXPECT_EQ(recovery.Window(7000, kMss), 7000u);
  }
}

TEST_F(Recovery, AWindowOfOneSegmentKnowsNoSmallStep) {
  LossRecovery recovery;
  CongestionControl reno = Connected(kMss, /*syn_lost=*/true);
  ASSERT_EQ(reno.cwnd(), kMss);
  recovery.OnTimeout(SequenceNumber(20000));
  for (int i = 0; i < 5; ++i)
    recovery.OnDuplicateAck(SequenceNumber(10), SequenceNumber(20000), kMss, 3, reno);
  EXPECT_FALSE(recovery.in_recovery());
}

TEST_F(Recovery, InflationEndsAtAGibibyte) {
  LossRecovery recovery;
  CongestionControl reno = Connected();
  recovery.Start(SequenceNumber(0));
  constexpr uint32_t kHuge = 1 << 20;
  for (int i = 0; i < 3; ++i)
    recovery.OnDuplicateAck(SequenceNumber(10), SequenceNumber(20000), kHuge, 3, reno);
  ASSERT_TRUE(recovery.in_recovery());
  for (int i = 0; i < 1020; ++i)
    recovery.OnDuplicateAck(SequenceNumber(10), SequenceNumber(20000), kHuge, 3, reno);
  EXPECT_EQ(recovery.Window(1000, kMss), 1000u + 1023 * kHuge);
  for (int i = 0; i < 5; ++i)
    recovery.OnDuplicateAck(SequenceNumber(10), SequenceNumber(20000), kHuge, 3, reno);
  EXPECT_EQ(recovery.Window(1000, kMss), 1000u + 1024 * kHuge);
}

TEST_F(Recovery, TheWindowIsNeverBelowOneSegment) {
  for (int i = 0; i < 3; ++i) Duplicate(1000, 200'000);
  for (uint32_t ack = 3'000; ack < 200'000; ack += 20'000) Ack(ack - 2000, ack, 200'000 - ack);
  EXPECT_GE(window(), kMss);
}

TEST_F(Recovery, WorksAcrossTheWrapOfSequenceNumbers) {
  recovery_.Start(SequenceNumber(0xffff'fc00));
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(Duplicate(0xffff'fc01, 0x2000));
  EXPECT_TRUE(Duplicate(0xffff'fc01, 0x2000));
  EXPECT_EQ(Ack(0xffff'fc01, 0x10, 0x1ff0), Progress::kFirstPartial);
  EXPECT_EQ(Ack(0x10, 0x2000, 0), Progress::kFull);
}

}  // namespace
}  // namespace nut::tcp
