// RFC 9293 3.8.1–3.8.4, RFC 6298, 5681, 6582, 3042, 5461, 5927: losses, time-outs, congestion, keep-alive,
// ICMP.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

constexpr uint32_t kMss = 1000;

class Retransmission : public testing::Test {
 protected:
  void Open(uint16_t window = 65535) { h.Establish(window, {.mss = kMss}); }
  Duration rto() { return h->Info(h.now()).rto; }
  uint32_t cwnd() { return h->Info(h.now()).cwnd; }
  void Ack(uint32_t ack) { h.Inject({.flags = ".", .seq = 1, .ack = ack}); }
  void ExpectText(uint32_t seq, size_t size) {
    const auto segment = h.Next();
    ASSERT_TRUE(segment.has_value()) << "expected text at " << seq;
    EXPECT_EQ(h.RelativeSequence(*segment), seq);
    EXPECT_EQ(segment->payload.size(), size);
  }
  ConnectionHarness h;
};

// --- the timer (RFC 6298 5) ----------------------------------------------------------------------

TEST_F(Retransmission, Rfc6298_5_1_TheTimerStartsWithTheFirstSegment) {
  Open();
  h.Advance(2 * h.parameters.retransmission_timeout);  // R2 does not count the silence before
  h.Send(500);
  h.Drain();
  const Duration expected = rto();
  EXPECT_EQ(h.TimeToOutput(10s), expected);
  ExpectText(1, 500);
}

TEST_F(Retransmission, Rfc6298_5_2_TheTimerStopsWhenAllIsAcknowledged) {
  Open();
  h.Send(500);
  h.Drain();
  Ack(501);
  h.Advance(3600s);
  h.ExpectSilence();
}

TEST_F(Retransmission, Rfc6298_5_3_ANewAckRestartsTheTimer) {
  Open();
  h.Send(2000);
  h.Drain();
  h.Advance(rto() - 10ms);
  Ack(1001);
  EXPECT_EQ(h.TimeToOutput(10s), rto());
  ExpectText(1001, 1000);
}

TEST_F(Retransmission, Rfc6298_5_4_5_5_TheEarliestSegmentIsRepeatedAndTheTimerDoubled) {
  h.parameters.black_hole_timeouts = 0;
  Open();
  h.Send(3000);
  h.Drain();
  Duration expected = rto();
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(h.TimeToOutput(100s), expected);
    ExpectText(1, kMss);
    h.ExpectSilence();
    expected = std::min<Duration>(expected * 2, 60s);
  }
}

TEST_F(Retransmission, Rfc6298_3_1_Karn_ARepeatedSegmentGivesNoSample) {
  Open();
  const Duration before = h->Info(h.now()).srtt;
  h.Send(500);
  h.TimeToOutput(10s);
  h.Advance(500ms);
  h.TimeToOutput(10s);
  Ack(501);
  EXPECT_EQ(h->Info(h.now()).srtt, before);
}

TEST_F(Retransmission, Rfc9293_Must18_ASampleIsTakenPerFlight) {
  Open();
  h.Send(500);
  h.Advance(80ms);
  Ack(501);
  EXPECT_EQ(h->Info(h.now()).srtt, 10ms);  // the SYN's was 0: 1/8 * 80
}

TEST_F(Retransmission, Rfc9293_May4_ARetransmissionCarriesTheNewestAck) {
  Open();
  h.Send(500);
  h.Drain();
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abc"});
  h.Advance(40ms);
  h.Drain();
  h.TimeToOutput(10s);
  h.Expect({.flags = "P.", .seq = 1, .ack = 4, .data = std::string(500, 'x')});
}

// Original: the head of the queue was the frame itself; here smaller or larger pieces may be cut from the
// buffer.
TEST_F(Retransmission, TextIsCutAnewFromTheBuffer) {
  Open();
  h.Send(400);
  h.Send(400);
  h.Send(400);
  h.Drain();
  h.TimeToOutput(10s);
  ExpectText(1, 1000);
}

TEST_F(Retransmission, AFinIsRepeated) {
  Open();
  h.Shutdown();
  h.Drain();
  EXPECT_EQ(h.TimeToOutput(10s), rto());
  h.Expect({.flags = "F.", .seq = 1, .ack = 1});
}

TEST_F(Retransmission, TextAndFinAreRepeatedTogether) {
  Open();
  h.Send(100);
  h.Shutdown();
  h.Drain();
  h.TimeToOutput(10s);
  h.Expect({.flags = "FP.", .seq = 1, .ack = 1, .data = std::string(100, 'x')});
}

// --- R1 and R2 -----------------------------------------------------------------------------------

TEST_F(Retransmission, Rfc9293_Must20_Shld11_AtR2TheConnectionIsClosed) {
  Open();
  h.Send(500);
  h.Advance(h.parameters.retransmission_timeout - 1ms);
  EXPECT_EQ(h->state(), State::kEstablished);
  h.Advance(1ms);
  EXPECT_EQ(h->state(), State::kClosed);
  EXPECT_EQ(h->error(), Error::kTimedOut);
  EXPECT_GE(Parameters{}.retransmission_timeout, 100s);
}

TEST_F(Retransmission, Rfc9293_Must21_TheApplicationSetsR2) {
  Open();
  h->own_parameters().retransmission_timeout = 5s;
  h.Send(500);
  h.Advance(5s);
  EXPECT_EQ(h->error(), Error::kTimedOut);
}

TEST_F(Retransmission, ProgressStartsR2Anew) {
  h.parameters.retransmission_timeout = 10s;
  Open();
  h.Send(5000);
  for (uint32_t i = 0; i < 4; ++i) {
    h.Advance(9s);
    ASSERT_EQ(h->state(), State::kEstablished);
    Ack(1 + 1000 * (i + 1));
  }
}

TEST_F(Retransmission, Rfc9293_Shld9_Shld10_FromR1OnTheApplicationMayHear) {
  Open();
  h.Send(500);
  EXPECT_FALSE(h->TakeSoftError().has_value());
  while (h->Info(h.now()).backoff < 3) {
    EXPECT_FALSE(h->TakeSoftError().has_value()) << "before R1";
    h.TimeToOutput(100s);
    h.Drain();
  }
  EXPECT_EQ(h->TakeSoftError(), Error::kTimedOut);
  EXPECT_FALSE(h->TakeSoftError().has_value()) << "cleared by reading";
  while (h->Info(h.now()).backoff < 5) h.TimeToOutput(100s), h.Drain();
  EXPECT_FALSE(h->TakeSoftError().has_value()) << "told once";
}

TEST_F(Retransmission, ARepeatedSynIsCounted) {
  h.OpenActive();
  h.Expect({.flags = "S", .seq = 0});
  for (unsigned i = 1; i <= 3; ++i) {
    h.TimeToOutput(100s);
    h.Expect({.flags = "S", .seq = 0});
    EXPECT_EQ(h->Info(h.now()).retransmits, i);
    EXPECT_EQ(h.statistics()[Counter::kTcpRetransmittedSegments], i);
    EXPECT_EQ(h.statistics()[Counter::kTcpRetransmissionTimeouts], i);
  }
}

TEST_F(Retransmission, Rfc6582_4_1_WhatHadArrivedAfterATimeoutStartsNoRecovery) {
  Open();
  h.Send(10 * kMss);
  h.Drain();
  ASSERT_TRUE(h.TimeToOutput(10s));
  h.Drain();
  Ack(1 + 7 * kMss);
  h.Drain();
  for (int i = 0; i < 4; ++i) Ack(1 + 7 * kMss);
  EXPECT_EQ(h.statistics()[Counter::kTcpFastRetransmits], 0u);
}

// --- congestion ----------------------------------------------------------------------------------

TEST_F(Retransmission, Rfc9293_Must19_TheInitialWindowHoldsBack) {
  Open();
  h.Send(50'000);
  EXPECT_EQ(h.DrainText(), 10u * kMss);
}

TEST_F(Retransmission, Rfc9293_Must19_SlowStartOpensIt) {
  h.parameters.slow_start_limit_segments = 1;
  Open();
  h.Send(50'000);
  h.Drain();
  Ack(1001);
  EXPECT_EQ(cwnd(), 11u * kMss);
  EXPECT_EQ(h.DrainText(), 2u * kMss);
}

TEST_F(Retransmission, Rfc5681_3_1_5_ATimeoutLeavesOneSegment) {
  Open();
  h.Send(50'000);
  h.Drain();
  h.TimeToOutput(10s);
  EXPECT_EQ(cwnd(), kMss);
  EXPECT_EQ(h->Info(h.now()).ssthresh, 5u * kMss);
  ExpectText(1, kMss);
  // The next one leaves ssthresh alone.
  h.TimeToOutput(10s);
  EXPECT_EQ(h->Info(h.now()).ssthresh, 5u * kMss);
}

TEST_F(Retransmission, AfterATimeoutSlowStartRepeatsWhatWasLost) {
  Open();
  h.Send(10'000);
  h.Drain();
  h.TimeToOutput(10s);
  ExpectText(1, kMss);
  Ack(1001);
  ExpectText(1001, kMss);
  ExpectText(2001, kMss);
  h.ExpectSilence();
  // The peer had the rest: its ACK skips it.
  Ack(10'001);
  h.Advance(100s);
  h.ExpectSilence();
}

TEST_F(Retransmission, WhatTheCongestionWindowLeavesOfASegmentWaits) {
  Open();
  h.Send(10'000);
  h.Drain();
  h.TimeToOutput(10s);
  ExpectText(1, kMss);
  Ack(301);  // a window of 1300, of which 700 are used
  h.ExpectSilence();
  Ack(1001);
  ExpectText(1001, kMss);
}

TEST_F(Retransmission, Rfc5681_3_2_1_OnlyTrueDuplicatesCount) {
  Open();
  h.Send(50'000);
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .data = "text"});
  h.Inject({.flags = ".", .seq = 5, .ack = 1, .data = "text"});
  h.Inject({.flags = ".", .seq = 9, .ack = 1, .data = "text"});
  h.Inject({.flags = ".", .seq = 13, .ack = 1, .win = 60'000});
  h.Inject({.flags = ".", .seq = 13, .ack = 1, .win = 61'000});
  h.Inject({.flags = ".", .seq = 13, .ack = 1, .win = 62'000});
  EXPECT_EQ(h.statistics()[Counter::kTcpDuplicateAcksIn], 0u);
  EXPECT_EQ(h.DrainText(), 0u);
}

TEST_F(Retransmission, Rfc5681_3_2_1_WithNothingOutstandingThereAreNone) {
  Open();
  for (int i = 0; i < 10; ++i) Ack(1);
  EXPECT_EQ(h.statistics()[Counter::kTcpDuplicateAcksIn], 0u);
}

TEST_F(Retransmission, Rfc5681_3_2_2_TheThirdDuplicateRepeatsTheFirstSegmentAtOnce) {
  Open();
  h.Send(50'000);
  h.Drain();
  Ack(1);
  ExpectText(10'001, kMss);  // RFC 3042: one new segment for each of the first two
  Ack(1);
  ExpectText(11'001, kMss);
  h.ExpectSilence();
  Ack(1);
  ExpectText(1, kMss);
  h.ExpectSilence();
  EXPECT_EQ(h.statistics()[Counter::kTcpFastRetransmits], 1u);
  EXPECT_EQ(h.statistics()[Counter::kTcpRetransmissionTimeouts], 0u);
}

TEST_F(Retransmission, Rfc6582_3_2_1_APartialAckRepeatsTheNextHole) {
  Open();
  h.Send(10'000);
  h.Drain();
  for (int i = 0; i < 3; ++i) Ack(1);
  ExpectText(1, kMss);
  Ack(4001);
  ExpectText(4001, kMss);
  h.ExpectSilence();
  Ack(10'001);
  h.ExpectSilence();
  // Full: nothing outstanding, so one segment and one more (but not above ssthresh, half of 10).
  EXPECT_EQ(cwnd(), 2 * kMss);
}

// RFC 6582 4, the "impatient" variant: with many holes the timer takes over instead of one hole per round
// trip.
TEST_F(Retransmission, Rfc6582_4_TheTimerRestartsForTheFirstPartialAckOnly) {
  Open();
  h.Send(10'000);
  h.Drain();
  for (int i = 0; i < 3; ++i) Ack(1);
  h.Advance(50ms);
  Ack(2001);
  const Instant first_partial = h.now();
  h.Advance(50ms);
  Ack(4001);
  h.Drain();
  ASSERT_TRUE(h.TimeToOutput(10s).has_value());
  EXPECT_EQ(h.now() - first_partial, h.parameters.minimum_rto);
}

// The ACK of what is sent during recovery waits for the hole in front of it.
TEST_F(Retransmission, Rfc6298_3_1_RecoveryGivesNoSample) {
  Open();
  h.Send(50'000);
  h.Drain();
  for (int i = 0; i < 3; ++i) Ack(1);
  for (int i = 0; i < 8; ++i) Ack(1);  // new segments go out
  ASSERT_GT(h.DrainText(), kMss);
  h.Advance(150ms);
  Ack(h->Info(h.now()).snd_nxt - h.iss);
  EXPECT_EQ(h->Info(h.now()).srtt, 0ms);  // the SYN's
}

TEST_F(Retransmission, Rfc5681_3_2_3_EachFurtherDuplicateLetsANewSegmentOut) {
  Open();
  h.Send(50'000);
  h.Drain();
  for (int i = 0; i < 3; ++i) Ack(1);
  h.Drain();
  // Flight 12, window 5 + 3: after four more it is 12, and the fifth lets one out.
  for (int i = 0; i < 4; ++i) Ack(1);
  EXPECT_EQ(h.DrainText(), 0u);
  Ack(1);
  ExpectText(12'001, kMss);
}

TEST_F(Retransmission, Rfc5681_4_1_1_AfterAPauseTheWindowIsTheInitialOne) {
  Open();
  h.Send(50'000);
  for (uint32_t ack = 1001; ack <= 50'001; ack += 1000) Ack(ack);
  ASSERT_GT(cwnd(), 20u * kMss);
  h.Advance(10s);
  h.Drain();
  h.Send(50'000);
  EXPECT_EQ(h.DrainText(), 10u * kMss);
}

TEST_F(Retransmission, AnOptimisticAckGainsNothing) {
  Open();
  h.Send(50'000);
  h.Drain();
  for (uint32_t ack = 20'001; ack < 50'000; ack += 1000) Ack(ack);
  EXPECT_EQ(h->Info(h.now()).snd_una - h.iss, 1u);
  EXPECT_EQ(cwnd(), 10u * kMss);
}

TEST_F(Retransmission, TheFinDoesNotWaitForTheCongestionWindow) {
  Open();
  h.Send(10'000);
  h.Shutdown();
  size_t fins = 0;
  while (const auto segment = h.Next()) fins += segment->fields.flags.fin();
  EXPECT_EQ(fins, 1u);
}

TEST_F(Retransmission, AnAckWithTextIsNoDuplicate) {
  Open();
  h.Send(10 * kMss);
  h.Drain();
  for (uint32_t i = 0; i < 5; ++i) {
    h.Inject({.flags = ".", .seq = 1 + 100 * i, .ack = 1, .data = std::string(100, 'a')});
  }
  EXPECT_EQ(h.statistics()[Counter::kTcpDuplicateAcksIn], 0u);
  EXPECT_EQ(h.statistics()[Counter::kTcpFastRetransmits], 0u);
  for (int i = 0; i < 3; ++i) h.Inject({.flags = ".", .seq = 501, .ack = 1});
  EXPECT_EQ(h.statistics()[Counter::kTcpDuplicateAcksIn], 3u);
  EXPECT_EQ(h.statistics()[Counter::kTcpFastRetransmits], 1u);
}

}  // namespace
}  // namespace nut::tcp
