// What an ACK changes, one variable after the other: each boundary of what counts, and all that follows.
#include "test/tcp/tcb_test_base.h"

namespace nut::tcp {
namespace {

using wire::SequenceNumber;
using wire::TcpFlags;

constexpr Instant kLater = Instant{} + 1000s + 50ms;

class InputAck : public TcbTest {
 protected:
  InputAck() { Begin(Plain()); }
  // 3,000 octets are out.
  Tcb& Begin(const Parameters& parameters, wire::TcpOptions with = {.mss = kMss, .sack_permitted = true}) {
    Tcb& tcb = Established(parameters, 60000, with);
    Queue(5000);
    Sent(3000);
    tcb.ack_now = false;
    tcb.progress_at = kStart;
    tcb.ArmRetransmit(kStart);
    return tcb;
  }
  DropReason Hear(const IncomingSegment& segment, Instant now = kLater) {
    return ProcessAck(tcb(), Arrival(segment, now)).value_or(DropReason::kNone);
  }
  DropReason HearAck(uint32_t octets, uint16_t window = 60000) { return Hear(Ack(Ours(octets), window)); }
};

TEST_F(InputAck, FromTheLargestWindowBelowSndUnaToSndNxt) {
  const auto is_taken = [&](SequenceNumber ack) {
    Begin(Plain()).max_snd_wnd = 60000;
    const DropReason reason = Hear(Ack(ack));
    EXPECT_EQ(tcb().ack_now, reason != DropReason::kNone);
    EXPECT_EQ(reason, reason != DropReason::kNone ? DropReason::kTcpUnacceptableAck : reason);
    return reason == DropReason::kNone;
  };
  EXPECT_TRUE(is_taken(Ours(3000)));
  EXPECT_FALSE(is_taken(Ours(3001)));
  EXPECT_TRUE(is_taken(Ours(0) - 60000));
  EXPECT_FALSE(is_taken(Ours(0) - 60001));
  EXPECT_EQ(Count(Counter::kTcpChallengeAcks), 2u);
}

TEST_F(InputAck, WhatIsAcknowledgedLeaves) {
  tcb().timeouts = 3;
  tcb().soft_error = Error::kNetworkUnreachable;
  EXPECT_EQ(HearAck(1200), DropReason::kNone);
  EXPECT_EQ(tcb().snd_una, Ours(1200));
  EXPECT_EQ(tcb().send_buffer.size(), 3800u);
  EXPECT_EQ(tcb().bytes_acked, 1200u);
  EXPECT_EQ(tcb().timeouts, 0u);
  EXPECT_FALSE(tcb().soft_error);
  EXPECT_EQ(tcb().progress_at, kLater);
  EXPECT_EQ(tcb().snd_nxt, Ours(3000));
  EXPECT_EQ(tcb().send_from, Ours(3000));
  EXPECT_FALSE(tcb().fin_acknowledged);
  EXPECT_EQ(HearAck(3000), DropReason::kNone);
  EXPECT_EQ(tcb().bytes_acked, 3000u);
}

TEST_F(InputAck, AfterATimeoutItGoesOnBehindWhatHasArrived) {
  tcb().send_from = Ours(0);
  HearAck(1200);
  EXPECT_EQ(tcb().send_from, Ours(1200));
  tcb().send_from = Ours(2000);
  HearAck(1500);
  EXPECT_EQ(tcb().send_from, Ours(2000));
}

TEST_F(InputAck, BehindTheTextStandsTheFin) {
  Queue(0);
  Sent(2000);
  tcb().close_requested = true;
  Sent(1);
  HearAck(5000);
  EXPECT_FALSE(tcb().fin_acknowledged);
  EXPECT_EQ(tcb().bytes_acked, 5000u);
  HearAck(5001);
  EXPECT_TRUE(tcb().fin_acknowledged);
  EXPECT_EQ(tcb().bytes_acked, 5000u);
  EXPECT_EQ(tcb().send_buffer.size(), 0u);
}

TEST_F(InputAck, TheRightEdgeStaysWhereAnOldSegmentAcknowledges) {
  tcb().snd_wl1 = Peers(1);
  HearAck(1000, 65535);
  EXPECT_EQ(tcb().snd_wnd, 59000u);
  tcb().snd_wnd = 500;
  HearAck(2000, 65535);
  EXPECT_EQ(tcb().snd_wnd, 0u);
}

TEST_F(InputAck, UrgentTextIsUrgentUntilItsLastOctetIsThere) {
  tcb().urgent_queued = true;
  tcb().snd_up = Ours(1000);
  HearAck(999);
  EXPECT_TRUE(tcb().urgent_queued);
  HearAck(1000);
  EXPECT_FALSE(tcb().urgent_queued);
}

// --- the retransmission timer

TEST_F(InputAck, TheTimerStartsAnewAndStopsWhenNothingIsOut) {
  const Duration rto = tcb().rtt.rto();
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kStart + rto);
  HearAck(1000);
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kLater + rto);
  tcb().resend_head = true;
  HearAck(3000);
  EXPECT_FALSE(tcb().timers.armed(Timer::kRetransmit));
  EXPECT_FALSE(tcb().resend_head);
}

TEST_F(InputAck, WhereItDoesNotRunItIsNotStarted) {
  tcb().timers.Disarm(Timer::kRetransmit);
  HearAck(1000);
  EXPECT_FALSE(tcb().timers.armed(Timer::kRetransmit));
}

// --- round trips

TEST_F(InputAck, TheTimedSegmentGivesASample) {
  tcb().timed = Ours(1000);
  tcb().timed_at = kStart + 10ms;
  HearAck(999);
  EXPECT_FALSE(tcb().rtt.has_sample());
  EXPECT_TRUE(tcb().timed);
  HearAck(1000);
  EXPECT_EQ(tcb().rtt.srtt(), Duration(40ms));
  EXPECT_FALSE(tcb().timed);
}

// The clock of the stamps stands at `stamp` when the connection opens.
class StampedAck : public InputAck {
 protected:
  StampedAck() { Stamped(1); }
  void Stamped(uint32_t stamp) {
    Parameters parameters = Plain();
    parameters.timestamps = true;
    offset_ = stamp - 1'000'000;
    Begin(parameters, {.mss = kMss, .timestamps = wire::TcpTimestamps{5, 0}});
    tcb().timestamps = Timestamps(offset_);
    tcb().timestamps.Enable();
    tcb().timestamps.Start(5, kStart);
  }
  bool Sampled(uint32_t echo, Instant now = kLater) {
    tcb().rtt = RttEstimator(*tcb().parameters);
    next_ += 10;
    Hear(Ack(Ours(next_), 60000, {.timestamps = wire::TcpTimestamps{5, echo}}), now);
    return tcb().rtt.has_sample();
  }
  uint32_t offset_ = 0;
  uint32_t next_ = 0;
};

TEST_F(StampedAck, AnEchoSinceTheConnectionBegan) {
  ASSERT_EQ(tcb().timestamps.Value(kStart), 1u);
  EXPECT_TRUE(Sampled(2));
  EXPECT_EQ(tcb().rtt.srtt(), Duration(49ms));
  EXPECT_TRUE(Sampled(1));
  EXPECT_TRUE(Sampled(51)) << "in no time";
  EXPECT_EQ(tcb().rtt.srtt(), Duration(0));
  EXPECT_FALSE(Sampled(52)) << "from the future";
  Stamped(100);
  EXPECT_TRUE(Sampled(99)) << "the clock's tick";
  EXPECT_FALSE(Sampled(98));
}

TEST_F(StampedAck, ZeroIsNoEcho) { EXPECT_FALSE(Sampled(0)); }

TEST_F(StampedAck, NorIsOneFromBeforeTheLastTimeout) {
  tcb().timed_out_at = kStart + 30ms;
  EXPECT_TRUE(Sampled(31));
  EXPECT_TRUE(Sampled(30));
  EXPECT_FALSE(Sampled(29));
}

TEST_F(StampedAck, WhileASegmentIsTimedThatOneCounts) {
  tcb().timed = Ours(2000);
  EXPECT_FALSE(Sampled(2));
  tcb().timed.reset();
  Hear(Ack(Ours(1000), 60000));
  EXPECT_FALSE(tcb().rtt.has_sample()) << "without the option";
  next_ = 1000;
  tcb().timestamps = Timestamps(offset_);
  EXPECT_FALSE(Sampled(2)) << "where it was not agreed";
}

// --- the window

TEST_F(InputAck, NoOldSegmentUpdatesTheWindow) {
  const auto taken = [&](uint32_t wl1, uint32_t wl2, uint32_t ack) {
    Begin(Plain());
    tcb().snd_una = Ours(1000);
    tcb().send_buffer.Consume(1000);
    tcb().snd_wl1 = Peers(10) + wl1 - 10;
    tcb().snd_wl2 = Ours(wl2);
    IncomingSegment segment = Ack(Ours(ack), 1234);
    segment.sequence = Peers(10);
    UpdateWindow(tcb(), Arrival(segment, kLater));
    const bool is_taken = tcb().snd_wnd == 1234;
    EXPECT_EQ(tcb().snd_wl1 == Peers(10) && tcb().snd_wl2 == Ours(ack),
              is_taken || (wl1 == 10 && wl2 == ack));
    return is_taken;
  };
  EXPECT_TRUE(taken(9, 5000, 1000)) << "a later segment";
  EXPECT_TRUE(taken(10, 1000, 1000)) << "the same, with an ACK as late";
  EXPECT_TRUE(taken(10, 999, 1000));
  EXPECT_FALSE(taken(10, 1001, 1000));
  EXPECT_FALSE(taken(11, 999, 1000));
  EXPECT_FALSE(taken(9, 900, 999)) << "an old ACK";
}

TEST_F(InputAck, TheWindowIsScaledButThatOfASyn) {
  tcb().snd_wscale = 3;
  tcb().max_snd_wnd = 100;
  IncomingSegment segment = Ack(Ours(7), 1000);
  TakeWindow(tcb(), segment, Peers(9));
  EXPECT_EQ(tcb().snd_wnd, 8000u);
  EXPECT_EQ(tcb().max_snd_wnd, 8000u);
  EXPECT_EQ(tcb().snd_wl1, Peers(9));
  EXPECT_EQ(tcb().snd_wl2, Ours(7));
  segment.flags = TcpFlags::kSyn | TcpFlags::kAck;
  TakeWindow(tcb(), segment, Peers(9));
  EXPECT_EQ(tcb().snd_wnd, 1000u);
  EXPECT_EQ(tcb().max_snd_wnd, 8000u) << "the largest stays";
}

// --- duplicates

TEST_F(InputAck, WhatADuplicateIs) {
  const auto counted = [&](auto change, uint32_t ack = 0, uint16_t window = 60000) {
    Begin(Plain());
    const uint64_t before = Count(Counter::kTcpDuplicateAcksIn);
    IncomingSegment segment = Ack(Ours(ack), window);
    change(segment);
    EXPECT_EQ(Hear(segment), DropReason::kNone);
    return Count(Counter::kTcpDuplicateAcksIn) - before;
  };
  const uint8_t text[1] = {};
  EXPECT_EQ(counted([](auto&) {}), 1u);
  EXPECT_EQ(counted([&](auto& segment) { segment.payload = text; }), 0u);
  EXPECT_EQ(counted([&](auto& segment) { segment.text_behind = 1; }), 0u);
  EXPECT_EQ(counted([&](auto& segment) { segment.flags |= TcpFlags::kFin; }), 0u);
  EXPECT_EQ(counted([&](auto&) { tcb().snd_nxt = tcb().send_from = Ours(0); }), 0u) << "nothing is out";
  EXPECT_EQ(counted([](auto&) {}, 1), 0u) << "news";
  EXPECT_EQ(counted([&](auto& segment) { segment.acknowledgement = Ours(0) - 1; }), 0u) << "old";
  EXPECT_EQ(counted([](auto&) {}, 0, 60001), 0u) << "another window";
  EXPECT_EQ(counted([&](auto&) { tcb().snd_wnd = 0; }, 0, 0), 0u) << "a window that is shut";
  EXPECT_EQ(counted([&](auto&) { tcb().snd_wscale = 1, tcb().snd_wnd = 20; }, 0, 10), 1u) << "scaled";
}

TEST_F(InputAck, TheThirdStartsRecovery) {
  Parameters parameters = Plain();
  parameters.ecn = true;
  Begin(parameters);
  tcb().ecn.TakeSyn(TcpFlags::kEce | TcpFlags::kCwr, true);
  HearAck(0);
  HearAck(0);
  EXPECT_FALSE(tcb().resend_head);
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kStart + tcb().rtt.rto());
  HearAck(0);
  EXPECT_TRUE(tcb().resend_head);
  EXPECT_TRUE(tcb().recovery.in_recovery());
  EXPECT_TRUE(tcb().ecn.reduced_due());
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kLater + tcb().rtt.rto());
  EXPECT_EQ(Count(Counter::kTcpFastRetransmits), 1u);
  EXPECT_EQ(Count(Counter::kTcpDuplicateAcksIn), 3u);
  HearAck(0);
  EXPECT_EQ(Count(Counter::kTcpFastRetransmits), 1u);
}

TEST_F(InputAck, PartialAcksAskForTheNextHoleAndTheFirstRestartsTheTimer) {
  for (int i = 0; i < 3; ++i) HearAck(0);
  const Duration rto = tcb().rtt.rto();
  tcb().resend_head = false;
  Hear(Ack(Ours(1000), 60000), kLater + 1ms);
  EXPECT_TRUE(tcb().resend_head);
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kLater + 1ms + rto);
  tcb().resend_head = false;
  Hear(Ack(Ours(2000), 60000), kLater + 2ms);
  EXPECT_TRUE(tcb().resend_head);
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kLater + 1ms + rto);
  Sent(500);
  Hear(Ack(Ours(3000), 60000), kLater + 3ms);
  EXPECT_FALSE(tcb().resend_head) << "all that was out then";
  EXPECT_FALSE(tcb().recovery.in_recovery());
  EXPECT_EQ(tcb().timers.at(Timer::kRetransmit), kLater + 3ms + rto);
}

TEST_F(InputAck, OutsideOfRecoveryTheHeadNeedNotGoAgain) {
  tcb().resend_head = true;
  HearAck(1000);
  EXPECT_FALSE(tcb().resend_head);
}

// --- growth

TEST_F(InputAck, TheWindowGrowsByWhatItHeldBack) {
  const uint32_t before = tcb().cwnd();
  tcb().limited_until = Ours(1000);
  HearAck(1000);
  EXPECT_EQ(tcb().cwnd(), before + 1000);
  HearAck(2000);
  EXPECT_EQ(tcb().cwnd(), before + 1000) << "it was sent without";
  EXPECT_EQ(tcb().limited_until, Ours(2000)) << "within reach of comparisons";
  tcb().limited_until = Ours(2001);
  HearAck(2500);
  EXPECT_EQ(tcb().cwnd(), before + 1500);
  EXPECT_EQ(tcb().limited_until, Ours(2001));
}

TEST_F(InputAck, AnEchoIsNoReasonToGrowButToShrinkOnce) {
  tcb().limited_until = Ours(3000);
  IncomingSegment echo = Ack(Ours(1000), 60000);
  echo.flags |= TcpFlags::kEce;
  const uint32_t before = tcb().cwnd();
  Hear(echo);
  EXPECT_EQ(tcb().cwnd(), before + 1000) << "nobody has agreed to that";
  EXPECT_EQ(Count(Counter::kTcpCongestionEchoesIn), 0u);
  tcb().ecn.TakeSyn(TcpFlags::kEce | TcpFlags::kCwr, true);
  echo.acknowledgement = Ours(2000);
  Hear(echo);
  EXPECT_EQ(tcb().cwnd(), 2000u) << "two segments, since two are in flight";
  EXPECT_EQ(Count(Counter::kTcpCongestionEchoesIn), 1u);
  echo.acknowledgement = Ours(3000);
  Hear(echo);
  EXPECT_EQ(tcb().cwnd(), 2000u);
  EXPECT_EQ(Count(Counter::kTcpCongestionEchoesIn), 1u) << "the same flight's";
}

TEST_F(InputAck, TheFlightBeyondTheWindowIsNotCounted) {
  tcb().ecn.TakeSyn(TcpFlags::kEce | TcpFlags::kCwr, true);
  Queue(20000);
  Sent(17000);
  IncomingSegment echo = Ack(Ours(0), 59999);
  echo.flags |= TcpFlags::kEce;
  tcb().congestion.SetWindow(10000);
  Hear(echo);
  EXPECT_EQ(tcb().cwnd(), 5000u);
}

TEST_F(InputAck, InRecoveryTheWindowHasBeenReducedAlready) {
  tcb().ecn.TakeSyn(TcpFlags::kEce | TcpFlags::kCwr, true);
  for (int i = 0; i < 3; ++i) HearAck(0);
  IncomingSegment echo = Ack(Ours(3000), 60000);
  echo.flags |= TcpFlags::kEce;
  Hear(echo);
  EXPECT_EQ(Count(Counter::kTcpCongestionEchoesIn), 0u);
}

TEST_F(InputAck, BlackHolesAreForgottenAfterAWhile) {
  tcb().black_hole_at = 100;  // 1,000 s
  tcb().path_mtu = 500;
  HearAck(1000);
  EXPECT_EQ(tcb().path_mtu, 500);
  Hear(Ack(Ours(2000), 60000), kStart + 600s);
  EXPECT_EQ(tcb().path_mtu, 1500);
}

}  // namespace
}  // namespace nut::tcp
