// RFC 2018, 6675, 8985 and 6937, the sender's half: what SACK says is lost, what is sent again and how fast,
// and the probe of the tail.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

constexpr uint32_t kMss = 1000;
constexpr Duration kRtt = 100ms;

class SackSender : public testing::Test {
 protected:
  using Blocks = std::vector<std::pair<uint32_t, uint32_t>>;

  // Established over a path of kRtt, with a window for everything.
  void Open() {
    h.OpenActive();
    h.Advance(kRtt);
    h.Inject({.flags = "S.", .seq = 0, .ack = 1, .options = {.mss = kMss, .sack_permitted = true}});
    h.Drain();
    ASSERT_EQ(h->Info(h.now()).srtt, kRtt);
  }
  // `segments` full segments are out, and a round trip has passed.
  void Fly(uint32_t segments) {
    h.Send(segments * kMss);
    ASSERT_EQ(h.DrainText(), segments * kMss);
    h.Advance(kRtt);
  }
  void Ack(uint32_t ack, const Blocks& blocks = {}) {
    Packet packet{.flags = ".", .seq = 1, .ack = ack};
    if (echo_) packet.options.timestamps = wire::TcpTimestamps{1, *echo_};
    for (const auto& [left, right] : blocks) {
      packet.options.sack.Add({wire::SequenceNumber(h.iss + left), wire::SequenceNumber(h.iss + right)});
    }
    h.Inject(packet);
  }
  void ExpectText(uint32_t seq, size_t size = kMss) {
    const auto segment = h.Next();
    ASSERT_TRUE(segment.has_value()) << "expected text at " << seq;
    EXPECT_EQ(h.RelativeSequence(*segment), seq);
    EXPECT_EQ(segment->payload.size(), size);
  }
  uint64_t count(Counter counter) { return h.statistics()[counter]; }
  uint32_t cwnd() { return h->Info(h.now()).cwnd; }
  uint32_t ssthresh() { return h->Info(h.now()).ssthresh; }
  ConnectionHarness h;
  std::optional<uint32_t> echo_;  // of the peer's timestamps; without: it sends none
};

// --- the scoreboard: RFC 2018 and RFC 6675 ---------------------------------------------------------

TEST_F(SackSender, Rfc6675_5_1_ThreeSegmentsAboveAHoleStartRecovery) {
  Open();
  Fly(10);
  Ack(1, {{1001, 2001}});
  h.ExpectSilence();
  Ack(1, {{1001, 3001}});
  h.ExpectSilence();
  Ack(1, {{1001, 4001}});
  ExpectText(1);
  EXPECT_EQ(ssthresh(), 5 * kMss);
  EXPECT_EQ(count(Counter::kTcpFastRetransmits), 1u);
}

TEST_F(SackSender, Rfc6675_5_LimitedTransmitLetsOutWhatSackSaysHasLeft) {
  Open();
  Fly(10);
  h.Send(50'000);
  h.ExpectSilence();
  Ack(1, {{1001, 2001}});
  ExpectText(10'001);
  Ack(1, {{1001, 3001}});
  ExpectText(11'001);
  h.ExpectSilence();
}

TEST_F(SackSender, Rfc2018_5_1_WhatWasSackedIsNotSentAgainBeforeATimeout) {
  Open();
  Fly(10);
  Ack(1, {{3001, 5001}, {6001, 9001}});
  h.Advance(kRtt);
  for (uint32_t ack : {1u, 1001u, 2001u, 5001u}) Ack(ack, {{6001, 9001}});
  h.Advance(kRtt);
  while (const auto segment = h.Next()) {
    const uint32_t seq = h.RelativeSequence(*segment);
    EXPECT_FALSE(seq + segment->payload.size() > 3001 && seq < 5001) << seq;
    EXPECT_FALSE(seq + segment->payload.size() > 6001 && seq < 9001) << seq;
  }
}

TEST_F(SackSender, Rfc2018_8_1_WhatWasSackedIsKeptUntilItIsAcknowledged) {
  Open();
  Fly(4);
  Ack(1, {{1001, 4001}});
  EXPECT_EQ(h->Info(h.now()).send_queue, 4000u);
  Ack(4001);
  EXPECT_EQ(h->Info(h.now()).send_queue, 0u);
}

TEST_F(SackSender, Rfc2018_5_2_AfterATimeoutTheMarksAreForgotten) {
  Open();
  Fly(3);
  Ack(1, {{1001, 2001}});
  h.Drain();
  while (count(Counter::kTcpRetransmissionTimeouts) == 0) h.TimeToOutput(10s), h.Drain();
  // The receiver has thrown away what it had: nothing is left out.
  Ack(1001);
  ExpectText(1001);
  ExpectText(2001);
  h.ExpectSilence();
}

TEST_F(SackSender, Rfc6675_5_3_ATimeoutEndsRecovery) {
  Open();
  Fly(10);
  Ack(1, {{1001, 4001}});
  ExpectText(1);
  while (count(Counter::kTcpRetransmissionTimeouts) == 0) h.Drain(), h.TimeToOutput(10s);
  EXPECT_EQ(cwnd(), kMss);
  ExpectText(1);
  h.ExpectSilence();
}

TEST_F(SackSender, SackRobust_1_BlocksThatCannotBeTrueAreIgnored) {
  Open();
  Fly(10);
  Ack(3001);
  h.Drain();
  Ack(3001, {{6001, 5001}});                  // inverted
  Ack(3001, {{5001, 5001}});                  // empty
  Ack(3001, {{9001, 12'001}});                // beyond SND.NXT
  Ack(3001, {{5001, 6001}, {2001, 4001}});    // across SND.UNA, behind a good one
  Ack(3001, {{0x8000'0000u, 0x8000'1000u}});  // far away
  EXPECT_EQ(count(Counter::kTcpSackBlocksIn), 1u);
  EXPECT_EQ(count(Counter::kTcpSackBlocksIgnored), 4u);
  EXPECT_EQ(h->Info(h.now()).sacked, 1000u);
}

TEST_F(SackSender, SackRobust_2_TinyBlocksCostBoundedMemoryAndWork) {
  h.parameters.maximum_sacked_ranges = 16;
  Open();
  Fly(10);
  for (uint32_t place = 2; place < 10'000; place += 2) Ack(1, {{place, place + 1}});
  // Each octet is a range; beyond the limit none is taken.
  EXPECT_LE(h->Info(h.now()).sacked, 17u);
  EXPECT_GT(count(Counter::kTcpSackBlocksIgnored), 4900u);
  h.Drain();
  Ack(10'001);
  EXPECT_EQ(h->Info(h.now()).send_queue, 0u);
}

TEST_F(SackSender, Rfc6675_4_2_ThePipeIsWhatIsNeitherThereNorLost) {
  Open();
  h.Send(10 * kMss);
  h.Advance(kRtt);
  EXPECT_EQ(h->Info(h.now()).pipe, 10 * kMss);
  Ack(1, {{3001, 5001}});
  EXPECT_EQ(h->Info(h.now()).pipe, 8 * kMss);
  Ack(1, {{3001, 6001}});
  // 1 to 3 are lost, and one of them is on its way again; with what was sent above it is the window.
  EXPECT_EQ(h->Info(h.now()).sacked, 3 * kMss);
  EXPECT_EQ(h->Info(h.now()).lost + h->Info(h.now()).pipe, 7 * kMss);
  EXPECT_EQ(h->Info(h.now()).lost, 2 * kMss);
}

TEST_F(SackSender, Rfc6675_4_1_WithoutRackThreeRangesAboveAreEnough) {
  h.parameters.rack = false;
  Open();
  Fly(10);
  Ack(1, {{1001, 1101}});
  Ack(1, {{2001, 2101}, {1001, 1101}});
  h.ExpectSilence();
  Ack(1, {{3001, 3101}, {2001, 2101}, {1001, 1101}});  // three small ranges
  ExpectText(1);
  h.Drain();
}

TEST_F(SackSender, Rfc6675_4_1_WithoutRackMoreThanTwoSegmentsAboveAreEnough) {
  h.parameters.rack = false;
  Open();
  Fly(10);
  Ack(1, {{1001, 3001}});
  h.Advance(50ms);
  h.ExpectSilence();  // two segments: not more, and no timer
  Ack(1, {{1001, 3002}});
  ExpectText(1);
}

TEST_F(SackSender, Rfc6675_5_2_WithoutRackHolesAreFilledInOrderWithinTheWindow) {
  h.parameters.rack = false;
  Open();
  Fly(10);
  // 1, 3 and 5 are lost: 10 out, 7 there, so the pipe is empty but for what is sent now.
  Ack(1, {{9001, 10'001}, {7001, 9001}, {5001, 7001}});
  ExpectText(1);
  Ack(1, {{3001, 4001}, {5001, 10'001}});
  ExpectText(1001);
  h.Drain();
}

TEST_F(SackSender, Rfc6675_4_3_WithoutRackWhatIsInDoubtGoesWhenNothingElseCan) {
  h.parameters.rack = false;
  Open();
  Fly(10);
  // 1 is lost by three above it; 8 has only one above it.
  Ack(1, {{8001, 9001}, {1001, 7001}});
  ExpectText(1);
  h.Advance(kRtt);
  Ack(7001, {{8001, 9001}});
  ExpectText(7001);  // (3)
  h.Advance(kRtt);
  Ack(9001);
  ExpectText(9001);  // (4), the end: its ACK ends recovery
  Ack(9001);
  h.ExpectSilence();
  EXPECT_EQ(count(Counter::kTcpRetransmissionTimeouts), 0u);
}

// --- RACK (RFC 8985 6) -----------------------------------------------------------------------------

TEST_F(SackSender, Rfc8985_6_1_EachSegmentHasItsTime) {
  Open();
  h.Send(kMss);
  h.Advance(60ms);
  h.Send(kMss);
  h.Send(kMss);
  h.Drain();
  h.Advance(60ms);
  // The second was sent 60 ms after the first and has taken 60: the first is late by 60 ms, more than a
  // quarter of the smallest round trip; the third, sent together with the second, is not.
  Ack(1, {{1001, 2001}});
  ExpectText(1);
  h.ExpectSilence();
  EXPECT_EQ(h->Info(h.now()).lost, 0u);
}

TEST_F(SackSender, Rfc8985_6_2_4_WithoutReorderingThreeSackedSegmentsAreEnough) {
  Open();
  Fly(10);
  Ack(1, {{1001, 4001}});
  ExpectText(1);
}

TEST_F(SackSender, Rfc8985_6_2_5_FewerWaitForAQuarterOfTheRoundTrip) {
  Open();
  Fly(10);
  Ack(1, {{1001, 2001}});
  h.ExpectSilence();
  EXPECT_EQ(h.TimeToOutput(1s), kRtt / 4);
  ExpectText(1);
  EXPECT_EQ(count(Counter::kTcpRetransmissionTimeouts), 0u);
  EXPECT_EQ(count(Counter::kTcpFastRetransmits), 1u) << "that, too, is a loss";
  EXPECT_LT(ssthresh(), UINT32_MAX);
}

TEST_F(SackSender, LossesFoundInRecoveryReduceTheWindowOnce) {
  Open();
  Fly(10);
  Ack(1, {{1001, 4001}});
  const uint32_t reduced = ssthresh();
  Ack(1, {{5001, 9001}, {1001, 4001}});
  EXPECT_GT(h->Info(h.now()).lost + h.waiting(), 1u);
  EXPECT_EQ(count(Counter::kTcpFastRetransmits), 1u);
  EXPECT_EQ(ssthresh(), reduced);
}

TEST_F(SackSender, Rfc8985_6_2_3_OnceReorderingIsSeenThreeAreNotEnough) {
  Open();
  Fly(10);
  // 2 overtakes 1: what had not been sent twice arrives late.
  Ack(1, {{1001, 2001}});
  Ack(2001);
  h.Drain();
  Ack(2001, {{3001, 7001}});
  h.ExpectSilence();
  EXPECT_EQ(h.TimeToOutput(1s), kRtt / 4);
  ExpectText(2001);
}

TEST_F(SackSender, Rfc8985_6_2_4_DuplicatesReportedMakeTheWindowLarger) {
  Open();
  Fly(10);
  Ack(1, {{1001, 2001}});
  Ack(2001);
  h.Drain();
  Ack(2001, {{1, 1001}, {3001, 4001}});  // D-SACK: something was sent in vain
  h.ExpectSilence();
  EXPECT_EQ(h.TimeToOutput(1s), kRtt / 2);
}

TEST_F(SackSender, Rfc8985_6_2_5_ALostRetransmissionIsFoundWithoutATimeout) {
  h.parameters.minimum_rto = 1s;
  Open();
  Fly(10);
  h.Send(20'000);
  h.Drain();
  Ack(1, {{1001, 4001}});
  ExpectText(1);
  h.Drain();
  h.Advance(1ms);
  Ack(1, {{1001, 8001}});  // new segments go out after the retransmission
  ASSERT_GT(h.DrainText(), 0u);
  h.Advance(kRtt);
  Ack(1, {{10'001, 11'001}, {1001, 8001}});  // and arrive
  h.Advance(kRtt / 2);
  ExpectText(1);
  EXPECT_EQ(count(Counter::kTcpRetransmissionTimeouts), 0u);
}

// RFC 7323 4.3: as long as there is a gap, the echo is that of the last segment before it; so an old one says
// nothing about a retransmission that fills another gap behind.
TEST_F(SackSender, Rfc8985_6_2_2_AnEchoFromBeforeTheGapHidesNoLostRetransmission) {
  h.parameters.timestamps = true;
  h.parameters.minimum_rto = 1s;
  h.OpenActive();
  echo_ = h.Next()->fields.options.timestamps->value;
  h.Advance(kRtt);
  h.Inject(
      {.flags = "S.",
       .seq = 0,
       .ack = 1,
       .options = {.mss = kMss + 12, .sack_permitted = true, .timestamps = wire::TcpTimestamps{1, *echo_}}});
  h.Drain();
  Fly(10);
  Ack(1, {{1001, 2001}, {3001, 6001}});
  ExpectText(1);
  h.Advance(1ms);
  Ack(1, {{1001, 2001}, {3001, 10'001}});
  ExpectText(2001);
  h.Advance(kRtt);
  Ack(1, {{1001, 10'001}});  // the second has arrived, the first has not
  ExpectText(1);
  EXPECT_EQ(count(Counter::kTcpRetransmissionTimeouts), 0u);
}

TEST_F(SackSender, Rfc8985_6_2_1_ADropOfTheTailIsFoundByTheProbesSack) {
  h.parameters.minimum_rto = 1s;
  Open();
  Fly(10);
  Ack(7001);  // 8, 9 and 10 are lost
  h.Drain();
  const auto probe = h.TimeToOutput(1s);
  ASSERT_TRUE(probe.has_value());
  ExpectText(9001);
  h.Advance(kRtt);
  Ack(7001, {{9001, 10'001}});
  ExpectText(7001);
  h.Advance(kRtt);
  Ack(8001, {{9001, 10'001}});
  ExpectText(8001);
  Ack(10'001);
  h.Send(kMss);
  Ack(11'001);
  EXPECT_EQ(count(Counter::kTcpTailLossesRepaired), 0u) << "one loss, one reduction";
  EXPECT_EQ(count(Counter::kTcpRetransmissionTimeouts), 0u);
}

// --- tail loss probe (RFC 8985 7) ------------------------------------------------------------------

TEST_F(SackSender, Rfc8985_7_2_AProbeGoesAfterTwoRoundTrips) {
  h.parameters.minimum_rto = 1s;
  Open();
  h.Send(3 * kMss);
  h.Drain();
  EXPECT_EQ(h.TimeToOutput(10s), 2 * kRtt);
  ExpectText(2001);
  EXPECT_EQ(count(Counter::kTcpTailLossProbes), 1u);
  // One only; then it is the retransmission timer's turn, which begins anew.
  EXPECT_EQ(h.TimeToOutput(10s), 1s);
  EXPECT_EQ(count(Counter::kTcpRetransmissionTimeouts), 1u);
}

TEST_F(SackSender, Rfc8985_7_2_ASingleSegmentWaitsForADelayedAck) {
  h.parameters.minimum_rto = 1s;
  Open();
  h.Send(kMss);
  h.Drain();
  EXPECT_EQ(h.TimeToOutput(10s), 2 * kRtt + h.parameters.assumed_ack_delay);
}

// Where round trips are shorter than a peer's turn to run, a probe would go out for nothing.
TEST_F(SackSender, Rfc8985_7_2_ButNotBeforeTheFloor) {
  h.parameters.minimum_rto = 1s;
  h.parameters.minimum_probe_timeout = 3 * kRtt;
  Open();
  h.Send(3 * kMss);
  h.Drain();
  EXPECT_EQ(h.TimeToOutput(10s), 3 * kRtt);
  EXPECT_EQ(count(Counter::kTcpTailLossProbes), 1u);
}

TEST_F(SackSender, Rfc8985_7_2_NeverLaterThanTheTimeout) {
  h.parameters.minimum_rto = 300ms;
  h.parameters.assumed_ack_delay = 5s;
  Open();
  h.Send(kMss);
  h.Drain();
  EXPECT_EQ(h.TimeToOutput(10s), h->Info(h.now()).rto);
  EXPECT_EQ(count(Counter::kTcpTailLossProbes), 1u);
  EXPECT_EQ(count(Counter::kTcpRetransmissionTimeouts), 0u);
}

TEST_F(SackSender, Rfc8985_7_3_NewTextIsTheBetterProbe) {
  h.parameters.minimum_rto = 1s;
  Open();
  h.Send(12 * kMss);
  ASSERT_EQ(h.DrainText(), 10 * kMss);
  EXPECT_EQ(h.TimeToOutput(10s), 2 * kRtt);
  ExpectText(10'001);
  h.ExpectSilence();
}

TEST_F(SackSender, Rfc8985_7_3_TheFinIsProbedWithTheLastSegment) {
  h.parameters.minimum_rto = 1s;
  Open();
  h.Send(1500);
  h.Shutdown();
  h.Drain();
  ASSERT_TRUE(h.TimeToOutput(10s).has_value());
  h.Expect({.flags = "FP.", .seq = 1001, .ack = 1, .data = std::string(500, 'x')});
}

TEST_F(SackSender, Rfc8985_7_4_ADuplicateReportedMeansNothingWasLost) {
  h.parameters.minimum_rto = 1s;
  Open();
  Fly(3);
  h.Advance(kRtt);
  ExpectText(2001);
  Ack(3001);
  Ack(3001, {{2001, 3001}});
  EXPECT_EQ(count(Counter::kTcpDuplicateSacksIn), 1u);
  h.Send(100);
  Ack(3101);
  EXPECT_EQ(ssthresh(), UINT32_MAX);
  EXPECT_EQ(count(Counter::kTcpTailLossesRepaired), 0u);
}

TEST_F(SackSender, Rfc8985_7_4_AProbeThatRepairedALossReducesTheWindow) {
  h.parameters.minimum_rto = 1s;
  Open();
  Fly(3);
  h.Advance(kRtt);
  ExpectText(2001);
  h.Advance(kRtt);
  Ack(3001);
  h.Send(100);
  Ack(3101);
  EXPECT_LT(ssthresh(), UINT32_MAX);
  EXPECT_EQ(count(Counter::kTcpTailLossesRepaired), 1u);
}

TEST_F(SackSender, Rfc8985_7_4_TextFromThePeerIsNoDuplicateAck) {
  h.parameters.minimum_rto = 1s;
  Open();
  Fly(3);
  h.Advance(kRtt);
  ExpectText(2001);
  h.Advance(kRtt);
  Ack(3001);
  h.Inject({.flags = "P.", .seq = 1, .ack = 3001, .data = "news"});
  h.Send(100);
  h.Inject({.flags = ".", .seq = 5, .ack = 3101});
  EXPECT_EQ(count(Counter::kTcpTailLossesRepaired), 1u);
}

TEST_F(SackSender, Rfc8985_7_4_NorIsWhatSacksSomethingNew) {
  h.parameters.minimum_rto = 1s;
  Open();
  Fly(3);
  h.Advance(kRtt);
  ExpectText(2001);
  h.Advance(kRtt);
  Ack(3001);
  h.Send(2 * kMss);
  h.Drain();
  h.Advance(kRtt / 2);
  Ack(3001, {{4001, 5001}});
  Ack(5001);
  EXPECT_EQ(count(Counter::kTcpTailLossesRepaired), 1u);
}

TEST_F(SackSender, Rfc8985_7_2_AfterATimeoutThereAreProbesAgain) {
  h.parameters.minimum_rto = 1s;
  Open();
  Fly(3);
  while (count(Counter::kTcpRetransmissionTimeouts) == 0) h.TimeToOutput(10s), h.Drain();
  EXPECT_EQ(count(Counter::kTcpTailLossProbes), 1u);
  Ack(3001);
  h.Send(kMss);
  h.Drain();
  Ack(4001);
  h.Send(kMss);
  h.Drain();
  h.TimeToOutput(10s);
  EXPECT_EQ(count(Counter::kTcpTailLossProbes), 2u);
}

TEST_F(SackSender, WithoutTheParameterThereIsNoProbe) {
  h.parameters.tail_loss_probe = false;
  h.parameters.minimum_rto = 1s;
  Open();
  h.Send(3 * kMss);
  h.Drain();
  EXPECT_EQ(h.TimeToOutput(10s), 1s);
  ExpectText(1);
}

// --- proportional rate reduction (RFC 6937) --------------------------------------------------------

TEST_F(SackSender, Rfc6937_1_OneSegmentForTwoThatArriveDownToSsthresh) {
  Open();
  h.Send(100'000);
  h.Drain();
  h.Advance(kRtt);
  Ack(1, {{1001, 4001}});
  ExpectText(1);
  h.Drain();
  // Seven more arrive, one by one: with what went out in recovery already it is half of all that arrived.
  size_t sent = kMss;
  for (uint32_t end = 5001; end <= 10'001; end += 1000) {
    Ack(1, {{1001, end}});
    sent += h.DrainText();
  }
  EXPECT_EQ(sent, 5 * kMss);
  EXPECT_EQ(ssthresh(), 5 * kMss);
}

TEST_F(SackSender, Rfc6937_1_RecoveryEndsAtSsthresh) {
  Open();
  Fly(10);
  Ack(1, {{1001, 10'001}});
  ExpectText(1);
  h.Advance(kRtt);
  Ack(10'001);
  EXPECT_EQ(cwnd(), 5 * kMss);
  EXPECT_EQ(ssthresh(), 5 * kMss);
}

TEST_F(SackSender, Rfc6937_3_WithMostLostItIsOneForOneUntilAnAckIsSafe) {
  Open();
  h.Send(100'000);
  h.Drain();
  h.Advance(kRtt);
  // Seven of ten are lost: the pipe is far below ssthresh.
  Ack(1, {{7001, 10'001}});
  ExpectText(1);
  ExpectText(1001);
  ExpectText(2001);
  h.ExpectSilence();  // three arrived, three went
  h.Advance(kRtt);
  Ack(1001, {{7001, 10'001}});
  // SND.UNA advances and nothing more is lost: one more than arrived (slow start).
  ExpectText(3001);
  ExpectText(4001);
  h.ExpectSilence();
}

// --- spurious time-outs (RFC 3522, RFC 4015) -------------------------------------------------------

// With timestamps: what the peer echoes says which copy it answers.
class SpuriousTimeout : public SackSender {
 protected:
  void Open() {
    h.parameters.timestamps = true;
    h.OpenActive();
    h.Advance(kRtt);
    h.Inject({.flags = "S.",
              .seq = 0,
              .ack = 1,
              .options = {.mss = kMss + 12, .sack_permitted = true, .timestamps = Stamp(Now() - 100)}});
    h.Drain();
  }
  // Our clock, which has no offset here.
  uint32_t Now() const { return static_cast<uint32_t>(ToMillis(h.now().time_since_epoch())); }
  static wire::TcpTimestamps Stamp(uint32_t echo) { return {.value = 1, .echo_reply = echo}; }
  void AckEchoing(uint32_t ack, uint32_t echo) {
    h.Inject({.flags = ".", .seq = 1, .ack = ack, .options = {.timestamps = Stamp(echo)}});
  }
  // Ten segments are out, and the timer has expired; says when they were sent.
  uint32_t TimeOut() {
    h.Send(20 * kMss);
    EXPECT_EQ(h.DrainText(), 10 * kMss);
    const uint32_t sent = Now();
    while (count(Counter::kTcpRetransmissionTimeouts) == 0) h.Drain(), h.TimeToOutput(10s);
    h.Drain();
    h.Advance(50ms);
    return sent;
  }
};

TEST_F(SpuriousTimeout, Rfc3522_3_2_AnEchoFromBeforeTheRetransmissionUndoesIt) {
  h.parameters.tail_loss_probe = false;
  Open();
  const uint32_t before = cwnd();
  const uint32_t sent = TimeOut();
  ASSERT_EQ(cwnd(), kMss);
  AckEchoing(1001, sent);
  EXPECT_EQ(count(Counter::kTcpSpuriousTimeouts), 1u);
  // RFC 4015 3.2: FlightSize and what was acknowledged: new text goes on, nothing is sent again.
  EXPECT_EQ(cwnd(), before);
  EXPECT_EQ(ssthresh(), UINT32_MAX);
  ExpectText(10'001);
  h.ExpectSilence();
}

TEST_F(SpuriousTimeout, Rfc3522_3_2_AnEchoOfTheRetransmissionDoesNot) {
  h.parameters.tail_loss_probe = false;
  Open();
  TimeOut();
  AckEchoing(1001, Now() - 50);
  EXPECT_EQ(count(Counter::kTcpSpuriousTimeouts), 0u);
  EXPECT_EQ(ssthresh(), 5 * kMss);
  ExpectText(1001);
}

TEST_F(SpuriousTimeout, Rfc3522_3_2_OnlyTheFirstAckDecides) {
  h.parameters.tail_loss_probe = false;
  Open();
  const uint32_t sent = TimeOut();
  AckEchoing(1001, Now() - 50);
  AckEchoing(2001, sent);
  EXPECT_EQ(count(Counter::kTcpSpuriousTimeouts), 0u);
}

TEST_F(SpuriousTimeout, Rfc4015_3_3_TheNextTimeoutComesLater) {
  h.parameters.tail_loss_probe = false;
  Open();
  const Duration before = h->Info(h.now()).rto;
  const uint32_t sent = TimeOut();
  AckEchoing(1001, sent);
  EXPECT_GT(h->Info(h.now()).rto, before);
}

TEST_F(SpuriousTimeout, WithoutTimestampsNothingIsUndone) {
  SackSender::Open();
  TimeOut();
  Ack(1001);
  EXPECT_EQ(count(Counter::kTcpSpuriousTimeouts), 0u);
}

// --- across the wrap, beyond the window ------------------------------------------------------------

TEST_F(SackSender, WorksAcrossTheWrapOfSequenceNumbers) {
  h.iss = 0xffff'f000;
  Open();
  Fly(10);
  Ack(1, {{4001, 8001}});
  for (const uint32_t seq : {1u, 1001u, 2001u}) ExpectText(seq);
  h.Advance(kRtt);
  Ack(3001, {{4001, 8001}});
  ExpectText(3001);
  h.Advance(kRtt);
  Ack(8001);
  h.Advance(kRtt);
  Ack(10'001);
  EXPECT_EQ(h->Info(h.now()).send_queue, 0u);
}

TEST_F(SackSender, AFinIsRepairedLikeText) {
  Open();
  h.Send(2 * kMss);
  h.Shutdown();
  h.Drain();
  h.Advance(10ms);
  Ack(1001);
  ASSERT_TRUE(h.TimeToOutput(10s).has_value());
  h.Expect({.flags = "FP.", .seq = 1001, .ack = 1, .data = std::string(1000, 'x')});
}

TEST_F(SackSender, ASmallerPathSendsWhatIsOutAgainWithoutALoss) {
  Open();
  Fly(5);
  h->OnPathMtu(576, wire::SequenceNumber(h.iss + 1), h.now());
  h.Pump();
  ExpectText(1, 536);
  EXPECT_EQ(ssthresh(), UINT32_MAX);
}

}  // namespace
}  // namespace nut::tcp
