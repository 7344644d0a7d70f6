// The alarm that SACK shares with the time-out: the probe of the tail and what came of it; and the time-out
// that was none.
#include "test/tcp/sack_test_base.h"

namespace nut::tcp {
namespace {

using wire::TcpFlags;

class TailProbe : public SackTest {};

// --- the probe of the tail

TEST_F(TailProbe, AProbeIsWantedWhileEverythingIsWell) {
  const auto wanted = [&](auto change) {
    Begin(Sack());
    change();
    ScheduleAlarm(tcb(), kLater);
    EXPECT_EQ(state().alarm_at != kNever, state().alarm == Alarm::kProbe);
    return state().alarm == Alarm::kProbe;
  };
  EXPECT_TRUE(wanted([] {}));
  EXPECT_FALSE(wanted([&] { tcb().established = false; }));
  EXPECT_FALSE(wanted([&] { tcb().parameters.Own().rack = false; }));
  EXPECT_FALSE(wanted([&] { tcb().parameters.Own().tail_loss_probe = false; }));
  EXPECT_FALSE(wanted([&] { state().phase = Phase::kRecovery; }));
  EXPECT_FALSE(wanted([&] { state().phase = Phase::kLoss; }));
  EXPECT_FALSE(wanted([&] { state().probe_out = true; }));
  EXPECT_FALSE(wanted([&] { board().Sack({Ours(1000), Ours(2000)}, {10, 10}, [](auto&) {}); }));
  EXPECT_FALSE(wanted([&] { tcb().snd_una = tcb().snd_nxt; }));
  EXPECT_FALSE(wanted([&] { tcb().snd_wnd = 0; }));
  EXPECT_TRUE(wanted([&] { tcb().snd_wnd = 1; }));
}

TEST_F(TailProbe, AfterTwoRoundTripsOrWhenTheTimeoutWouldCome) {
  const auto scheduled = [&] {
    ScheduleAlarm(tcb(), kLater);
    EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), state().NextAlarm());
    return state().alarm_at - kLater;
  };
  state().retransmit_at = kLater + 3s;
  EXPECT_EQ(scheduled(), Duration(200ms));
  tcb().parameters.Own().minimum_probe_timeout = 201ms;
  EXPECT_EQ(scheduled(), Duration(201ms));
  tcb().snd_una = tcb().snd_nxt - 1001;
  EXPECT_EQ(scheduled(), Duration(201ms));
  state().retransmit_at = kNever;
  tcb().snd_una = tcb().snd_nxt - 1000;
  ScheduleAlarm(tcb(), kLater);
  EXPECT_EQ(state().alarm_at - kLater, Duration(401ms)) << "a single one may be acknowledged late";
  state().retransmit_at = kLater + 150ms;
  EXPECT_EQ(scheduled(), Duration(150ms));
  tcb().rtt = RttEstimator(*tcb().parameters);
  state().retransmit_at = kLater + 3s;
  EXPECT_EQ(scheduled(), Duration(1s)) << "no round trip is known";
}

TEST_F(TailProbe, WithoutATimeoutThereIsNoTimerToShare) {
  tcb().StopRetransmit();
  ScheduleAlarm(tcb(), kLater);
  EXPECT_FALSE(tcb().timers.armed(Timer::kRetransmit));
}

TEST_F(TailProbe, ItsAlarmIsAskedForOnce) {
  state().alarm = Alarm::kProbe;
  state().alarm_at = kLater;
  state().retransmit_at = kLater + 1s;
  OnAlarm(tcb(), kLater);
  EXPECT_TRUE(tcb().tail_probe_due);
  EXPECT_EQ(state().alarm, Alarm::kNone);
  EXPECT_EQ(state().alarm_at, kNever);
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kLater + 1s);
  OnAlarm(tcb(), kLater);
  EXPECT_FALSE(tcb().tail_probe_due);
  // An ACK of something new takes the wish back; one without does not.
  tcb().tail_probe_due = true;
  Hear(0, {{2000, 3000}});
  EXPECT_TRUE(tcb().tail_probe_due);
  Hear(1);
  EXPECT_FALSE(tcb().tail_probe_due);
}

TEST_F(TailProbe, AProbeThatWasSentIsKept) {
  tcb().tail_probe_due = true;
  NoteProbeSent(tcb(), Ours(10000), true, kLater);
  EXPECT_TRUE(state().probe_out);
  EXPECT_TRUE(state().probe_resent);
  EXPECT_EQ(state().probe_end, Ours(10000));
  EXPECT_FALSE(tcb().tail_probe_due);
  EXPECT_EQ(Count(Counter::kTcpTailLossProbes), 1u);
  EXPECT_EQ(state().retransmit_at, kLater + tcb().rtt.rto());
}

class ProbeOut : public SackTest {
 protected:
  // A probe that ends at 10,000 is out, sent a second time or new.
  void Probe(bool resent) {
    Begin(Sack());
    tcb().ecn.TakeSyn(TcpFlags::kEce | TcpFlags::kCwr, true);
    if (resent) NoteSentBySack(tcb(), Ours(9000), Ours(10000), kStart + 50ms);
    NoteProbeSent(tcb(), Ours(10000), resent, kStart + 50ms);
  }
};

TEST_F(ProbeOut, ANewOneIsOverWithItsAck) {
  Probe(false);
  Hear(9999);
  EXPECT_TRUE(state().probe_out);
  Hear(10000);
  EXPECT_FALSE(state().probe_out);
  EXPECT_EQ(Count(Counter::kTcpTailLossesRepaired), 0u);
}

TEST_F(ProbeOut, OneThatWentAgainHasRepairedALossUnlessBothHaveArrived) {
  Probe(true);
  Hear(10000);
  EXPECT_TRUE(state().probe_out) << "one of the two";
  Hear(10000, {{9000, 10000}});
  EXPECT_FALSE(state().probe_out) << "and the other: a D-SACK";
  EXPECT_EQ(Count(Counter::kTcpTailLossesRepaired), 0u);

  Probe(true);
  Hear(10000, {{9000, 10000}});
  EXPECT_FALSE(state().probe_out) << "both at once";
  Probe(true);
  Hear(10000, {{8000, 9999}});
  EXPECT_TRUE(state().probe_out) << "of something else";

  Probe(true);
  Hear(10000);
  Hear(10000);
  EXPECT_FALSE(state().probe_out) << "a duplicate ACK without any block";
  EXPECT_EQ(Count(Counter::kTcpTailLossesRepaired), 0u);

  Probe(true);
  Sent(1000, kStart + 60ms);
  Hear(10000);
  EXPECT_TRUE(state().probe_out);
  Hear(10000, {{10500, 11000}});
  EXPECT_TRUE(state().probe_out) << "with a block of something new it is no such ACK";
  tcb().congestion.SetWindow(7000);
  Hear(10001);
  EXPECT_FALSE(state().probe_out);
  EXPECT_EQ(Count(Counter::kTcpTailLossesRepaired), 1u);
  EXPECT_TRUE(tcb().ecn.reduced_due());
  EXPECT_EQ(tcb().congestion.ssthresh(), 2000u) << "a segment was out: two remain";
}

TEST_F(ProbeOut, TheResponseIsThatToALossOfWhatWasOut) {
  Probe(true);
  Sent(1000, kStart + 60ms);
  tcb().congestion.SetWindow(60000);
  Hear(11000);
  EXPECT_EQ(Count(Counter::kTcpTailLossesRepaired), 1u);
  EXPECT_EQ(tcb().congestion.ssthresh(), 5500u);
  Probe(true);
  Sent(1000, kStart + 60ms);
  tcb().congestion.SetWindow(8000);
  Hear(11000);
  EXPECT_EQ(tcb().congestion.ssthresh(), 4000u) << "no more than the window";
}

TEST_F(ProbeOut, TextFromThePeerIsNoDuplicateAck) {
  Probe(true);
  Hear(10000);
  const uint8_t text[1] = {};
  IncomingSegment segment = Ack(Ours(10000), 60000);
  segment.payload = text;
  ProcessAck(tcb(), Arrival(segment, kLater));
  EXPECT_TRUE(state().probe_out);
}

// --- time-outs

TEST_F(TailProbe, ATimeoutForgetsAllThatWasThought) {
  Hear(0, {{1000, 2000}}, kStart + 101ms);
  ASSERT_NE(state().lost_at, kNever);
  state().probe_out = true;
  tcb().tail_probe_due = true;
  tcb().timeouts = 1;
  OnTimeoutBySack(tcb(), kLater);
  EXPECT_EQ(state().phase, Phase::kLoss);
  EXPECT_EQ(state().recovery_point, Ours(10000));
  EXPECT_FALSE(state().probe_out);
  EXPECT_FALSE(tcb().tail_probe_due);
  EXPECT_EQ(state().lost_at, kNever);
  EXPECT_EQ(state().alarm, Alarm::kNone);
  EXPECT_EQ(state().alarm_at, kNever);
  EXPECT_EQ(board().sacked(), 0u);
  EXPECT_EQ(board().lost(), 10000u);
  EXPECT_EQ(tcb().send_from, Ours(0));
  EXPECT_EQ(tcb().congestion.cwnd(), kMss);
  EXPECT_EQ(tcb().congestion.ssthresh(), 5000u);
  EXPECT_TRUE(state().large_arrived) << "a whole segment lay behind the gap";
}

TEST_F(TailProbe, WhatIsReducedAlreadyIsReducedOnce) {
  Hear(0, {{1000, 4000}});
  ASSERT_EQ(tcb().congestion.ssthresh(), 5000u);
  tcb().congestion.SetWindow(3000);
  tcb().timeouts = 1;
  OnTimeoutBySack(tcb(), kLater);
  EXPECT_EQ(tcb().congestion.ssthresh(), 5000u);
  Begin(Sack());
  tcb().timeouts = 2;
  OnTimeoutBySack(tcb(), kLater);
  EXPECT_GT(tcb().congestion.ssthresh(), 100000u) << "the second one's loss is the first one's";
  EXPECT_FALSE(state().large_arrived);
  Begin(Sack());
  board().Sack({Ours(1000), Ours(1999)}, {10, 10}, [](auto&) {});
  tcb().timeouts = 1;
  OnTimeoutBySack(tcb(), kLater);
  EXPECT_FALSE(state().large_arrived) << "less than a segment";
}

class Undo : public SackTest {
 protected:
  // A time-out after a second, of a peer with timestamps.
  void TimeOut(uint32_t clock = 5000) {
    Parameters parameters = Sack();
    parameters.timestamps = true;
    Begin(parameters, {.mss = kMss, .sack_permitted = true, .timestamps = wire::TcpTimestamps{1, 0}});
    tcb().timestamps = Timestamps(clock - 1'001'000);
    tcb().timestamps.Enable();
    ASSERT_EQ(tcb().timestamps.Value(kStart + 1s), clock);
    tcb().timeouts = 1;
    OnTimeoutBySack(tcb(), kStart + 1s);
    tcb().timed_out_at = kStart + 1s;
  }
  void Echo(uint32_t ack, std::optional<uint32_t> echo) {
    IncomingSegment segment = Ack(Ours(ack), 60000);
    if (echo) segment.options.timestamps = wire::TcpTimestamps{2, *echo};
    ProcessAck(tcb(), Arrival(segment, kStart + 1100ms));
  }
  bool Undone() const { return Count(Counter::kTcpSpuriousTimeouts) > 0; }
};

TEST_F(Undo, AnEchoFromBeforeTheRetransmissionUndoesTheTimeout) {
  TimeOut();
  EXPECT_TRUE(state().may_undo);
  EXPECT_EQ(state().resent_stamp, 5000u);
  Echo(988, 4990);
  EXPECT_TRUE(Undone());
  EXPECT_EQ(state().phase, Phase::kOpen);
  EXPECT_EQ(board().lost(), 0u);
  EXPECT_EQ(tcb().send_from, Ours(10000));
  EXPECT_EQ(tcb().congestion.cwnd(), 10000u - 988u + 988u);
  EXPECT_EQ(tcb().congestion.ssthresh(), UINT32_MAX);
  EXPECT_FALSE(state().may_undo);
  // RFC 4015 3.3: since the echoed one was sent.
  EXPECT_EQ(tcb().rtt.srtt(), (7 * Duration(kRtt) + Duration(110ms)) / 8);
}

TEST_F(Undo, AnyOtherDoesNot) {
  TimeOut();
  Echo(988, 5000);
  EXPECT_FALSE(Undone()) << "of the retransmission";
  EXPECT_EQ(state().phase, Phase::kLoss);
  EXPECT_FALSE(state().may_undo);
  Echo(1976, 4999);
  EXPECT_FALSE(Undone()) << "only the first decides";
  TimeOut();
  tcb().limited_until = Ours(10000);
  Echo(988, std::nullopt);
  EXPECT_FALSE(Undone());
  EXPECT_EQ(tcb().congestion.cwnd(), 2 * 988u) << "slow start goes on";
  TimeOut();
  Echo(988, 0);
  EXPECT_FALSE(Undone()) << "a stack without a clock";
  TimeOut(2);
  Echo(988, 1);
  EXPECT_TRUE(Undone());
}

TEST_F(Undo, WithoutStampsOrInRecoveryThereIsNothingToUndo) {
  tcb().timeouts = 1;
  OnTimeoutBySack(tcb(), kLater);
  EXPECT_FALSE(state().may_undo);
  TimeOut();
  tcb().timeouts = 1;
  state().phase = Phase::kRecovery;
  OnTimeoutBySack(tcb(), kStart + 2s);
  EXPECT_FALSE(state().may_undo);
}

}  // namespace
}  // namespace nut::tcp
