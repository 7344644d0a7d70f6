// The segment that is made of a plan, and all that is noted of it.
#include "stack/tcp/output.h"

#include "test/tcp/tcb_test_base.h"

namespace nut::tcp {
namespace {

using Kind = Plan::Kind;
using wire::TcpFlags;

constexpr Instant kNow = Instant{} + 1001s;

class Output : public TcbTest {
 protected:
  Output() { Begin(Plain()); }
  Tcb& Begin(const Parameters& parameters, wire::TcpOptions with = {.mss = kMss, .sack_permitted = true}) {
    Established(parameters, 65535, with).ack_now = false;
    tcb().timed.reset();
    return tcb();
  }
  // Sends what is planned, `kind` or anything.
  const OutgoingSegment& Send(Instant now = kNow, bool segmentation = false) {
    const Plan plan = PlanOutput(tcb(), segmentation);
    EXPECT_NE(plan.kind, Kind::kNothing);
    Execute(tcb(), plan, now, out_);
    return out_;
  }
  std::string flags() const { return out_.fields.flags.ToText(); }

  OutgoingSegment out_;
};

TEST_F(Output, TextGoesWithItsNumberAndAnAck) {
  Queue(1500);
  tcb().ack_now = true;
  tcb().timers.Arm(Timer::kDelayedAck, kNow);
  tcb().timers.Arm(Timer::kSendOverride, kNow);
  tcb().override_due = true;
  tcb().rcv_nxt = Peers(7);
  Send();
  EXPECT_EQ(flags(), "[.]");
  EXPECT_EQ(out_.fields.source_port, wire::Port(80));
  EXPECT_EQ(out_.fields.destination_port, wire::Port(4711));
  EXPECT_EQ(out_.fields.sequence, Ours(0));
  EXPECT_EQ(out_.fields.acknowledgement, Peers(7));
  EXPECT_EQ(out_.payload_size(), 1000u);
  EXPECT_EQ(out_.segment_size, 0);
  EXPECT_FALSE(out_.ecn_capable);
  EXPECT_FALSE(tcb().ack_now);
  EXPECT_FALSE(tcb().override_due);
  EXPECT_EQ(tcb().last_ack_sent, Peers(7));
  EXPECT_FALSE(tcb().timers.armed(Timer::kDelayedAck));
  EXPECT_FALSE(tcb().timers.armed(Timer::kSendOverride));
  EXPECT_EQ(tcb().snd_nxt, Ours(1000));
  EXPECT_EQ(tcb().send_from, Ours(1000));
  EXPECT_EQ(tcb().progress_at, kNow);
  EXPECT_EQ(tcb().last_sent, kNow);
  EXPECT_EQ(tcb().last_activity, kNow);
  EXPECT_EQ(tcb().segments_out, 1u);
  EXPECT_EQ(tcb().retransmits, 0u);
  EXPECT_EQ(tcb().bytes_sent, 1000u);
  EXPECT_EQ(Count(Counter::kTcpBytesOut), 1000u);
  EXPECT_EQ(Count(Counter::kTcpRetransmittedSegments), 0u);
  EXPECT_EQ(tcb().timed, Ours(1000));
  EXPECT_EQ(tcb().timed_at, kNow);
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kNow + 1s);
  // The second one: timed is the first, the timer stays, and R2 counts from where the flight began.
  tcb().parameters.Own().nagle = false;
  Send(kNow + 1ms);
  EXPECT_EQ(flags(), "[P.]") << "the queue ends";
  EXPECT_EQ(tcb().timed, Ours(1000));
  EXPECT_EQ(tcb().progress_at, kNow);
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kNow + 1s);
}

TEST_F(Output, WhatGoesAgainIsCountedAndNotTimed) {
  Queue(3000);
  Send();
  Send();
  tcb().send_from = Ours(0);
  Send(kNow + 1ms);
  EXPECT_FALSE(tcb().timed) << "its ACK may be the first one's";
  EXPECT_EQ(tcb().retransmits, 1u);
  EXPECT_EQ(Count(Counter::kTcpRetransmittedSegments), 1u);
  EXPECT_EQ(tcb().bytes_sent, 2000u);
  EXPECT_EQ(Count(Counter::kTcpBytesOut), 3000u);
  EXPECT_EQ(tcb().snd_nxt, Ours(2000));
  EXPECT_EQ(tcb().send_from, Ours(1000));
  // What lies behind the timed one may go again.
  tcb().timed = Ours(1000);
  Send(kNow + 2ms);
  EXPECT_EQ(tcb().timed, Ours(1000));
  EXPECT_EQ(tcb().retransmits, 2u);
  tcb().timed.reset();
  tcb().send_from = Ours(1500);
  Send(kNow + 2ms);
  EXPECT_FALSE(tcb().timed);
  EXPECT_EQ(tcb().bytes_sent, 2500u) << "500 of them are new";
  EXPECT_EQ(tcb().snd_nxt, Ours(2500));
}

TEST_F(Output, InRecoveryNothingIsTimed) {
  Queue(3000);
  Send();
  tcb().timed.reset();
  tcb().congestion.SetWindow(60000);
  for (int i = 0; i < 3; ++i) {
    tcb().recovery.OnDuplicateAck(tcb().snd_una, tcb().snd_nxt, kMss, 3, tcb().congestion);
  }
  ASSERT_TRUE(tcb().recovery.in_recovery());
  Send();
  EXPECT_FALSE(tcb().timed);
}

TEST_F(Output, PushIsWhereTheQueueEndsOrAlways) {
  Queue(2000);
  Send();
  EXPECT_EQ(flags(), "[.]");
  Send();
  EXPECT_EQ(flags(), "[P.]");
  Parameters parameters = Plain();
  parameters.push_always = true;
  Begin(parameters);
  Queue(2000);
  tcb().close_requested = true;
  Send();
  EXPECT_EQ(flags(), "[P.]");
  Send();
  EXPECT_EQ(flags(), "[FP.]");
  tcb().send_from = Ours(2000);
  Send();
  EXPECT_EQ(flags(), "[F.]") << "a FIN pushes nothing";
}

TEST_F(Output, Must62_ThePointerIsSeenFromItsSegment) {
  tcb().congestion.SetWindow(60000);
  Queue(3000);
  tcb().urgent_queued = true;
  tcb().snd_up = Ours(1001);
  Send();
  EXPECT_EQ(flags(), "[.U]");
  EXPECT_EQ(out_.fields.urgent_pointer, 1001);
  Send();
  EXPECT_EQ(out_.fields.urgent_pointer, 1);
  Send();
  EXPECT_EQ(flags(), "[P.]") << "behind it";
  EXPECT_EQ(out_.fields.urgent_pointer, 0);
  for (const auto& [ahead, pointer] : {std::pair{65535u, 65535}, {65536u, 65535}, {65534u, 65534}}) {
    tcb().snd_up = Ours(3000) + ahead;
    tcb().ack_now = true;
    Send();
    EXPECT_EQ(flags(), "[.U]");
    EXPECT_EQ(out_.fields.urgent_pointer, pointer);
  }
}

TEST_F(Output, ASuperSegmentSaysItsPieces) {
  tcb().congestion.SetWindow(60000);
  Queue(4500);
  Send(kNow, true);
  EXPECT_EQ(out_.payload_size(), 4000u);
  EXPECT_EQ(out_.segment_size, 1000);
  EXPECT_EQ(out_.segments(), 4u);
  Queue(500);
  Send(kNow, true);
  EXPECT_EQ(out_.payload_size(), 1000u);
  EXPECT_EQ(out_.segment_size, 0) << "one is none";
}

TEST_F(Output, WhatLiesInTooManyPiecesIsLeftForTheNext) {
  tcb().congestion.SetWindow(60000);
  const size_t most = link::SliceList::kCapacity;
  size_t octets = 0;
  for (size_t i = 0; i < 2 * most; ++i) {
    const link::ChunkRef chunk = link::Chunk::OnHeap(1100);
    chunk->Append(std::vector<uint8_t>(1100));
    octets += tcb().send_buffer.AppendSlice({chunk, chunk->bytes()}, SIZE_MAX, nullptr);
  }
  tcb().close_requested = true;
  ASSERT_LT(octets, 60000u);
  Send(kNow, true);
  EXPECT_EQ(out_.payload_size(), most * 1100 / 1000 * 1000) << "in whole segments";
  EXPECT_EQ(flags(), "[.]") << "no FIN, no PSH";
  EXPECT_EQ(tcb().snd_nxt, Ours(static_cast<uint32_t>(out_.payload_size())));
}

// --- ECN

TEST_F(Output, NewTextAloneIsMarkable) {
  tcb().ecn.TakeSyn(TcpFlags::kEce | TcpFlags::kCwr, true);
  Queue(2000);
  tcb().ecn.OnReduced(Ours(0));
  Send();
  EXPECT_TRUE(out_.ecn_capable);
  EXPECT_EQ(flags(), "[.W]");
  Send();
  EXPECT_TRUE(out_.ecn_capable);
  EXPECT_EQ(flags(), "[P.]") << "said once";
  tcb().ecn.OnReduced(Ours(2000));
  tcb().send_from = Ours(1000);
  Send();
  EXPECT_FALSE(out_.ecn_capable) << "again";
  EXPECT_EQ(flags(), "[P.]");
  tcb().close_requested = true;
  Send();
  EXPECT_FALSE(out_.ecn_capable) << "no text";
  EXPECT_EQ(flags(), "[F.]");
  tcb().ecn.OnText(true, TcpFlags());
  tcb().ack_now = true;
  Send();
  EXPECT_EQ(flags(), "[.E]");
}

// --- options beside text

TEST_F(Output, WhatHasArrivedIsToldWhereThereIsRoom) {
  const auto told = [&](size_t octets) {
    Begin(Sack());
    tcb().receive_buffer.Place(10, IncomingText(AsBytes("abc")), 8, 100);
    Queue(octets);
    return !Send().fields.options.sack.empty();
  };
  EXPECT_TRUE(told(960)) << "four, and 36 for four blocks";
  EXPECT_FALSE(told(961));
}

TEST_F(Output, TheUserTimeoutIsSaidOnceWhereThereIsRoom) {
  Parameters parameters = Plain();
  parameters.user_timeout_option = true;
  Begin(parameters);
  ASSERT_TRUE(tcb().user_timeout_due);
  tcb().congestion.SetWindow(60000);
  Queue(1997);
  EXPECT_FALSE(Send().fields.options.user_timeout);
  EXPECT_TRUE(tcb().user_timeout_due);
  tcb().parameters.Own().nagle = false;
  EXPECT_FALSE(Send().fields.options.user_timeout) << "997 octets and four";
  tcb().send_from = Ours(1001);
  EXPECT_TRUE(Send().fields.options.user_timeout);
  EXPECT_FALSE(tcb().user_timeout_due);
  tcb().ack_now = true;
  EXPECT_FALSE(Send().fields.options.user_timeout);
  tcb().user_timeout_due = tcb().ack_now = true;
  EXPECT_TRUE(Send().fields.options.user_timeout) << "a mere ACK has room";
}

// --- the timer

TEST_F(Output, WithSackTheHeadGetsARoundTripOfItsOwn) {
  Begin(Sack());
  tcb().congestion.SetWindow(60000);
  Queue(5000);
  Send();
  Send();
  const SackState& state = *tcb().sack_state;
  EXPECT_EQ(state.retransmit_at, kNow + 1s);
  Send(kNow + 10ms);
  EXPECT_EQ(state.retransmit_at, kNow + 1s) << "new text does not put it off";
  tcb().sack_state->scoreboard.MarkAllLost();
  tcb().send_from = Ours(1000);
  Execute(tcb(), {.kind = Kind::kData, .sequence = Ours(1000), .length = 1000}, kNow + 20ms, out_);
  EXPECT_EQ(state.retransmit_at, kNow + 1s) << "nor what is not the first";
  Execute(tcb(), {.kind = Kind::kData, .sequence = Ours(0), .length = 1000}, kNow + 20ms, out_);
  EXPECT_EQ(state.retransmit_at, kNow + 1020ms);
  Execute(tcb(), {.kind = Kind::kData, .sequence = Ours(2000), .length = 1000, .tail_probe = true},
          kNow + 30ms, out_);
  EXPECT_EQ(Count(Counter::kTcpTailLossProbes), 1u);
  EXPECT_TRUE(state.probe_out);
  EXPECT_TRUE(state.probe_resent);
  EXPECT_EQ(state.probe_end, Ours(3000));
  EXPECT_EQ(state.retransmit_at, kNow + 1030ms);
}

TEST_F(Output, TheAnswerToAFastRetransmitIsGivenOnce) {
  Queue(3000);
  Send();
  Send();
  tcb().resend_head = true;
  Send();
  EXPECT_EQ(out_.fields.sequence, Ours(0));
  EXPECT_FALSE(tcb().resend_head);
  tcb().resend_head = true;
  Execute(tcb(), {.kind = Kind::kData, .sequence = Ours(1000), .length = 1000}, kNow, out_);
  EXPECT_TRUE(tcb().resend_head) << "that was another one";
}

// --- the rest

TEST_F(Output, AWindowProbeIsAnOctetOrTheFin) {
  Queue(2);
  tcb().snd_wnd = 0;
  tcb().probe_due = true;
  Send();
  EXPECT_EQ(flags(), "[.]");
  EXPECT_EQ(out_.payload_size(), 1u);
  EXPECT_FALSE(tcb().probe_due);
  EXPECT_FALSE(tcb().timed);
  EXPECT_EQ(tcb().snd_nxt, Ours(1));
  EXPECT_EQ(Count(Counter::kTcpZeroWindowProbes), 1u);
  tcb().probe_due = true;
  tcb().send_from = Ours(0);
  Send();
  EXPECT_EQ(tcb().retransmits, 1u) << "the same once more";
  Begin(Plain());
  Queue(1);
  tcb().snd_wnd = 0;
  tcb().probe_due = true;
  Send();
  EXPECT_EQ(flags(), "[P.]") << "the last of the queue";
  Begin(Plain());
  Queue(5);
  tcb().snd_wnd = 0;
  tcb().probe_due = true;
  tcb().urgent_queued = true;
  tcb().snd_up = Ours(5);
  Send();
  EXPECT_EQ(flags(), "[.U]");
  EXPECT_EQ(out_.fields.urgent_pointer, 5);
  Begin(Plain());
  tcb().close_requested = true;
  tcb().snd_wnd = 0;
  tcb().probe_due = true;
  Send();
  EXPECT_EQ(flags(), "[F.]");
  EXPECT_EQ(out_.payload_size(), 0u);
  EXPECT_EQ(tcb().snd_nxt, Ours(1));
}

TEST_F(Output, AKeepAliveAsksForWhatIsKnown) {
  tcb().keep_alive_due = true;
  Send();
  EXPECT_EQ(flags(), "[.]");
  EXPECT_EQ(out_.fields.sequence, Ours(0) - 1);
  EXPECT_EQ(out_.payload_size(), 0u);
  EXPECT_FALSE(tcb().keep_alive_due);
  EXPECT_EQ(Count(Counter::kTcpKeepAliveProbes), 1u);
  EXPECT_EQ(tcb().segments_out, 1u);
}

TEST_F(Output, EachAckThatIsOwedGoesAndThenTheOneOfNow) {
  tcb().acks_owed = 2;
  Send();
  EXPECT_EQ(tcb().acks_owed, 1);
  EXPECT_TRUE(tcb().ack_now);
  Send();
  EXPECT_EQ(tcb().acks_owed, 0);
  EXPECT_TRUE(tcb().ack_now);
  Send();
  EXPECT_FALSE(tcb().ack_now);
  EXPECT_EQ(PlanOutput(tcb(), false).kind, Kind::kNothing);
  EXPECT_EQ(out_.fields.sequence, Ours(0));
}

TEST_F(Output, AResetSaysWhatItWasToldToSay) {
  tcb().QueueReset({Ours(5), Peers(6), true});
  Send();
  EXPECT_EQ(flags(), "[R.]");
  EXPECT_EQ(out_.fields.sequence, Ours(5));
  EXPECT_EQ(out_.fields.acknowledgement, Peers(6));
  EXPECT_EQ(out_.fields.window, 0);
  EXPECT_EQ(tcb().reset, nullptr);
  EXPECT_EQ(Count(Counter::kTcpOutResets), 1u);
  tcb().QueueReset({Ours(5), Peers(6)});
  Send();
  EXPECT_EQ(flags(), "[R]");
  EXPECT_EQ(out_.fields.acknowledgement, wire::SequenceNumber(0));
  EXPECT_FALSE(out_.fields.options.timestamps);
}

}  // namespace
}  // namespace nut::tcp
