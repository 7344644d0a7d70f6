// RFC 9293 3.10.7.4 and RFC 5961: what an arriving segment may and may not do to a synchronised connection.

#include <gtest/gtest.h>

#include "stack/base/rng.h"
#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

constexpr State kSynchronized[] = {State::kEstablished, State::kFinWait1, State::kFinWait2, State::kCloseWait,
                                   State::kClosing,     State::kLastAck,  State::kTimeWait};

// --- the acceptability table ---------------------------------------------------------------------

struct Boundary {
  uint16_t window;
  size_t length;
  int32_t offset;  // SEG.SEQ - RCV.NXT
  bool acceptable;
};

class Acceptability : public testing::TestWithParam<Boundary> {};

// Acceptable means here: a segment whose ACK is believed. Unacceptable: the answer <SND.NXT><RCV.NXT>, and
// nothing believed.
TEST_P(Acceptability, Rfc9293_3_10_7_4_1_FollowsTheTable) {
  const Boundary& boundary = GetParam();
  ConnectionHarness h;
  h.parameters.receive_buffer = 1000;
  h.Establish();
  const uint32_t fill = 1000u - boundary.window;
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = std::string(fill, 'f')});
  h.Advance(1s);
  h.Send("hello");
  h.Drain();
  h.Inject({.flags = ".",
            .seq = 1 + fill + static_cast<uint32_t>(boundary.offset),
            .ack = 6,
            .data = std::string(boundary.length, 'd')});
  EXPECT_EQ(h->Info(h.now()).send_queue, boundary.acceptable ? 0u : 5u);
  if (boundary.acceptable) return;
  h.Expect({.flags = ".", .seq = 6, .ack = 1 + fill});
  EXPECT_EQ(h->Info(h.now()).receive_queue, fill);
}

INSTANTIATE_TEST_SUITE_P(
    Boundaries, Acceptability,
    testing::Values(
        // length 0, window 0: only SEQ = RCV.NXT
        Boundary{0, 0, -1, false}, Boundary{0, 0, 0, true}, Boundary{0, 0, 1, false},
        // length 0, window > 0: RCV.NXT =< SEQ < RCV.NXT+RCV.WND
        Boundary{500, 0, -1, false}, Boundary{500, 0, 0, true}, Boundary{500, 0, 499, true},
        Boundary{500, 0, 501, false},
        // length > 0, window 0: not acceptable (what starts at RCV.NXT is MUST-66's, see window_test)
        Boundary{0, 1, -1, false}, Boundary{0, 1, 1, false}, Boundary{0, 100, 500, false},
        // length > 0, window > 0: its first or its last octet inside
        Boundary{500, 1, -1, false}, Boundary{500, 2, -1, true}, Boundary{500, 1, 0, true},
        Boundary{500, 1, 499, true}, Boundary{500, 10, 499, true}, Boundary{500, 1, 500, false},
        Boundary{500, 10, 500, false}, Boundary{500, 10, -10, false}, Boundary{500, 11, -10, true},
        Boundary{500, 1, 0x4000'0000, false}, Boundary{500, 1, -0x4000'0000, false}));

class Arrivals : public testing::Test {
 protected:
  void SetUp() override { h.Establish(); }
  ConnectionHarness h;
};

// An ACK at exactly the right edge: answered as the table has it, but what it acknowledges is not thrown
// away: a peer that has filled our window and lost a segment of it has no other number to send from.
TEST_F(Arrivals, AnAckFromTheRightEdgeIsAnsweredAndBelieved) {
  h.Send("hello");
  h.Drain();
  EXPECT_EQ(h.Inject({.flags = ".", .seq = 1 + 65535, .ack = 6}), DropReason::kTcpOutOfWindow);
  h.Expect({.flags = ".", .seq = 6, .ack = 1});
  EXPECT_EQ(h->Info(h.now()).send_queue, 0u);
}

TEST_F(Arrivals, Rfc9293_3_10_7_4_2_AnUnacceptableResetIsNotAnswered) {
  EXPECT_EQ(h.Inject({.flags = "R", .seq = 0}), DropReason::kTcpOutOfWindow);
  EXPECT_EQ(h.Inject({.flags = "R", .seq = 1 + 65535}), DropReason::kTcpOutOfWindow);
  h.ExpectSilence();
  EXPECT_EQ(h->state(), State::kEstablished);
}

TEST_F(Arrivals, Rfc9293_3_10_7_4_3_OnlyTheNewPartOfALeftOverlapIsDelivered) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abcdef"});
  h.Inject({.flags = "P.", .seq = 3, .ack = 1, .data = "XXXXghi"});
  EXPECT_EQ(h.Receive(), "abcdefghi");
}

TEST_F(Arrivals, ARightOverlapIsCutAtTheEdge) {
  ConnectionHarness small;
  small.parameters.receive_buffer = 10;
  small.Establish();
  small.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "0123456789ABCDEF"});
  EXPECT_EQ(small.Receive(), "0123456789");
}

TEST_F(Arrivals, Rfc9293_Shld31_SegmentsOutOfOrderAreKept) {
  h.Inject({.flags = "P.", .seq = 7, .ack = 1, .data = "ghi"});
  h.Inject({.flags = "P.", .seq = 4, .ack = 1, .data = "def"});
  EXPECT_EQ(h.Receive(), "");
  EXPECT_EQ(h->Info(h.now()).out_of_order, 6u);
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abc"});
  EXPECT_EQ(h.Receive(), "abcdefghi");
}

TEST_F(Arrivals, PiecesBehindAGapAreLimitedInNumber) {
  ConnectionHarness few;
  few.parameters.maximum_out_of_order_ranges = 4;
  few.Establish();
  DropReason last = DropReason::kNone;
  for (uint32_t i = 0; i < 5; ++i) {
    last = few.Inject({.flags = ".", .seq = 11 + 2 * i, .ack = 1, .data = "x"});
  }
  EXPECT_EQ(last, DropReason::kTcpReassemblyFull);
  EXPECT_EQ(few->Info(few.now()).out_of_order, 4u);
}

TEST_F(Arrivals, Rfc9293_3_10_7_4_7_WithoutTheAckBitNothingIsBelieved) {
  EXPECT_EQ(h.Inject({.flags = "P", .seq = 1, .data = "abc"}), DropReason::kTcpUnexpectedFlags);
  EXPECT_EQ(h.Inject({.flags = "F", .seq = 1}), DropReason::kTcpUnexpectedFlags);
  EXPECT_EQ(h.Inject({.flags = "", .seq = 1}), DropReason::kTcpUnexpectedFlags);
  EXPECT_EQ(h->state(), State::kEstablished);
  EXPECT_EQ(h.Receive(), "");
}

TEST_F(Arrivals, Rfc9293_3_10_7_4_8_AnAckOfWhatWasNeverSentIsAnsweredAndItsTextDropped) {
  EXPECT_EQ(h.Inject({.flags = "P.", .seq = 1, .ack = 2, .data = "abc"}), DropReason::kTcpUnacceptableAck);
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
  EXPECT_EQ(h.Receive(), "");
}

TEST_F(Arrivals, Rfc5961_5_2_1_AVeryOldAckIsAnsweredAndItsTextDropped) {
  // MAX.SND.WND is 65535.
  EXPECT_EQ(h.Inject({.flags = "P.", .seq = 1, .ack = 1u - 65536u, .data = "abc"}),
            DropReason::kTcpUnacceptableAck);
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
  EXPECT_EQ(h.Inject({.flags = "P.", .seq = 1, .ack = 1u - 65535u, .data = "abc"}), DropReason::kNone);
  EXPECT_EQ(h.Receive(), "abc");
}

// --- RST (RFC 5961 3.2) --------------------------------------------------------------------------

class ResetIn : public testing::TestWithParam<State> {
 protected:
  void SetUp() override {
    h.Establish();
    h.MoveTo(GetParam());
    // The peer's FIN, where it came, has taken a number.
    next_ = h->Info(h.now()).rcv_nxt - h.irs;
  }
  ConnectionHarness h;
  uint32_t next_ = 0;
};

TEST_P(ResetIn, Rfc5961_3_2_1_ExactlyAtRcvNxtItResets) {
  EXPECT_EQ(h.Inject({.flags = "R", .seq = next_}), DropReason::kNone);
  EXPECT_EQ(h->state(), State::kClosed);
  const bool told = GetParam() < State::kClosing;
  EXPECT_EQ(h->error(), told ? std::optional(Error::kConnectionReset) : std::nullopt);
  h.ExpectSilence();
}

TEST_P(ResetIn, Rfc9293_Shld2_ItMayCarryText) {
  h.Inject({.flags = "R.", .seq = next_, .ack = 1, .data = "go away"});
  EXPECT_EQ(h->state(), State::kClosed);
}

TEST_P(ResetIn, Rfc5961_3_2_2_ElsewhereInTheWindowItIsChallenged) {
  for (const uint32_t offset : {1u, 1000u, 65000u}) {
    EXPECT_EQ(h.Inject({.flags = "R", .seq = next_ + offset}), DropReason::kTcpBlindReset);
    const auto challenge = h.Next();
    ASSERT_TRUE(challenge.has_value());
    EXPECT_EQ(challenge->fields.flags, wire::TcpFlags::kAck);
    EXPECT_EQ(h.RelativeAck(*challenge), next_);
  }
  EXPECT_EQ(h->state(), GetParam());
}

TEST_P(ResetIn, Rfc5961_3_2_3_OutsideTheWindowItIsDroppedSilently) {
  for (const uint32_t offset : {0xffff'ffffu, 70000u, 0x8000'0000u}) {
    EXPECT_EQ(h.Inject({.flags = "R", .seq = next_ + offset}), DropReason::kTcpOutOfWindow);
  }
  h.ExpectSilence();
  EXPECT_EQ(h->state(), GetParam());
}

TEST_P(ResetIn, Rfc5961_4_2_1_ASynAnywhereIsChallenged) {
  for (const uint32_t offset : {0u, 1u, 500u, 0xffff'ffffu, 0x8000'0000u}) {
    EXPECT_EQ(h.Inject({.flags = "S", .seq = next_ + offset}), DropReason::kTcpBlindSyn);
    const auto challenge = h.Next();
    ASSERT_TRUE(challenge.has_value()) << "offset " << offset;
    EXPECT_EQ(challenge->fields.flags, wire::TcpFlags::kAck);
  }
  EXPECT_EQ(h->state(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(States, ResetIn, testing::ValuesIn(kSynchronized));

TEST(ResetInSynReceived, Rfc5961_3_2_4_TheSameRulesHold) {
  ConnectionHarness h;
  h.OpenPassive();
  h.Drain();
  EXPECT_EQ(h.Inject({.flags = "R", .seq = 100}), DropReason::kTcpBlindReset);
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
  EXPECT_EQ(h.Inject({.flags = "R", .seq = 0}), DropReason::kTcpOutOfWindow);
  EXPECT_EQ(h->state(), State::kSynReceived);
  h.Inject({.flags = "R", .seq = 1});
  EXPECT_EQ(h->state(), State::kClosed);
}

// --- limits --------------------------------------------------------------------------------------

TEST_F(Arrivals, Rfc5961_7_1_ChallengeAcksAreLimitedPerConnection) {
  ConnectionHarness other;
  other.Establish();
  for (int i = 0; i < 100; ++i) h.Inject({.flags = "R", .seq = 100});
  EXPECT_EQ(h.waiting(), h.parameters.challenge_acks_per_second);
  EXPECT_EQ(h.Inject({.flags = "R", .seq = 100}), DropReason::kTcpChallengeLimited);
  // No other connection's behaviour tells about it (CVE-2016-5696).
  other.Inject({.flags = "R", .seq = 100});
  EXPECT_EQ(other.waiting(), 1u);
  h.Drain();
  h.Advance(1s);
  h.Inject({.flags = "R", .seq = 100});
  EXPECT_EQ(h.waiting(), 1u);
}

// Two hosts that each find the other's ACKs unacceptable: the exchange dies out.
TEST_F(Arrivals, Rfc5961_8_1_AnAckIsNotAnsweredForEver) {
  size_t answers = 0;
  for (int i = 0; i < 1000; ++i) {
    h.Inject({.flags = ".", .seq = 0, .ack = 1});
    answers += h.waiting();
    h.Drain();
  }
  EXPECT_LE(answers, h.parameters.challenge_acks_per_second);
}

TEST_F(Arrivals, AnAcceptableAckIsNeverAnswered) {
  h.Inject({.flags = ".", .seq = 1, .ack = 1});
  h.Advance(10s);
  h.ExpectSilence();
}

TEST_F(Arrivals, RepeatedTextIsAlwaysAcknowledged) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abc"});
  h.Advance(100ms);
  h.Drain();
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abc"}), DropReason::kTcpDuplicateData);
    h.Expect({.flags = ".", .seq = 1, .ack = 4});
  }
}

// --- half a million hostile segments: nothing aborts, and the invariants hold --------------------

TEST(HostileSegments, NeverBreakAnInvariant) {
  Rng rng("hostile");
  for (int run = 0; run < 1500; ++run) {
    ConnectionHarness h;
    // Most runs spare the resets, or none would live long.
    const double reset_chance = run % 4 == 0 ? 0.05 : 0;
    h.parameters.timestamps = rng.Chance(0.5);
    h.parameters.receive_buffer = 1 + rng.Below(5000);
    h.parameters.keep_alive = rng.Chance(0.5);
    h.iss = rng.Next32();
    h.irs = rng.Next32();
    if (rng.Chance(0.5)) {
      h.OpenActive();
      if (rng.Chance(0.8)) h.Inject({.flags = "S.", .seq = 0, .ack = 1, .win = 500});
    } else {
      h.OpenPassive({.flags = "S", .win = 500});
      if (rng.Chance(0.8)) h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 500});
    }
    for (int step = 0; step < 300; ++step) {
      const ConnectionInfo info = h->Info(h.now());
      Packet packet;
      std::string flags;
      for (const char letter : {'S', 'F', 'R', 'P', '.', 'U'}) {
        const double chance = letter == 'R'   ? reset_chance
                              : letter == '.' ? 0.9
                              : letter == 'P' ? 0.5
                              : letter == 'F' ? 0.02
                                              : 0.08;
        if (rng.Chance(chance)) flags += letter;
      }
      packet.flags = flags;
      const auto near = [&](uint32_t number) { return number + static_cast<uint32_t>(rng.Below(41)) - 20; };
      packet.seq = near(info.rcv_nxt - h.irs);
      if (rng.Chance(0.3)) packet.seq = near(info.rcv_nxt + info.rcv_wnd - h.irs);
      if (rng.Chance(0.4)) packet.seq = info.rcv_nxt - h.irs;
      packet.ack = near(info.snd_nxt - h.iss);
      if (rng.Chance(0.6)) packet.ack = rng.Chance(0.5) ? info.snd_nxt - h.iss : info.snd_una - h.iss;
      packet.data = std::string(rng.Below(rng.Chance(0.5) ? 30 : 2000), 'h');
      packet.win = static_cast<uint16_t>(rng.Chance(0.3) ? 0 : rng.Below(65536));
      packet.up = static_cast<uint16_t>(rng.Below(65536));
      if (rng.Chance(0.5)) {
        packet.options.timestamps = wire::TcpTimestamps{static_cast<uint32_t>(rng.Below(100)), rng.Next32()};
      }
      if (rng.Chance(0.1)) packet.options.mss = static_cast<uint16_t>(rng.Below(65536));
      h.Inject(packet);
      switch (rng.Below(14)) {
        case 0: h.Send(rng.Below(3000)); break;
        case 1: h.Receive(1 + rng.Below(3000)); break;
        case 2: h.Advance(Duration(rng.Below(3'000'000'000))); break;
        case 3:
          if (rng.Chance(0.05)) h->Shutdown(h.now()).has_value();
          break;
        case 4:
          if (rng.Chance(0.05)) h.Close();
          break;
        case 5: h->OnPathMtu(rng.Below(2000), wire::SequenceNumber(info.snd_una), h.now()); break;
        case 6:
          h->OnIcmpError(Error::kHostUnreachable, rng.Chance(0.5), wire::SequenceNumber(info.snd_una),
                         h.now());
          break;
        default: break;
      }
      h.Pump();
      h.Drain();
    }
  }
}

// RFC 9293 3.10.7.4, fifth: whatever comes with an ACK of something not sent yet is dropped with it.
TEST(ArrivalStates, TextWithAnImpossibleAckIsNotTaken) {
  for (const State state : {State::kEstablished, State::kFinWait1, State::kFinWait2}) {
    ConnectionHarness h;
    h.Establish();
    h.MoveTo(state);
    EXPECT_NE(h.Inject({.flags = "FP.", .seq = 1, .ack = 100'000, .data = "text"}), DropReason::kNone);
    EXPECT_EQ(h.Receive(), "") << NameOf(state);
    EXPECT_EQ(h->state(), state);
  }
}

TEST_F(Arrivals, WhatArrivesIsCountedInOctetsOnce) {
  h.Inject({.flags = "P.", .seq = 11, .ack = 1, .data = std::string(10, 'b')});
  EXPECT_EQ(h.statistics()[Counter::kTcpBytesIn], 0u) << "not before it is in order";
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = std::string(10, 'a')});
  EXPECT_EQ(h.statistics()[Counter::kTcpBytesIn], 20u);
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = std::string(10, 'a')});
  EXPECT_EQ(h.statistics()[Counter::kTcpBytesIn], 20u);
}

}  // namespace
}  // namespace nut::tcp
