// What is sent next, at each edge of the windows, the queue and the segment; planned, and not sent.
#include "stack/tcp/output.h"
#include "test/tcp/tcb_test_base.h"

namespace nut::tcp {
namespace {

using Kind = Plan::Kind;

class OutputPlan : public TcbTest {
 protected:
  OutputPlan() { Begin(Plain()); }
  Tcb& Begin(const Parameters& parameters, uint16_t window = 65535) {
    Tcb& tcb = Established(parameters, window);
    tcb.congestion.SetWindow(20000);
    tcb.ack_now = false;
    return tcb;
  }
  Plan Next(bool segmentation = false) { return PlanData(tcb(), segmentation); }
  bool Idle(bool segmentation = false) { return Next(segmentation).kind == Kind::kNothing; }
  void ExpectText(const Plan& plan, uint32_t from, uint32_t length, bool fin = false) {
    EXPECT_EQ(plan.kind, Kind::kData);
    EXPECT_EQ(plan.sequence, Ours(from));
    EXPECT_EQ(plan.length, length);
    EXPECT_EQ(plan.fin, fin);
  }
};

TEST_F(OutputPlan, APlanIsNothingUnlessSaidOtherwise) {
  const Plan plan;
  EXPECT_EQ(plan.kind, Kind::kNothing);
  EXPECT_EQ(plan.length, 0u);
  EXPECT_FALSE(plan.fin || plan.resend_head || plan.tail_probe || plan.cwnd_limited);
}

TEST_F(OutputPlan, TextGoesInTheStatesThatSend) {
  Queue(5000);
  for (int i = 0; i < kStateCount; ++i) {
    tcb().state = static_cast<State>(i);
    const bool sends = tcb().state == State::kEstablished || tcb().state == State::kCloseWait ||
                       tcb().state == State::kFinWait1 || tcb().state == State::kClosing ||
                       tcb().state == State::kLastAck;
    EXPECT_EQ(!Idle(), sends) << NameOf(tcb().state);
    tcb().fast_open = true;
    EXPECT_EQ(!Idle(), sends || tcb().state == State::kSynReceived) << NameOf(tcb().state);
    tcb().fast_open = false;
  }
}

TEST_F(OutputPlan, ASegmentIsFullUnlessTheQueueEnds) {
  EXPECT_TRUE(Idle());
  for (const uint32_t octets : {1u, 999u, 1000u, 1001u, 2000u}) {
    Begin(Plain());
    Queue(octets);
    ExpectText(Next(), 0, std::min(octets, kMss));
    EXPECT_FALSE(Next().cwnd_limited);
    EXPECT_FALSE(Next().resend_head);
    EXPECT_FALSE(Next().tail_probe);
  }
}

TEST_F(OutputPlan, ASuperSegmentIsAMultipleOfTheMss) {
  for (const auto& [octets, length] : {std::pair{999u, 999u},
                                       {1000u, 1000u},
                                       {1001u, 1000u},
                                       {1999u, 1000u},
                                       {2000u, 2000u},
                                       {9999u, 9000u}}) {
    Begin(Plain());
    Queue(octets);
    EXPECT_EQ(Next(true).length, length) << octets;
  }
  Begin(Plain()).congestion.SetWindow(200000);
  Queue(200000);
  tcb().snd_wnd = 200000;
  EXPECT_EQ(Next(true).length, 65000u) << "65,415 octets are what a packet may carry";
  tcb().send_mss = 65415;
  EXPECT_EQ(Next(true).length, 65415u);
  tcb().send_mss = 13083;
  EXPECT_EQ(Next(true).length, 65415u) << "five times";
  tcb().send_mss = 32708;
  EXPECT_EQ(Next(true).length, 32708u) << "not twice";
  tcb().send_mss = 32707;
  EXPECT_EQ(Next(true).length, 65414u);
}

TEST_F(OutputPlan, UrgentTextAndCwrAreNotForSuperSegments) {
  Queue(5000);
  tcb().urgent_queued = true;
  tcb().snd_up = Ours(1);
  EXPECT_EQ(Next(true).length, 1000u);
  tcb().snd_up = Ours(0);
  EXPECT_EQ(Next(true).length, 5000u) << "that lies behind";
  tcb().urgent_queued = false;
  tcb().ecn.TakeSyn(wire::TcpFlags::kEce | wire::TcpFlags::kCwr, true);
  tcb().ecn.OnReduced(Ours(0));
  EXPECT_EQ(Next(true).length, 1000u);
  tcb().ecn.NoteReducedSent();
  EXPECT_EQ(Next(true).length, 5000u);
}

TEST_F(OutputPlan, TheWindowIsTheEnd) {
  Queue(5000);
  for (const auto& [window, length] : {std::pair{1000u, 1000u}, {1001u, 1000u}, {2500u, 1000u}}) {
    tcb().snd_wnd = window;
    EXPECT_EQ(Next().length, length) << window;
    EXPECT_FALSE(Next().cwnd_limited) << "that is the other window";
  }
  tcb().snd_wnd = 999;
  tcb().max_snd_wnd = 65535;
  EXPECT_TRUE(Idle()) << "silly";
  tcb().max_snd_wnd = 1998;
  ExpectText(Next(), 0, 999);  // half of the largest that there ever was
  tcb().max_snd_wnd = 2000;
  EXPECT_TRUE(Idle());
  tcb().max_snd_wnd = 1999;
  ExpectText(Next(), 0, 999);
  tcb().snd_wnd = 0;
  EXPECT_TRUE(Idle());
  tcb().override_due = true;
  EXPECT_TRUE(Idle()) << "no override opens it";
  tcb().snd_wnd = 1;
  ExpectText(Next(), 0, 1);
}

TEST_F(OutputPlan, AWindowThatHasShrunkLetsNothingOut) {
  Queue(5000);
  Sent(2000);
  for (const uint32_t window : {1999u, 2000u, 1u, 0u}) {
    tcb().snd_wnd = window;
    EXPECT_TRUE(Idle()) << window;
    EXPECT_TRUE(Idle(true)) << window;
  }
  tcb().snd_wnd = 3000;
  ExpectText(Next(), 2000, 1000);
}

TEST_F(OutputPlan, TheCongestionWindowIsTheEndAndIsSaidToBe) {
  Queue(5000);
  tcb().congestion.SetWindow(4000);
  EXPECT_EQ(Next(true).length, 4000u);
  EXPECT_TRUE(Next(true).cwnd_limited);
  tcb().congestion.SetWindow(5000);
  EXPECT_EQ(Next(true).length, 5000u);
  EXPECT_FALSE(Next(true).cwnd_limited) << "nothing more would go";
  tcb().congestion.SetWindow(4999);
  EXPECT_TRUE(Next(true).cwnd_limited);
  tcb().snd_wnd = 4999;
  EXPECT_FALSE(Next(true).cwnd_limited) << "the peer's is no larger";
  tcb().snd_wnd = 5000;
  EXPECT_TRUE(Next(true).cwnd_limited);
  // What it leaves of a segment waits, but for the first.
  tcb().congestion.SetWindow(1500);
  EXPECT_EQ(Next().length, 1000u);
  Sent(1000);
  EXPECT_TRUE(Idle());
  EXPECT_TRUE(Next().cwnd_limited);
  tcb().congestion.SetWindow(2000);
  ExpectText(Next(), 1000, 1000);
  tcb().congestion.SetWindow(1000);
  EXPECT_TRUE(Idle());
  EXPECT_TRUE(Next().cwnd_limited);
}

// --- small segments

TEST_F(OutputPlan, NagleHoldsASmallOneBackWhileSomethingIsOut) {
  Queue(1500);
  Sent(1000);
  EXPECT_TRUE(Idle());
  tcb().snd_una = Ours(1000);
  tcb().send_buffer.Consume(1000);
  ExpectText(Next(), 1000, 500);
  Parameters hasty = Plain();
  hasty.nagle = false;
  Begin(hasty);
  Queue(1500);
  Sent(1000);
  ExpectText(Next(), 1000, 500);
}

TEST_F(OutputPlan, WhoWasCutShortByTheBufferWaitsWithTwoSegmentsOut) {
  Parameters hasty = Plain();
  hasty.nagle = false;
  Begin(hasty);
  Queue(2500);
  tcb().cut_short = true;
  Sent(1999);
  ExpectText(Next(), 1999, 501);
  Sent(1);
  EXPECT_TRUE(Idle());
  tcb().cut_short = false;
  ExpectText(Next(), 2000, 500);
}

TEST_F(OutputPlan, WhatWaitsForNobodyGoesThoughSmall) {
  Queue(1500);
  Sent(1000);
  ASSERT_TRUE(Idle());
  tcb().override_due = true;
  ExpectText(Next(), 1000, 500);
  tcb().override_due = false;
  tcb().urgent_queued = true;
  tcb().snd_up = Ours(1001);
  ExpectText(Next(), 1000, 500);
  tcb().snd_up = Ours(1000);
  EXPECT_TRUE(Idle()) << "the urgent part is out";
  tcb().urgent_queued = false;
  tcb().close_requested = true;
  ExpectText(Next(), 1000, 500, true);
  tcb().close_requested = false;
  // Sent before.
  Sent(500);
  tcb().send_from = Ours(1000);
  ExpectText(Next(), 1000, 500);
}

TEST_F(OutputPlan, TheFirstOfAllMayBeSmallBehindASynAckToo) {
  Queue(10);
  ExpectText(Next(), 0, 10);
  // RFC 7413: SND.UNA is the SYN's number still.
  tcb().state = State::kSynReceived;
  tcb().fast_open = true;
  tcb().snd_una = kIss;
  ExpectText(Next(), 0, 10);
  Sent(5);
  EXPECT_TRUE(Idle());
}

// --- the FIN

TEST_F(OutputPlan, TheFinGoesWithTheLastOctet) {
  Queue(1500);
  tcb().close_requested = true;
  ExpectText(Next(), 0, 1000, false);
  Sent(1000);
  ExpectText(Next(), 1000, 500, true);
  Sent(501);
  EXPECT_TRUE(Idle());
  tcb().send_from = Ours(1500);
  ExpectText(Next(), 1500, 0, true);  // once more
  tcb().fin_acknowledged = true;
  EXPECT_TRUE(Idle());
}

TEST_F(OutputPlan, TheFinNeedsANumberInTheWindowAndNoneInTheCongestionWindow) {
  Queue(1000);
  tcb().close_requested = true;
  tcb().snd_wnd = 1000;
  ExpectText(Next(), 0, 1000, false);
  tcb().snd_wnd = 1001;
  tcb().congestion.SetWindow(1000);
  ExpectText(Next(), 0, 1000, true);
  Sent(1000);
  tcb().snd_wnd = 1000;
  EXPECT_TRUE(Idle());
  tcb().snd_wnd = 1001;
  ExpectText(Next(), 1000, 0, true);
  tcb().established = false;
  EXPECT_TRUE(Idle()) << "not before the handshake is over";
}

TEST_F(OutputPlan, TheFinGoesByItselfWhereThatIsTheManner) {
  Parameters parameters = Plain();
  parameters.separate_fin = true;
  Begin(parameters);
  Queue(10);
  tcb().close_requested = true;
  ExpectText(Next(), 0, 10, false);
  Sent(10);
  ExpectText(Next(), 10, 0, true);
  // Again, too.
  Sent(1);
  tcb().resend_head = true;
  ExpectText(Next(), 0, 10, false);
}

// --- the head again

TEST_F(OutputPlan, TheHeadGoesAgainWhateverTheCongestionWindowSays) {
  Queue(5000);
  Sent(3500);
  tcb().congestion.SetWindow(1000);
  ASSERT_TRUE(Idle());
  tcb().resend_head = true;
  ExpectText(Next(), 0, 1000);
  EXPECT_TRUE(Next().resend_head);
  tcb().snd_wnd = 700;
  ExpectText(Next(), 0, 700);
  tcb().snd_wnd = 0;
  EXPECT_TRUE(Idle());
  tcb().snd_wnd = 65535;
  tcb().snd_una = tcb().snd_nxt;
  tcb().send_buffer.Consume(3500);
  EXPECT_FALSE(Next().resend_head) << "nothing is out";
}

TEST_F(OutputPlan, TheHeadIsWhatWasSentAndNoMore) {
  Queue(5000);
  Sent(400);
  tcb().resend_head = true;
  ExpectText(Next(), 0, 400);
}

TEST_F(OutputPlan, TheHeadTakesTheFinAlongWhereItWasSentAndFits) {
  Queue(1000);
  tcb().close_requested = true;
  Sent(1000);
  tcb().resend_head = true;
  ExpectText(Next(), 0, 1000, false);  // it was not sent yet
  Sent(1);
  ExpectText(Next(), 0, 1000, true);
  tcb().snd_wnd = 1000;
  ExpectText(Next(), 0, 1000, false);
  tcb().snd_wnd = 1001;
  ExpectText(Next(), 0, 1000, true);
  Queue(0);
  tcb().snd_una = Ours(1000);
  tcb().send_buffer.Consume(1000);
  tcb().snd_wnd = 1;
  ExpectText(Next(), 1000, 0, true);  // alone
  EXPECT_TRUE(Next().resend_head);
  Begin(Plain());
  Queue(1001);
  tcb().close_requested = true;
  Sent(1002);
  tcb().resend_head = true;
  ExpectText(Next(), 0, 1000, false);  // it stands behind the second segment
}

// --- with SACK

class SackPlan : public OutputPlan {
 protected:
  SackPlan() { Begin(Sack()); }
  Scoreboard& board() { return tcb().sack_state->scoreboard; }
  void Tell(uint32_t begin, uint32_t end) {
    board().Sack({Ours(begin), Ours(end)}, {100, 100}, [](const Scoreboard::Piece&) {});
  }
};

TEST_F(SackPlan, OfWhatWasLostOnlyTheFirstHoleGoes) {
  Queue(10000);
  Sent(6000);
  Tell(1500, 3000);
  board().MarkAllLost();
  tcb().send_from = Ours(0);
  ExpectText(Next(true), 0, 1000);
  tcb().send_from = Ours(1000);
  board().NoteSent(Ours(0), Ours(1000), kStart, {100, 100});
  ExpectText(Next(true), 1000, 500);
  tcb().send_from = Ours(3000);
  board().NoteSent(Ours(1000), Ours(1500), kStart, {100, 100});
  ExpectText(Next(true), 3000, 3000);
}

TEST_F(SackPlan, ALostFinIsNoText) {
  Queue(1000);
  tcb().close_requested = true;
  Sent(1001);
  board().MarkAllLost();
  tcb().send_from = Ours(0);
  ExpectText(Next(true), 0, 1000, true);
}

TEST_F(SackPlan, WhatTheCongestionWindowLeavesOfASegmentWaits) {
  Queue(5000);
  Sent(1000);
  tcb().congestion.SetWindow(1999);
  EXPECT_TRUE(Idle());
  EXPECT_TRUE(Next().cwnd_limited);
  tcb().congestion.SetWindow(2000);
  ExpectText(Next(), 1000, 1000);
  Tell(0, 1000);
  tcb().congestion.SetWindow(1999);
  ExpectText(Next(), 1000, 1000);  // in the network there is nothing
}

TEST_F(SackPlan, APauseHoldsAllButKeepsTheReason) {
  Queue(30000);
  Sent(1000);
  tcb().sack_state->paused = true;
  EXPECT_TRUE(Idle());
  EXPECT_TRUE(Next().cwnd_limited);
  tcb().sack_state->paused = false;
  EXPECT_FALSE(Idle());
}

TEST_F(SackPlan, AProbeIsNewTextWithinTheWindow) {
  Queue(5000);
  Sent(2000);
  tcb().congestion.SetWindow(1000);
  ASSERT_TRUE(Idle());
  tcb().tail_probe_due = true;
  ExpectText(Next(), 2000, 1000);
  EXPECT_TRUE(Next().tail_probe);
  tcb().snd_wnd = 2300;
  ExpectText(Next(), 2000, 300);
  tcb().snd_wnd = 2001;
  ExpectText(Next(), 2000, 1);
  tcb().snd_wnd = 2000;
  ExpectText(Next(), 1000, 1000);  // else the last segment again
  EXPECT_TRUE(Next().tail_probe);
}

TEST_F(SackPlan, TheLastSegmentIsWhatIsLeftOfItsRunInWholeOnes) {
  for (const auto& [octets, last] :
       {std::pair{1u, 1u}, {999u, 999u}, {1000u, 1000u}, {1001u, 1u}, {2500u, 500u}}) {
    Begin(Sack());
    Queue(octets);
    Sent(octets);
    tcb().tail_probe_due = true;
    ExpectText(Next(), octets - last, last);
    EXPECT_TRUE(Next().tail_probe);
    tcb().close_requested = true;
    Sent(1);
    ExpectText(Next(), octets - last, last, true);
  }
  // A run of its own.
  Begin(Sack());
  Queue(1500);
  Sent(1000);
  Sent(500, kStart + 1ms);
  tcb().tail_probe_due = true;
  ExpectText(Next(), 1000, 500);
}

TEST_F(SackPlan, AFinAloneIsProbed) {
  tcb().close_requested = true;
  Sent(1);
  tcb().tail_probe_due = true;
  ExpectText(Next(), 0, 0, true);
  EXPECT_TRUE(Next().tail_probe);
}

TEST_F(SackPlan, NothingOutIsNotProbed) {
  Queue(100);
  tcb().tail_probe_due = true;
  EXPECT_FALSE(Next().tail_probe);
}

TEST_F(SackPlan, APacedSuperSegmentIsAsLongAsABurst) {
  Parameters parameters = Sack();
  parameters.pacing = true;
  parameters.pacing_burst = 1ms;
  Begin(parameters);
  Queue(20000);
  EXPECT_EQ(Next(true).length, 20000u) << "no round trip is known yet";
  // 20,000 octets in a round trip of 20 ms, twice as fast in slow start: two segments in a millisecond.
  tcb().rtt.Sample(20ms);
  EXPECT_EQ(Next(true).length, 2000u);
  tcb().rtt.Sample(1s);
  EXPECT_EQ(Next(true).length, 1000u);
}

// --- what goes first

TEST_F(OutputPlan, TheOrderOfAll) {
  const auto kind = [&] { return PlanOutput(tcb(), false).kind; };
  EXPECT_EQ(kind(), Kind::kNothing);
  tcb().ack_now = true;
  EXPECT_EQ(kind(), Kind::kAck);
  tcb().keep_alive_due = true;
  EXPECT_EQ(kind(), Kind::kKeepAlive);
  tcb().probe_due = true;
  EXPECT_EQ(kind(), Kind::kProbe);
  Queue(1);
  EXPECT_EQ(kind(), Kind::kData);
  tcb().acks_owed = 1;
  EXPECT_EQ(kind(), Kind::kAck);
  for (const State state : {State::kClosed, State::kListen, State::kSynSent, State::kDestroy}) {
    tcb().state = state;
    EXPECT_EQ(kind(), Kind::kNothing);
  }
  tcb().syn_due = true;
  EXPECT_EQ(kind(), Kind::kSyn);
  tcb().QueueReset({});
  EXPECT_EQ(kind(), Kind::kReset);
  tcb().reset.reset();
  tcb().syn_due = false;
  tcb().state = State::kTimeWait;
  EXPECT_EQ(kind(), Kind::kAck);
}

TEST_F(SackPlan, NewsForThePeerGoesInAnAckOfItsOwn) {
  Queue(5000);
  EXPECT_EQ(PlanOutput(tcb(), false).kind, Kind::kData);
  tcb().sack_state = std::make_unique<SackState>();
  tcb().sack_state->duplicate = {Peers(0), Peers(1)};
  EXPECT_EQ(PlanOutput(tcb(), false).kind, Kind::kData) << "it is not to be told now";
  tcb().ack_now = true;
  EXPECT_EQ(PlanOutput(tcb(), false).kind, Kind::kAck);
  tcb().sack_state->duplicate = {};
  EXPECT_EQ(PlanOutput(tcb(), false).kind, Kind::kData);
}

}  // namespace
}  // namespace nut::tcp
