// RFC 3168 6.1: explicit congestion notification: agreeing on it, telling the sender, and what he does.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

using wire::Ecn;

constexpr uint32_t kMss = 1000;

class ExplicitCongestion : public testing::Test {
 protected:
  ExplicitCongestion() { h.parameters.ecn = true; }
  void Open() {
    h.OpenActive();
    h.Expect({.flags = "SEW"});
    h.Inject({.flags = "S.E", .ack = 1, .options = {.mss = kMss}});
    h.Expect({.flags = ".", .seq = 1, .ack = 1});
    ASSERT_TRUE(agreed());
  }
  bool agreed() { return h->Info(h.now()).ecn; }
  uint32_t cwnd() { return h->Info(h.now()).cwnd; }
  // The next segment's flags, and whether it may be marked.
  void ExpectText(std::string_view flags, uint32_t seq, Ecn ecn, uint32_t ack = 1) {
    h.Expect({.flags = flags, .seq = seq, .ack = ack, .data = std::string(kMss, 'x'), .ecn = ecn});
  }
  ConnectionHarness h;
};

// --- agreeing ------------------------------------------------------------------------------------

TEST_F(ExplicitCongestion, Rfc3168_6_1_1_1_TheSynAsksAndTheSynAckAgrees) {
  h.OpenActive();
  h.Expect({.flags = "SEW", .ecn = Ecn::kNotEct});
  h.Inject({.flags = "S.E", .ack = 1, .options = {.mss = kMss}});
  EXPECT_TRUE(agreed());
}

TEST_F(ExplicitCongestion, Rfc3168_6_1_1_1_TheSynAckOfAPassiveOpenHasEceAlone) {
  h.OpenPassive({.flags = "SEW"});
  h.Expect({.flags = "S.E", .ack = 1, .ecn = Ecn::kNotEct});
  EXPECT_TRUE(agreed());
}

TEST_F(ExplicitCongestion, Rfc3168_6_1_1_1_WithoutBothFlagsInTheSynThereIsNone) {
  for (const std::string_view flags : {"S", "SE", "SW"}) {
    h.OpenPassive({.flags = flags});
    h.Expect({.flags = "S.", .ack = 1});
    EXPECT_FALSE(agreed()) << flags;
  }
}

// The peer may have heard the first answer too late: it asks no more, and does not listen to marks.
TEST_F(ExplicitCongestion, Rfc3168_6_1_1_1_ASynThatIsRepeatedWithoutAskingEndsTheAgreement) {
  h.OpenPassive({.flags = "SEW", .options = {.mss = kMss}});
  h.Expect({.flags = "S.E", .ack = 1});
  h.Inject({.flags = "SEW"});
  h.Expect({.flags = "S.E", .ack = 1});
  EXPECT_TRUE(agreed());
  h.Inject({.flags = "S"});
  h.Expect({.flags = "S.", .ack = 1});
  EXPECT_FALSE(agreed());
  h.Inject({.seq = 1, .ack = 1});
  h.Send(kMss);
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = std::string(kMss, 'x'), .ecn = Ecn::kNotEct});
}

TEST_F(ExplicitCongestion, Rfc3168_6_1_1_1_ASynAckThatReflectsBothFlagsAgreesToNothing) {
  for (const std::string_view flags : {"S.", "S.W", "S.EW"}) {
    h.OpenActive();
    h.Drain();
    h.Inject({.flags = flags, .ack = 1});
    EXPECT_FALSE(agreed()) << flags;
  }
}

TEST_F(ExplicitCongestion, Rfc3168_6_1_1_1_ASynThatIsNotAnsweredIsRepeatedWithout) {
  h.OpenActive();
  h.Expect({.flags = "SEW"});
  h.Advance(1s);
  h.Expect({.flags = "S"});
  // The answer may be one to the first: too late.
  h.Inject({.flags = "S.E", .ack = 1});
  EXPECT_FALSE(agreed());
}

TEST_F(ExplicitCongestion, WhereItIsNotWantedNobodyAsksOrAgrees) {
  h.parameters.ecn = false;
  h.OpenActive();
  h.Expect({.flags = "S"});
  h.OpenPassive({.flags = "SEW"});
  h.Expect({.flags = "S.", .ack = 1});
  EXPECT_FALSE(agreed());
}

TEST_F(ExplicitCongestion, WithoutItMarksAndFlagsMeanNothing) {
  h.parameters.ecn = false;
  h.Establish(65535, {.mss = kMss});
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a", .ecn = Ecn::kCe});
  h.Advance(50ms);
  h.Expect({.flags = ".", .seq = 1, .ack = 2});
  h.Send(kMss);
  h.Expect({.flags = "P.", .seq = 1, .ack = 2, .data = std::string(kMss, 'x'), .ecn = Ecn::kNotEct});
  const uint32_t before = cwnd();
  h.Inject({.flags = ".E", .seq = 2, .ack = 1 + kMss});
  EXPECT_GE(cwnd(), before);
}

// --- the receiver --------------------------------------------------------------------------------

TEST_F(ExplicitCongestion, Rfc3168_6_1_3_1_EveryAckTellsOfTheMarkUntilTheSenderHasAnswered) {
  Open();
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a", .ecn = Ecn::kEct0});
  h.Advance(50ms);
  h.Expect({.flags = ".", .seq = 1, .ack = 2});
  // At once, and not after the delay of an ACK.
  h.Inject({.flags = "P.", .seq = 2, .ack = 1, .data = "b", .ecn = Ecn::kCe});
  h.Expect({.flags = ".E", .seq = 1, .ack = 3, .ecn = Ecn::kNotEct});
  for (uint32_t seq = 3; seq < 6; ++seq) {
    h.Inject({.flags = "P.", .seq = seq, .ack = 1, .data = "c", .ecn = Ecn::kEct0});
    h.Advance(50ms);
    h.Expect({.flags = ".E", .seq = 1, .ack = seq + 1});
  }
  // Text of ours says it, too.
  h.Send(kMss);
  ExpectText("P.E", 1, Ecn::kEct0, 6);
  h.Inject({.flags = ".", .seq = 6, .ack = 1 + kMss});

  h.Inject({.flags = "P.W", .seq = 6, .ack = 1 + kMss, .data = "d", .ecn = Ecn::kEct0});
  h.Advance(50ms);
  h.Expect({.flags = ".", .seq = 1 + kMss, .ack = 7});
  EXPECT_EQ(h.statistics()[Counter::kTcpCongestionMarksIn], 1u);
}

TEST_F(ExplicitCongestion, Rfc3168_6_1_3_2_TheAnswerMayItselfBeMarked) {
  Open();
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a", .ecn = Ecn::kCe});
  h.Expect({.flags = ".E", .seq = 1, .ack = 2});
  h.Inject({.flags = "P.W", .seq = 2, .ack = 1, .data = "b", .ecn = Ecn::kCe});
  h.Advance(50ms);
  h.Expect({.flags = ".E", .seq = 1, .ack = 3});
}

TEST_F(ExplicitCongestion, Rfc3168_6_1_3_3_WhatIsNotAcceptableTellsNothing) {
  Open();
  h.Inject({.flags = "P.", .seq = 100'000, .ack = 1, .data = "a", .ecn = Ecn::kCe});
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .ecn = Ecn::kCe});  // no text
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a"});
  h.Advance(50ms);
  h.Expect({.flags = ".", .seq = 1, .ack = 2});
}

// --- the sender ----------------------------------------------------------------------------------

TEST_F(ExplicitCongestion, Rfc3168_6_1_2_1_AnEchoHalvesTheWindowOncePerRoundTrip) {
  Open();
  h.Send(10 * kMss);
  for (uint32_t seq = 1; seq < 10 * kMss; seq += kMss) {
    ExpectText(seq + kMss > 10 * kMss ? "P." : ".", seq, Ecn::kEct0);
  }
  const uint32_t before = cwnd();
  h.Inject({.flags = ".E", .seq = 1, .ack = 1 + kMss});
  EXPECT_EQ(cwnd(), before / 2);
  // All of what was in flight then tells of the same congestion.
  for (uint32_t ack = 2; ack <= 10; ++ack) h.Inject({.flags = ".E", .seq = 1, .ack = 1 + ack * kMss});
  EXPECT_EQ(cwnd(), before / 2);
  EXPECT_EQ(h.statistics()[Counter::kTcpCongestionEchoesIn], 1u);
  h.ExpectSilence();  // nothing is sent again
  EXPECT_EQ(h->Info(h.now()).retransmits, 0u);

  // The next new text says that the window was reduced; what comes after it is another matter.
  h.Send(2 * kMss);
  ExpectText(".W", 1 + 10 * kMss, Ecn::kEct0);
  ExpectText("P.", 1 + 11 * kMss, Ecn::kEct0);
  h.Inject({.flags = ".E", .seq = 1, .ack = 1 + 11 * kMss});
  EXPECT_LT(cwnd(), before / 2);
}

TEST_F(ExplicitCongestion, Rfc3168_6_1_2_2_ASuperSegmentIsNotAnAnswer) {
  h.segmentation = true;
  Open();
  h.Send(4 * kMss);
  h.Drain();
  h.Inject({.flags = ".E", .seq = 1, .ack = 1 + 4 * kMss});
  h.Send(4 * kMss);
  ExpectText(".W", 1 + 4 * kMss, Ecn::kEct0);
  ExpectText(".", 1 + 5 * kMss, Ecn::kEct0);
}

TEST_F(ExplicitCongestion, Rfc3168_6_1_5_RetransmissionsCannotBeMarked) {
  Open();
  h.Send(kMss);
  ExpectText("P.", 1, Ecn::kEct0);
  ASSERT_TRUE(h.TimeToOutput(1s));
  ExpectText("P.", 1, Ecn::kNotEct);
  // A loss is congestion, too: the next new text says that the window was reduced.
  h.Inject({.flags = ".", .seq = 1, .ack = 1 + kMss});
  h.Send(kMss);
  ExpectText("P.W", 1 + kMss, Ecn::kEct0);
}

TEST_F(ExplicitCongestion, Rfc3168_6_1_4_MereAcksCannotBeMarked) {
  Open();
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a", .ecn = Ecn::kEct0});
  h.Advance(50ms);
  h.Expect({.flags = ".", .seq = 1, .ack = 2, .ecn = Ecn::kNotEct});
  h.Shutdown();
  h.Expect({.flags = "F.", .seq = 1, .ack = 2, .ecn = Ecn::kNotEct});
}

TEST_F(ExplicitCongestion, Rfc3168_6_1_6_WindowProbesCannotBeMarked) {
  Open();
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
  h.Send(kMss);
  h.ExpectSilence();
  ASSERT_TRUE(h.TimeToOutput(2s));
  h.Expect({.flags = ".", .seq = 1, .ack = 1, .data = "x", .ecn = Ecn::kNotEct});
}

}  // namespace
}  // namespace nut::tcp
