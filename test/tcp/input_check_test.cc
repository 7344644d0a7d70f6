// What is acceptable, at each edge of the window, and what is left of it.
#include "stack/wire/ecn.h"
#include "test/tcp/input_test_base.h"

namespace nut::tcp {
namespace {

class InputCheck : public InputTest {};

// --- what is acceptable

TEST_F(InputCheck, AcceptableIsWhatOverlapsTheWindow) {
  const auto check = [&](uint32_t sequence, size_t octets, TcpFlags flags = TcpFlags::kAck) {
    Begin(Plain());
    const DropReason reason = Check(Text(sequence, octets, flags));
    EXPECT_EQ(tcb().ack_now, reason != DropReason::kNone);
    return reason;
  };
  EXPECT_EQ(check(100, 0), DropReason::kNone);
  EXPECT_EQ(check(99, 0), DropReason::kTcpOutOfWindow);
  EXPECT_EQ(check(1099, 0), DropReason::kNone);
  EXPECT_EQ(check(1100, 0), DropReason::kTcpOutOfWindow);
  EXPECT_EQ(check(99, 1), DropReason::kTcpDuplicateData);
  EXPECT_EQ(check(99, 2), DropReason::kNone);
  ExpectLeft(100, 1);
  EXPECT_EQ(arrival_->skipped, 1u);
  EXPECT_EQ(check(50, 50), DropReason::kTcpDuplicateData);
  EXPECT_EQ(check(1100, 1), DropReason::kTcpOutOfWindow);
  EXPECT_EQ(check(1099, 1), DropReason::kNone);
  ExpectLeft(1099, 1);
  EXPECT_EQ(check(1099, 2), DropReason::kNone);
  ExpectLeft(1099, 1);
  EXPECT_EQ(check(50, 2000), DropReason::kTcpOutOfWindow) << "both its ends lie outside";
  EXPECT_EQ(check(50, 1000), DropReason::kNone);
  ExpectLeft(100, 950);
  const TcpFlags fin = TcpFlags::kAck | TcpFlags::kFin;
  EXPECT_EQ(check(99, 0, fin), DropReason::kTcpDuplicateData);
  EXPECT_EQ(check(1099, 0, fin), DropReason::kNone);
  ExpectLeft(1099, 0, true);
  EXPECT_EQ(check(1099, 1, fin), DropReason::kNone);
  ExpectLeft(1099, 1, false);
  EXPECT_EQ(check(98, 1, fin), DropReason::kTcpDuplicateData);
  EXPECT_EQ(check(99, 1, fin), DropReason::kNone);
  ExpectLeft(100, 0, true);
}

TEST_F(InputCheck, AShutWindowTakesAcksAndAnswersProbes) {
  const auto check = [&](uint32_t sequence, size_t octets, TcpFlags flags = TcpFlags::kAck) {
    Begin(Plain()).receive_window.Start(Peers(100), 0);
    return Check(Text(sequence, octets, flags));
  };
  EXPECT_EQ(check(100, 0), DropReason::kNone);
  EXPECT_FALSE(tcb().ack_now);
  EXPECT_EQ(check(100, 1), DropReason::kNone);
  EXPECT_TRUE(tcb().ack_now);
  ExpectLeft(100, 0);
  EXPECT_EQ(check(100, 0, TcpFlags::kAck | TcpFlags::kFin), DropReason::kNone);
  ExpectLeft(100, 0, false);
  EXPECT_EQ(check(90, 11), DropReason::kNone);
  ExpectLeft(100, 0);
  EXPECT_EQ(check(90, 10), DropReason::kTcpDuplicateData);
  EXPECT_EQ(check(101, 0), DropReason::kTcpOutOfWindow);
  EXPECT_EQ(check(101, 1), DropReason::kTcpOutOfWindow);
  EXPECT_EQ(check(99, 0), DropReason::kTcpOutOfWindow);
}

TEST_F(InputCheck, MereAcksThatAreRefusedAreAnsweredSoOften) {
  tcb().parameters.Own().challenge_acks_per_second = 2;
  const auto answered = [&](size_t octets) {
    tcb().ack_now = false;
    Check(Text(5000, octets));
    return tcb().ack_now;
  };
  EXPECT_TRUE(answered(0));
  EXPECT_TRUE(answered(0));
  EXPECT_FALSE(answered(0));
  EXPECT_TRUE(answered(1)) << "text always";
  EXPECT_FALSE(answered(0));
}

TEST_F(InputCheck, ARefusedAckAtTheRightEdgeSaysWhatHasArrived) {
  const auto acknowledged = [&](uint32_t sequence, size_t octets, TcpFlags flags, State state) {
    Begin(Plain()).state = state;
    Queue(100);
    Sent(100);
    IncomingSegment segment = Text(sequence, octets, flags);
    segment.acknowledgement = Ours(50);
    EXPECT_EQ(Check(segment), DropReason::kTcpOutOfWindow);
    return tcb().snd_una == Ours(50);
  };
  EXPECT_TRUE(acknowledged(1100, 0, TcpFlags::kAck, State::kEstablished));
  EXPECT_TRUE(acknowledged(1100, 0, TcpFlags::kAck, State::kCloseWait));
  EXPECT_FALSE(acknowledged(1100, 0, TcpFlags::kAck, State::kFinWait1));
  EXPECT_FALSE(acknowledged(1101, 0, TcpFlags::kAck, State::kEstablished));
  EXPECT_FALSE(acknowledged(1100, 1, TcpFlags::kAck, State::kEstablished));
  EXPECT_FALSE(acknowledged(1100, 0, TcpFlags(), State::kEstablished));
}

TEST_F(InputCheck, ResetsAndSynsAreCheckedFirst) {
  const auto reset = [&](uint32_t sequence, State state) {
    Begin(Plain()).state = state;
    return Check(Text(sequence, 0, TcpFlags::kRst));
  };
  EXPECT_EQ(reset(99, State::kEstablished), DropReason::kTcpOutOfWindow);
  EXPECT_FALSE(tcb().ack_now);
  EXPECT_EQ(reset(1100, State::kEstablished), DropReason::kTcpOutOfWindow);
  EXPECT_EQ(reset(101, State::kEstablished), DropReason::kTcpBlindReset);
  EXPECT_TRUE(tcb().ack_now);
  EXPECT_EQ(tcb().state, State::kEstablished);
  for (const State state : {State::kSynReceived, State::kEstablished, State::kFinWait1, State::kFinWait2,
                            State::kCloseWait, State::kClosing, State::kLastAck, State::kTimeWait}) {
    EXPECT_EQ(reset(100, state), DropReason::kNone);
    EXPECT_EQ(tcb().state, State::kClosed);
    const bool was_done = state == State::kClosing || state == State::kLastAck || state == State::kTimeWait;
    const auto told = was_done                       ? std::nullopt
                      : state == State::kSynReceived ? std::optional(Error::kConnectionRefused)
                                                     : std::optional(Error::kConnectionReset);
    EXPECT_EQ(tcb().error, told) << NameOf(state);
  }
  EXPECT_EQ(Count(Counter::kTcpInResets), 11u);
  Begin(Plain());
  EXPECT_EQ(Check(Text(100, 0, TcpFlags::kSyn)), DropReason::kTcpBlindSyn);
  EXPECT_TRUE(tcb().ack_now);
  EXPECT_EQ(Check(Text(100, 5, TcpFlags())), DropReason::kTcpUnexpectedFlags);
}

TEST_F(InputCheck, WhatIsHeardIsNoted) {
  tcb().keep_alives = 3;
  tcb().last_heard = kStart;
  Check(Text(50, 10));
  EXPECT_EQ(tcb().keep_alives, 3) << "not what is refused";
  EXPECT_EQ(tcb().last_heard, kStart);
  Check(Text(100, 10));
  EXPECT_EQ(tcb().keep_alives, 0);
  EXPECT_EQ(tcb().last_heard, kNow);
}

TEST_F(InputCheck, MarksOnTextAreCountedBySegments) {
  IncomingSegment marked = Text(100, 250);
  marked.segment_size = 100;
  marked.tos = wire::WithEcn(0, wire::Ecn::kCe);
  Check(marked);
  EXPECT_EQ(Count(Counter::kTcpCongestionMarksIn), 0u) << "not agreed";
  tcb().ecn.TakeSyn(TcpFlags::kEce | TcpFlags::kCwr, true);
  Check(marked);
  EXPECT_EQ(Count(Counter::kTcpCongestionMarksIn), 3u);
  EXPECT_TRUE(tcb().ack_now);
  EXPECT_TRUE(tcb().ecn.echo());
  IncomingSegment ack = Text(100, 0);
  ack.tos = marked.tos;
  Check(ack);
  EXPECT_EQ(Count(Counter::kTcpCongestionMarksIn), 3u) << "a mere ACK";
}

// --- timestamps

class StampedInput : public InputTest {
 protected:
  StampedInput() {
    tcb().timestamps.Enable();
    tcb().timestamps.Start(50, kStart);
  }
  DropReason CheckStamped(std::optional<uint32_t> value, uint32_t sequence = 100, size_t octets = 0,
                          uint16_t segment_size = 0) {
    IncomingSegment segment = Text(sequence, octets);
    segment.segment_size = segment_size;
    if (value) segment.options.timestamps = wire::TcpTimestamps{*value, 0};
    return Check(segment);
  }
};

TEST_F(StampedInput, OldAndMissingOnesAreRefused) {
  EXPECT_EQ(CheckStamped(50), DropReason::kNone);
  EXPECT_EQ(CheckStamped(std::nullopt), DropReason::kTcpMissingTimestamp);
  EXPECT_FALSE(tcb().ack_now);
  tcb().parameters.Own().challenge_acks_per_second = 1;
  EXPECT_EQ(CheckStamped(49), DropReason::kTcpPaws);
  EXPECT_TRUE(tcb().ack_now);
  tcb().ack_now = false;
  EXPECT_EQ(CheckStamped(49), DropReason::kTcpPaws);
  EXPECT_FALSE(tcb().ack_now) << "so often";
  EXPECT_EQ(CheckStamped(49, 100, 1), DropReason::kTcpPaws);
  EXPECT_TRUE(tcb().ack_now) << "text always";
}

TEST_F(StampedInput, TheFirstOfSeveralSegmentsThatIsNewMovesIt) {
  CheckStamped(60, 50, 300, 100);
  EXPECT_EQ(tcb().timestamps.recent(), 60u) << "it begins below";
  CheckStamped(61, 0, 300, 100);
  EXPECT_EQ(tcb().timestamps.recent(), 61u) << "the second begins at RCV.NXT";
  CheckStamped(62, 1, 300, 100);
  EXPECT_EQ(tcb().timestamps.recent(), 62u);
  CheckStamped(63, 101, 10);
  EXPECT_EQ(tcb().timestamps.recent(), 62u) << "beyond it";
}

}  // namespace
}  // namespace nut::tcp
