// The transmission control block's own arithmetic: sizes, limits, patience, and what each state means for the
// timers.
#include "test/tcp/tcb_test_base.h"

namespace nut::tcp {
namespace {

using wire::TcpFlags;

class TcbVariables : public TcbTest {
 protected:
  Tcb& OfPath(size_t link, size_t known = 65535, Parameters parameters = Parameters{}) {
    Make(parameters, {.path_mtu = link, .known_path_mtu = known});
    return tcb();
  }
  // In `state`, with a peer that knows us.
  Tcb& In(State state) {
    Established(Plain());
    tcb().state = state;
    return tcb();
  }
};

TEST_F(TcbVariables, AFreshOneHasNothingToDo) {
  const Tcb& tcb = OfPath(1500);
  EXPECT_EQ(tcb.state, State::kClosed);
  for (const bool flag : {tcb.established,
                          tcb.orphan,
                          tcb.close_requested,
                          tcb.cut_short,
                          tcb.fin_acknowledged,
                          tcb.fin_received,
                          tcb.window_scaling,
                          tcb.sack,
                          tcb.syn_due,
                          tcb.ack_now,
                          tcb.resend_head,
                          tcb.override_due,
                          tcb.probe_due,
                          tcb.keep_alive_due,
                          tcb.tail_probe_due,
                          bool{tcb.urgent_queued},
                          bool{tcb.urgent_announced},
                          bool{tcb.opened_actively},
                          bool{tcb.user_timeout_due},
                          bool{tcb.fast_open},
                          tcb.syn_timed_out}) {
    EXPECT_FALSE(flag);
  }
  EXPECT_EQ(tcb.snd_wscale, 0);
  EXPECT_EQ(tcb.timeouts + tcb.acks_owed + tcb.probes + tcb.keep_alives + tcb.black_hole_at, 0);
  EXPECT_EQ(tcb.snd_wnd, 0u);
  EXPECT_EQ(tcb.max_snd_wnd, 0u);
  EXPECT_EQ(tcb.receive_mss, 536u);
  EXPECT_EQ(tcb.bytes_sent + tcb.bytes_acked + tcb.segments_in + tcb.segments_out + tcb.retransmits, 0u);
  EXPECT_EQ(tcb.snd_una, kIss);
  EXPECT_EQ(tcb.snd_nxt, kIss);
  EXPECT_EQ(tcb.send_from, kIss);
  EXPECT_FALSE(tcb.is_open());
}

TEST_F(TcbVariables, ThePathIsAtLeastWhatEveryNetworkCarriesAndAtMostAPacket) {
  EXPECT_EQ(OfPath(67).link_mtu, 68);
  EXPECT_EQ(OfPath(68).link_mtu, 68);
  EXPECT_EQ(OfPath(69).link_mtu, 69);
  EXPECT_EQ(OfPath(65535).link_mtu, 65535);
  EXPECT_EQ(OfPath(65536).link_mtu, 65535);
  EXPECT_EQ(OfPath(1500, 67).path_mtu, 68);
  EXPECT_EQ(OfPath(1500, 1499).path_mtu, 1499);
  EXPECT_EQ(OfPath(1500, 1501).path_mtu, 1500);
  EXPECT_EQ(OfPath(1500, 65536 + 500).path_mtu, 1500);
  EXPECT_EQ(OfPath(1500, 500).link_mtu, 1500);
}

TEST_F(TcbVariables, TheMssOptionIsTheMtuLess40) {
  EXPECT_EQ(OfPath(1500).own_mss(), 1460);
  EXPECT_EQ(OfPath(1500, 500).own_mss(), 1460) << "of the link, whatever the path";
  EXPECT_EQ(OfPath(1500, 65535, {.maximum_mss = 1459}).own_mss(), 1459);
  EXPECT_EQ(OfPath(1500, 65535, {.maximum_mss = 1461}).own_mss(), 1460);
  EXPECT_EQ(OfPath(65535, 65535, {.maximum_mss = 70000}).own_mss(), 65495);
}

TEST_F(TcbVariables, AWindowMovesBySegmentsOrHalves) {
  EXPECT_EQ(OfPath(1500, 65535, {.receive_buffer = 65535}).receive_step(), 1460u);
  EXPECT_EQ(OfPath(1500, 65535, {.receive_buffer = 2920}).receive_step(), 1460u);
  EXPECT_EQ(OfPath(1500, 65535, {.receive_buffer = 2919}).receive_step(), 1459u);
  EXPECT_EQ(OfPath(1500, 65535, {.receive_buffer = 1}).receive_step(), 1u);
}

TEST_F(TcbVariables, TheSendBufferHasRoomForTwoWindowsWithinItsLimits) {
  const auto limit = [&](uint32_t cwnd) {
    tcb().congestion.SetWindow(cwnd);
    return tcb().send_limit();
  };
  OfPath(1500, 65535, {.send_buffer = 10000, .largest_send_buffer = 30000});
  EXPECT_EQ(limit(5000), 10000u);
  EXPECT_EQ(limit(5001), 10002u);
  EXPECT_EQ(limit(15000), 30000u);
  EXPECT_EQ(limit(15001), 30000u);
  OfPath(1500, 65535, {.send_buffer = 10000, .largest_send_buffer = 0});
  EXPECT_EQ(limit(15000), 10000u) << "it does not grow";
  OfPath(1500, 65535, {.send_buffer = 10000, .largest_send_buffer = SIZE_MAX});
  EXPECT_EQ(limit(1u << 30), size_t{1} << 31);
}

TEST_F(TcbVariables, TheSegmentIsWhatPeerPathAndOptionsAllow) {
  const auto mss = [&](uint16_t peer, uint16_t path, bool stamps = false,
                       Parameters parameters = Parameters{}) {
    OfPath(1500, 65535, parameters);
    tcb().peer_mss = peer;
    tcb().path_mtu = path;
    if (stamps) tcb().timestamps.Enable();
    tcb().UpdateSendMss();
    EXPECT_GE(tcb().congestion.cwnd(), tcb().send_mss);
    return tcb().send_mss;
  };
  EXPECT_EQ(mss(1460, 1500), 1460u);
  EXPECT_EQ(mss(1459, 1500), 1459u);
  EXPECT_EQ(mss(1460, 1499), 1459u);
  EXPECT_EQ(mss(1460, 1500, true), 1448u);
  EXPECT_EQ(mss(1460, 1500, false, {.maximum_mss = 800}), 800u);
  EXPECT_EQ(mss(0, 1500), 48u);
  EXPECT_EQ(mss(48, 1500), 48u);
  EXPECT_EQ(mss(49, 1500), 49u);
  EXPECT_EQ(mss(1460, 68), 48u);
  EXPECT_EQ(mss(1460, 40), 48u);
  EXPECT_EQ(mss(1460, 30), 48u);
  EXPECT_EQ(mss(0, 1500, true), 36u);
  EXPECT_EQ(mss(0, 1500, true, {.minimum_send_mss = 0}), 1u) << "an octet beside the options";
  EXPECT_EQ(mss(0, 1500, true, {.minimum_send_mss = 14}), 2u);
  EXPECT_EQ(OfPath(1500).send_mss, 536u) << "RFC 9293 MUST-15, before anybody has said anything";
  EXPECT_EQ(OfPath(1500, 65535, {.default_send_mss = 70000}).send_mss, 1460u);
}

// --- derived numbers

TEST_F(TcbVariables, WhereTheStreamBeginsAndEnds) {
  Make(Plain());
  tcb().snd_nxt = kIss + 1;
  EXPECT_FALSE(tcb().syn_acknowledged());
  EXPECT_EQ(tcb().data_begin(), kIss + 1);
  Queue(10);
  EXPECT_EQ(tcb().data_end(), kIss + 11);
  EXPECT_EQ(tcb().sequence_end(), kIss + 11);
  tcb().snd_una = kIss + 1;
  EXPECT_TRUE(tcb().syn_acknowledged());
  EXPECT_EQ(tcb().data_end(), kIss + 11);
  tcb().snd_nxt = kIss + 11;
  EXPECT_FALSE(tcb().fin_sent());
  tcb().close_requested = true;
  EXPECT_TRUE(tcb().fin_outstanding());
  EXPECT_EQ(tcb().sequence_end(), kIss + 12);
  EXPECT_FALSE(tcb().fin_sent());
  tcb().snd_nxt = kIss + 12;
  EXPECT_TRUE(tcb().fin_sent());
  EXPECT_EQ(tcb().flight(), 11u);
  tcb().fin_acknowledged = true;
  EXPECT_FALSE(tcb().fin_outstanding());
}

TEST_F(TcbVariables, AnAckIsSentFromInsideThePeersWindow) {
  Established(Plain(), 100);
  tcb().snd_nxt = Ours(100);
  EXPECT_EQ(tcb().ack_sequence(), Ours(100));
  tcb().snd_nxt = Ours(101);
  EXPECT_EQ(tcb().ack_sequence(), Ours(100));
  tcb().snd_nxt = Ours(99);
  EXPECT_EQ(tcb().ack_sequence(), Ours(99));
}

TEST_F(TcbVariables, Rfc9293_3_10_7_4_BeforeItsSynIsAcknowledgedNoWindowKeepsAnAckBack) {
  Established(Plain(), 0);
  tcb().snd_una = kIss;
  tcb().snd_nxt = kIss + 1;
  EXPECT_EQ(tcb().ack_sequence(), kIss + 1);
}

TEST_F(TcbVariables, TheFlightMayBeLimitedInSegments) {
  Parameters parameters = Plain();
  parameters.maximum_flight_segments = 3;
  Established(parameters).congestion.SetWindow(10000);
  EXPECT_EQ(tcb().cwnd(), 3000u);
  tcb().congestion.SetWindow(2999);
  EXPECT_EQ(tcb().cwnd(), 2999u);
  Established(Plain()).congestion.SetWindow(10000);
  EXPECT_EQ(tcb().cwnd(), 10000u);
}

TEST_F(TcbVariables, WhateverIsDueIsSomethingToSay) {
  Established(Plain()).ack_now = false;
  EXPECT_TRUE(tcb().nothing_to_say());
  for (bool Tcb::*const due : {&Tcb::syn_due, &Tcb::ack_now, &Tcb::resend_head, &Tcb::probe_due,
                               &Tcb::keep_alive_due, &Tcb::tail_probe_due}) {
    tcb().*due = true;
    EXPECT_FALSE(tcb().nothing_to_say());
    tcb().*due = false;
  }
  tcb().acks_owed = 2;
  EXPECT_FALSE(tcb().nothing_to_say());
  tcb().acks_owed = 0;
  tcb().QueueReset({});
  EXPECT_FALSE(tcb().nothing_to_say());
  tcb().reset.reset();
  Queue(1);
  EXPECT_FALSE(tcb().nothing_to_say());
  tcb().send_from = Ours(1);
  EXPECT_TRUE(tcb().nothing_to_say());
  tcb().close_requested = true;
  EXPECT_FALSE(tcb().nothing_to_say());
}

TEST_F(TcbVariables, WhatIsUnreadEndsBeforeTheFin) {
  Established(Plain());
  EXPECT_EQ(tcb().unread(), Peers(0));
  tcb().receive_buffer.Place(0, IncomingText(AsBytes("abc")), 8, 100);
  tcb().rcv_nxt = Peers(3);
  EXPECT_EQ(tcb().unread(), Peers(0));
  EXPECT_EQ(tcb().receive_space(), 65532);
  tcb().rcv_nxt = Peers(4);
  tcb().fin_received = true;
  EXPECT_EQ(tcb().unread(), Peers(0));
}

// --- ends

TEST_F(TcbVariables, TheFirstReasonIsTheReasonAndIsCountedByState) {
  for (const State state : {State::kSynSent, State::kSynReceived, State::kEstablished, State::kCloseWait,
                            State::kFinWait1, State::kLastAck, State::kTimeWait}) {
    const uint64_t attempts = Count(Counter::kTcpAttemptFails);
    const uint64_t resets = Count(Counter::kTcpEstablishedResets);
    In(state).Fail(Error::kConnectionReset, Event::kResetArrives, kStart);
    EXPECT_EQ(tcb().state, State::kClosed);
    EXPECT_EQ(tcb().error, Error::kConnectionReset);
    EXPECT_EQ(Count(Counter::kTcpAttemptFails) - attempts,
              state == State::kSynSent || state == State::kSynReceived ? 1u : 0u);
    EXPECT_EQ(Count(Counter::kTcpEstablishedResets) - resets,
              state == State::kEstablished || state == State::kCloseWait ? 1u : 0u);
    tcb().Fail(Error::kTimedOut, Event::kAbort, kStart);
    EXPECT_EQ(tcb().error, Error::kConnectionReset);
  }
}

TEST_F(TcbVariables, AnAbortIsToldToThePeersThatKnowUs) {
  for (const State state :
       {State::kSynSent, State::kSynReceived, State::kEstablished, State::kFinWait1, State::kFinWait2,
        State::kCloseWait, State::kClosing, State::kLastAck, State::kTimeWait}) {
    In(state).Abort(Error::kConnectionAborted, kStart);
    const bool known = state == State::kSynReceived || state == State::kEstablished ||
                       state == State::kFinWait1 || state == State::kFinWait2 || state == State::kCloseWait;
    ASSERT_EQ(tcb().reset != nullptr, known) << NameOf(state);
    if (!known) continue;
    EXPECT_EQ(tcb().reset->sequence, Ours(0));
    EXPECT_EQ(tcb().reset->acknowledgement, Peers(0));
    EXPECT_TRUE(tcb().reset->ack);
  }
}

TEST_F(TcbVariables, ClosedMeansThatNothingIsLeftButWhatCanBeRead) {
  Established(Sack());
  Queue(5000);
  Sent(3000);
  tcb().receive_buffer.Place(0, IncomingText(AsBytes("abc")), 8, 100);
  tcb().receive_buffer.Place(10, IncomingText(AsBytes("abc")), 8, 100);
  tcb().early_fin = Peers(20);
  tcb().timed = Ours(1);
  tcb().timers.Arm(Timer::kKeepAlive, kStart);
  for (bool Tcb::*const due : {&Tcb::syn_due, &Tcb::ack_now, &Tcb::resend_head, &Tcb::probe_due,
                               &Tcb::keep_alive_due, &Tcb::tail_probe_due, &Tcb::override_due}) {
    tcb().*due = true;
  }
  tcb().acks_owed = 3;
  tcb().Fire(Event::kResetArrives, kStart);
  EXPECT_EQ(tcb().timers.earliest(), kNever);
  EXPECT_TRUE(tcb().send_buffer.empty());
  EXPECT_FALSE(tcb().receive_buffer.has_gap());
  EXPECT_EQ(tcb().receive_buffer.readable(), 3u);
  EXPECT_EQ(tcb().sack_state, nullptr);
  EXPECT_FALSE(tcb().early_fin);
  EXPECT_FALSE(tcb().timed);
  EXPECT_EQ(tcb().snd_una, Ours(3000));
  EXPECT_EQ(tcb().send_from, Ours(3000));
  EXPECT_FALSE(tcb().override_due);
  EXPECT_TRUE(tcb().nothing_to_say());
}

TEST_F(TcbVariables, AnOrphanIsDestroyedWithAllThatItHas) {
  Established(Plain());
  Queue(10);
  tcb().receive_buffer.Place(0, IncomingText(AsBytes("abc")), 8, 100);
  tcb().orphan = true;
  tcb().Fire(Event::kResetArrives, kStart);
  EXPECT_EQ(tcb().state, State::kDestroy);
  EXPECT_EQ(tcb().receive_buffer.readable(), 0u);
  EXPECT_FALSE(tcb().send_buffer.has_memory());
}

TEST_F(TcbVariables, TimeWaitTurnsOffTheOtherTimers) {
  Parameters parameters = Sack();
  parameters.time_wait = 33s;
  Established(parameters);
  tcb().timers.Arm(Timer::kKeepAlive, kStart);
  Queue(10);
  Sent(5);
  tcb().state = State::kFinWait2;
  tcb().Fire(Event::kFinArrives, kStart);
  EXPECT_EQ(tcb().state, State::kTimeWait);
  EXPECT_EQ(tcb().timers.at(Timer::kLifetime), kStart + 33s);
  EXPECT_FALSE(tcb().timers.armed(Timer::kKeepAlive));
  EXPECT_FALSE(tcb().send_buffer.has_memory());
  EXPECT_EQ(tcb().sack_state, nullptr);
  EXPECT_EQ(Count(Counter::kTcpTimeWaits), 1u);
}

TEST_F(TcbVariables, FinWait2EndsByItselfForAnOrphanAlone) {
  Parameters parameters = Plain();
  parameters.fin_wait_2_orphan = 44s;
  for (const bool orphan : {false, true}) {
    Established(parameters);
    tcb().orphan = orphan;
    tcb().state = State::kFinWait1;
    tcb().Fire(Event::kFinAcknowledged, kStart);
    EXPECT_EQ(tcb().state, State::kFinWait2);
    EXPECT_EQ(tcb().timers.at(Timer::kLifetime), orphan ? kStart + 44s : kNever);
  }
}

TEST_F(TcbVariables, EstablishedBeginsAnew) {
  Parameters parameters = Plain();
  parameters.keep_alive = true;
  parameters.keep_alive_idle = 55s;
  Make(parameters);
  tcb().timeouts = 3;
  tcb().syn_timed_out = true;
  tcb().state = State::kSynReceived;
  tcb().Fire(Event::kSynAcknowledged, kStart);
  EXPECT_TRUE(tcb().established);
  EXPECT_TRUE(tcb().is_open());
  EXPECT_EQ(tcb().timeouts, 0);
  EXPECT_EQ(tcb().progress_at, kStart);
  EXPECT_EQ(tcb().last_sent, kStart);
  EXPECT_EQ(tcb().timers.at(Timer::kKeepAlive), kStart + 55s);
  EXPECT_EQ(tcb().congestion.cwnd(), tcb().send_mss);
  EXPECT_EQ(tcb().rtt.rto(), Duration(3s));
  Established(Plain());
  EXPECT_EQ(tcb().timers.at(Timer::kKeepAlive), kNever);
  EXPECT_EQ(tcb().congestion.cwnd(), 10 * kMss);
  EXPECT_EQ(tcb().rtt.rto(), Duration(1s));
}

TEST_F(TcbVariables, PatienceIsThatOfTheState) {
  Parameters parameters = Plain();
  parameters.syn_timeout = 1s;
  parameters.syn_received_timeout = 2s;
  parameters.retransmission_timeout = 3s;
  Make(parameters);
  tcb().state = State::kSynSent;
  EXPECT_EQ(tcb().patience(), Duration(1s));
  tcb().state = State::kSynReceived;
  EXPECT_EQ(tcb().patience(), Duration(2s));
  tcb().opened_actively = true;
  EXPECT_EQ(tcb().patience(), Duration(1s));
  tcb().state = State::kEstablished;
  EXPECT_EQ(tcb().patience(), Duration(3s));
  tcb().parameters.Own().advised_timeout = 4s;
  EXPECT_EQ(tcb().patience(), Duration(4s));
  tcb().state = State::kLastAck;
  EXPECT_EQ(tcb().patience(), Duration(4s));
}

TEST_F(TcbVariables, TheRetransmissionTimerIsOneRtoAwayButNotBeyondPatience) {
  Established(Plain());
  tcb().progress_at = kStart - 923s;
  tcb().ArmRetransmit(kStart);
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kStart + 1s);
  tcb().progress_at = kStart - 924s + 300ms;
  tcb().ArmRetransmit(kStart);
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kStart + 300ms);
  // What else shares it goes with it.
  Established(Sack());
  tcb().progress_at = kStart;
  tcb().sack_state = std::make_unique<SackState>();
  SackState& state = *tcb().sack_state;
  state.alarm_at = kStart + 100ms;
  tcb().ArmRetransmit(kStart);
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kStart + 100ms);
  EXPECT_EQ(state.retransmit_at, kStart + 1s);
  state.alarm = SackState::Alarm::kProbe;
  state.lost_at = kStart;
  tcb().tail_probe_due = true;
  tcb().StopRetransmit();
  EXPECT_FALSE(tcb().timers.armed(Timer::kRetransmit));
  EXPECT_FALSE(tcb().tail_probe_due);
  EXPECT_EQ(state.retransmit_at, kNever);
  EXPECT_EQ(state.alarm_at, kNever);
  EXPECT_EQ(state.lost_at, kNever);
  EXPECT_EQ(state.alarm, SackState::Alarm::kNone);
}

TEST_F(TcbVariables, TheNextAlarmCountsAPauseOnlyWhileThereIsOne) {
  SackState state;
  EXPECT_EQ(state.NextAlarm(), kNever);
  state.retransmit_at = kStart + 3s;
  state.alarm_at = kStart + 2s;
  state.paced_until = kStart + 1s;
  EXPECT_EQ(state.NextAlarm(), kStart + 2s);
  state.paused = true;
  EXPECT_EQ(state.NextAlarm(), kStart + 1s);
  state.paced_until = kStart + 5s;
  EXPECT_EQ(state.NextAlarm(), kStart + 2s);
  state.alarm_at = kStart + 4s;
  EXPECT_EQ(state.NextAlarm(), kStart + 3s);
}

}  // namespace
}  // namespace nut::tcp
