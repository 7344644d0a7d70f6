// Recovery with SACK, one variable after the other: what an ACK says, and what is lost by it.
#include "stack/tcp/sack_recovery.h"

#include "test/tcp/sack_test_base.h"

namespace nut::tcp {
namespace {

using wire::TcpFlags;
class SackRecovery : public SackTest {};

// --- what an ACK says

TEST_F(SackRecovery, BlocksThatCannotBeTrueAreCountedAndIgnored) {
  const auto ignored = [&](uint32_t left, uint32_t right, uint32_t ack = 2000) {
    Begin(Sack());
    const uint64_t before = Count(Counter::kTcpSackBlocksIgnored);
    Hear(ack, {{6000, 7000}, {left, right}});
    EXPECT_EQ(board().sacked() == 1000, Count(Counter::kTcpSackBlocksIgnored) > before);
    return Count(Counter::kTcpSackBlocksIgnored) - before;
  };
  EXPECT_EQ(ignored(4000, 5000), 0u);
  EXPECT_EQ(ignored(4000, 4001), 0u);
  EXPECT_EQ(ignored(4000, 4000), 1u) << "empty";
  EXPECT_EQ(ignored(5000, 4000), 1u) << "inverted";
  EXPECT_EQ(ignored(2000, 3000), 0u) << "right behind the ACK";
  EXPECT_EQ(ignored(1999, 3000), 1u) << "begins before it";
  EXPECT_EQ(ignored(8000, 10001), 1u) << "was never sent";
  EXPECT_EQ(Count(Counter::kTcpDuplicateSacksIn), 0u);
}

TEST_F(SackRecovery, WithNothingOutNothingCanHaveArrived) {
  Hear(10000);
  ASSERT_TRUE(board().empty());
  const uint64_t before = Count(Counter::kTcpSackBlocksIgnored);
  state().probe_out = true;
  Hear(10000, {{10000, 10000 + 1}});
  EXPECT_EQ(Count(Counter::kTcpSackBlocksIgnored), before + 1);
}

TEST_F(SackRecovery, AFirstBlockBelowTheAckOrInsideTheSecondIsADuplicate) {
  const auto duplicates = [&](const Blocks& blocks, uint32_t ack = 2000) {
    Begin(Sack());
    const uint64_t before = Count(Counter::kTcpDuplicateSacksIn);
    Hear(ack, blocks);
    return Count(Counter::kTcpDuplicateSacksIn) - before;
  };
  EXPECT_EQ(duplicates({{1000, 2000}}), 1u);
  EXPECT_EQ(duplicates({{1000, 2001}}), 0u);
  EXPECT_EQ(duplicates({{1000, 1000}}), 0u) << "of nothing";
  EXPECT_EQ(duplicates({{1500, 1000}}), 0u);
  EXPECT_EQ(duplicates({{4000, 5000}, {4000, 6000}}), 1u);
  EXPECT_EQ(duplicates({{5000, 6000}, {4000, 6000}}), 1u);
  EXPECT_EQ(duplicates({{3999, 5000}, {4000, 6000}}), 0u);
  EXPECT_EQ(duplicates({{5000, 6001}, {4000, 6000}}), 0u);
  EXPECT_EQ(duplicates({{4000, 5000}}), 0u) << "there is no second one";
  // What it says twice is counted once.
  Begin(Sack());
  const uint64_t before = Count(Counter::kTcpSackBlocksIn);
  Hear(2000, {{4000, 5000}, {4000, 6000}});
  EXPECT_EQ(Count(Counter::kTcpSackBlocksIn) - before, 1u);
  EXPECT_EQ(board().sacked(), 2000u);
}

TEST_F(SackRecovery, AnAckWithoutNewsChangesNothing) {
  state().lost_at = kLater;
  Hear(0);
  EXPECT_EQ(state().lost_at, kLater);
  EXPECT_EQ(Count(Counter::kTcpDuplicateAcksIn), 1u);
}

// --- recovery

TEST_F(SackRecovery, ALossBeginsRecoveryOnce) {
  tcb().ecn.TakeSyn(TcpFlags::kEce | TcpFlags::kCwr, true);
  state().probe_out = true;
  state().rescued = true;
  Hear(0, {{1000, 4000}});
  EXPECT_EQ(state().phase, Phase::kRecovery);
  EXPECT_EQ(state().recovery_point, Ours(10000));
  EXPECT_FALSE(state().rescued);
  EXPECT_FALSE(state().probe_out);
  EXPECT_TRUE(tcb().ecn.reduced_due());
  EXPECT_EQ(board().lost(), 1000u);
  EXPECT_EQ(tcb().send_from, Ours(0));
  EXPECT_EQ(tcb().congestion.ssthresh(), 5000u);
  EXPECT_EQ(Count(Counter::kTcpFastRetransmits), 1u);
  EXPECT_EQ(state().retransmit_at, kLater + tcb().rtt.rto()) << "the first one gets its own round trip";
  // Three of ten have arrived: three halves may go, or one segment at least.
  EXPECT_EQ(tcb().congestion.cwnd(), board().pipe() + 1500);
  Hear(0, {{5000, 10000}, {1000, 4000}});
  EXPECT_EQ(Count(Counter::kTcpFastRetransmits), 1u);
  EXPECT_EQ(tcb().congestion.ssthresh(), 5000u);
}

TEST_F(SackRecovery, ItEndsWithSsthreshWhereItBegan) {
  Hear(0, {{1000, 4000}});
  NoteSentBySack(tcb(), Ours(0), Ours(1000), kLater);
  Sent(1000, kLater);
  Hear(9999, {}, kLater + kRtt);
  EXPECT_EQ(state().phase, Phase::kRecovery);
  Hear(10000, {}, kLater + kRtt);
  EXPECT_EQ(state().phase, Phase::kOpen);
  EXPECT_EQ(tcb().congestion.cwnd(), 5000u) << "and does not grow with the ACK that ends it";
}

TEST_F(SackRecovery, OutsideOfRecoveryTheWindowGrows) {
  tcb().limited_until = Ours(10000);
  Hear(1000);
  EXPECT_EQ(tcb().congestion.cwnd(), 11000u);
  Hear(1000, {{2000, 3000}});
  EXPECT_EQ(tcb().congestion.cwnd(), 11000u) << "not by what is told twice";
}

TEST_F(SackRecovery, OnlyWhatWasARecoveryIsOne) {
  state().rack.OnAck(true, Ours(0), Ours(10000));
  for (uint32_t i = 1; i <= 20; ++i) Hear(i);
  // RFC 8985 6.2 step 4: the wider window lasts for sixteen recoveries.
  EXPECT_EQ(state().rack.ReorderingWindow(false, 10s), state().rack.min_rtt() / 4 * 2);
}

TEST_F(SackRecovery, InRecoveryNothingIsHeldBackForReordering) {
  // A path of 100 ms: 25 ms are granted to the first, as long as fewer than three have arrived.
  Hear(0, {{1000, 2000}}, kStart + 101ms);
  EXPECT_EQ(state().phase, Phase::kOpen);
  EXPECT_EQ(board().lost(), 0u);
  EXPECT_NE(state().lost_at, kNever);
  EXPECT_EQ(state().alarm, Alarm::kReordering);
  EXPECT_EQ(state().alarm_at, state().lost_at);
  state().phase = Phase::kRecovery;
  state().recovery_point = Ours(10000);
  Hear(0, {{1000, 2001}}, kStart + 102ms);
  EXPECT_EQ(board().lost(), 1000u);
  EXPECT_EQ(state().lost_at, kNever);
}

TEST_F(SackRecovery, WhenTheGraceIsOverItIsLost) {
  Hear(0, {{1000, 2000}}, kStart + 101ms);
  const Instant at = state().lost_at;
  OnAlarm(tcb(), at - 1ns);
  EXPECT_EQ(state().phase, Phase::kOpen);
  OnAlarm(tcb(), at);
  EXPECT_EQ(state().phase, Phase::kRecovery);
  EXPECT_EQ(board().lost(), 1000u);
  EXPECT_EQ(tcb().send_from, Ours(0));
  EXPECT_EQ(Count(Counter::kTcpFastRetransmits), 1u);
  EXPECT_FALSE(tcb().tail_probe_due) << "that was no probe's alarm";
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), at + tcb().rtt.rto());
  // Again, in recovery: the window is reduced once.
  state().alarm = Alarm::kReordering;
  board().NoteSent(Ours(0), Ours(1000), at, {100, 100});
  Hear(0, {{1000, 2000}, {9000, 10000}}, at + 10ms);
  state().alarm = Alarm::kReordering;
  OnAlarm(tcb(), at + 500ms);
  EXPECT_EQ(Count(Counter::kTcpFastRetransmits), 1u);
}

// --- without RACK

class WithoutRack : public SackRecovery {
 protected:
  WithoutRack() {
    Parameters parameters = Sack();
    parameters.rack = false;
    Begin(parameters);
  }
};

TEST_F(WithoutRack, WhatIsInDoubtGoesWhenNothingElseCanAndTheWindowHasRoom) {
  Hear(0, {{1000, 4000}, {5000, 6000}});
  ASSERT_EQ(state().phase, Phase::kRecovery);
  ASSERT_EQ(board().lost(), 1000u) << "at 4,000 only one range lies above";
  NoteSentBySack(tcb(), Ours(0), Ours(1000), kLater);
  tcb().congestion.SetWindow(60000);
  state().reduction.Start(60000, 50000);
  Hear(0, {{7000, 7001}, {1000, 4000}, {5000, 6000}});
  EXPECT_EQ(board().lost(), 0u) << "as long as there is something new";
  // Everything that was queued has been sent; there is room for a segment in doubt.
  tcb().send_buffer.Clear();
  Queue(10000);
  tcb().congestion.SetWindow(60000);
  state().reduction.Start(60000, 50000);
  const uint32_t before = board().lost();
  Hear(0, {{7000, 7002}, {1000, 4000}, {5000, 6000}});
  EXPECT_EQ(board().lost(), before + 1000);
  EXPECT_EQ(tcb().send_from, Ours(4000));
}

// --- growth and order

TEST_F(SackRecovery, SlowStartThatGetsSlowerGrowsByAFourth) {
  Parameters parameters = Sack();
  parameters.congestion = CongestionAlgorithm::kCubic;
  for (const auto& [acked, growth] : {std::pair{4000u, 1000u}, {3u, 1u}, {8u, 2u}}) {
    Begin(parameters);
    // Two rounds of eight: the second is slower by half.
    SlowStartExit& exit = state().slow_start_exit;
    for (uint32_t i = 0; i < 9; ++i) exit.OnAck(Ours(0) - 1, Ours(0), kRtt);
    for (uint32_t i = 0; i < 9; ++i) exit.OnAck(Ours(0), Ours(10000), kRtt + 50ms);
    tcb().limited_until = Ours(10000);
    Hear(acked, {}, kLater + 60ms);
    EXPECT_EQ(tcb().congestion.cwnd(), 10000 + growth) << acked;
  }
  parameters.congestion = CongestionAlgorithm::kNewReno;
  Begin(parameters);
  for (uint32_t i = 0; i < 9; ++i) state().slow_start_exit.OnAck(Ours(0) - 1, Ours(0), kRtt);
  for (uint32_t i = 0; i < 9; ++i) state().slow_start_exit.OnAck(Ours(0), Ours(10000), kRtt + 50ms);
  tcb().limited_until = Ours(10000);
  Hear(4000, {}, kLater + 60ms);
  EXPECT_EQ(tcb().congestion.cwnd(), 14000u) << "with CUBIC alone";
  parameters.congestion = CongestionAlgorithm::kCubic;
  parameters.slow_start_exit = false;
  Begin(parameters);
  SlowStartExit& exit = state().slow_start_exit;
  for (uint32_t i = 0; i < 9; ++i) exit.OnAck(Ours(0) - 1, Ours(0), kRtt);
  for (uint32_t i = 0; i < 9; ++i) exit.OnAck(Ours(0), Ours(10000), kRtt + 50ms);
  tcb().limited_until = Ours(10000);
  Hear(4000, {}, kLater + 60ms);
  EXPECT_EQ(tcb().congestion.cwnd(), 14000u);
}

// RFC 8985 6.2 step 2: what an ACK answers that is too early for the last copy.
TEST_F(SackRecovery, AnEchoTellsWhichCopyIsAnswered) {
  Parameters parameters = Sack();
  parameters.timestamps = true;
  // Whether the second copy, sent after 200 ms, counts as delivered.
  const auto answers_the_second = [&](bool agreed, std::optional<uint32_t> echo) {
    Begin(parameters, {.mss = kMss, .sack_permitted = true, .timestamps = wire::TcpTimestamps{1, 0}});
    tcb().timestamps = Timestamps(7);
    if (agreed) tcb().timestamps.Enable();
    state().rack.OnDelivered({Ours(0) - 10, Ours(0), kStart, false}, false, kStart + 1ms);
    NoteSentBySack(tcb(), Ours(0), Ours(1000), kStart + 200ms);
    IncomingSegment segment = Ack(Ours(988), 60000);
    if (echo) segment.options.timestamps = wire::TcpTimestamps{1, *echo};
    ProcessAck(tcb(), Arrival(segment, kStart + 210ms));
    return state().rack.UntilLost({Ours(5000), Ours(6000), kStart + 150ms, false}, 0ms, kStart) != kForever;
  };
  constexpr uint32_t kSent = 1'000'200 + 7;  // its stamp
  EXPECT_TRUE(answers_the_second(true, kSent));
  EXPECT_FALSE(answers_the_second(true, kSent - 1));
  EXPECT_TRUE(answers_the_second(true, 0)) << "a stack without a clock";
  EXPECT_TRUE(answers_the_second(true, std::nullopt));
  EXPECT_TRUE(answers_the_second(false, kSent - 1)) << "nobody agreed to that";
}

TEST_F(SackRecovery, WithNothingOutSendingAgainBeginsAtTheFront) {
  Hear(10000);
  tcb().send_from = Ours(12000);
  SendAgain(tcb());
  EXPECT_EQ(tcb().send_from, Ours(10000));
  Sent(1, kLater);
  SendAgain(tcb());
  EXPECT_EQ(board().lost(), 1u);
  board().Restore();
  Sent(999, kLater);
  SendAgain(tcb());
  EXPECT_EQ(board().lost(), 1000u);
  EXPECT_EQ(tcb().send_from, Ours(10000));
  Begin(Plain());
  tcb().send_from = Ours(5000);
  SendAgain(tcb());
  EXPECT_EQ(tcb().send_from, Ours(0));
}

}  // namespace
}  // namespace nut::tcp
