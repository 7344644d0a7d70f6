// What becomes of text, of a FIN and of urgent pointers, and what the last states listen to.
#include "test/tcp/input_test_base.h"

namespace nut::tcp {
namespace {

class InputText : public InputTest {};

// --- text

TEST_F(InputText, TheSegmentsOfWhichSomethingIsLeftAreAcceptable) {
  const auto acceptable = [&](uint32_t skipped, uint32_t octets, uint16_t one) {
    IncomingSegment segment = Text(100, 1000);
    segment.segment_size = one;
    Arrival arrival(segment, kNow);
    arrival.skipped = skipped;
    arrival.text_size = octets;
    return AcceptableSegments(arrival);
  };
  EXPECT_EQ(acceptable(0, 1000, 0), 1u);
  EXPECT_EQ(acceptable(0, 1000, 100), 10u);
  EXPECT_EQ(acceptable(99, 901, 100), 10u);
  EXPECT_EQ(acceptable(100, 900, 100), 9u);
  EXPECT_EQ(acceptable(250, 1, 100), 1u);
  EXPECT_EQ(acceptable(250, 51, 100), 2u);
  EXPECT_EQ(acceptable(250, 50, 100), 1u);
}

TEST_F(InputText, EverySecondFullSegmentIsAcknowledgedAtOnce) {
  EXPECT_EQ(tcb().receive_mss, 536u);
  tcb().last_ack_sent = Peers(28);
  Take(Text(100, 300));
  EXPECT_FALSE(tcb().ack_now);
  EXPECT_EQ(tcb().timers.at(Timer::kDelayedAck), kNow + 40ms);
  for (const uint32_t at : {400u, 700u}) Take(Text(at, 300));
  Take(Text(1000, 99));
  EXPECT_EQ(tcb().rcv_nxt, Peers(1099));
  EXPECT_EQ(tcb().receive_mss, 536u);
  EXPECT_FALSE(tcb().ack_now) << "an octet less than two of the least size";
  Take(Text(1099, 1));
  EXPECT_TRUE(tcb().ack_now);
  Begin(Plain());
  Take(Text(100, 1000));
  EXPECT_EQ(tcb().receive_mss, 1000u);
  EXPECT_FALSE(tcb().ack_now);
  Begin(Plain());
  IncomingSegment several = Text(100, 1000);
  several.segment_size = 700;
  Take(several);
  EXPECT_EQ(tcb().receive_mss, 700u) << "of each of them";
  EXPECT_FALSE(tcb().ack_now);
  Begin(Plain()).parameters.Own().delayed_ack = 0s;
  Take(Text(100, 1));
  EXPECT_TRUE(tcb().ack_now);
  EXPECT_FALSE(tcb().timers.armed(Timer::kDelayedAck));
  EXPECT_EQ(Count(Counter::kTcpBytesIn), 1000u + 1000u + 1000u + 1u);
}

TEST_F(InputText, WhatIsCutOffWholeIsAnsweredAtOnce) {
  IncomingSegment several = Text(0, 300);
  several.segment_size = 100;
  Take(several);
  EXPECT_TRUE(tcb().ack_now) << "the first was here already";
  Begin(Plain());
  several = Text(50, 300);
  several.segment_size = 100;
  Take(several);
  EXPECT_FALSE(tcb().ack_now);
}

TEST_F(InputText, EachSegmentOutOfOrderIsOwedAnAck) {
  EXPECT_EQ(Take(Text(200, 100)), DropReason::kNone);
  EXPECT_TRUE(tcb().ack_now);
  EXPECT_EQ(tcb().acks_owed, 0);
  EXPECT_EQ(Count(Counter::kTcpOutOfOrderIn), 1u);
  IncomingSegment several = Text(400, 250);
  several.segment_size = 100;
  Take(several);
  EXPECT_EQ(tcb().acks_owed, 3);
  EXPECT_EQ(Count(Counter::kTcpOutOfOrderIn), 4u);
  tcb().parameters.Own().maximum_owed_acks = 5;
  several.sequence = Peers(700);
  Take(several);
  EXPECT_EQ(tcb().acks_owed, 5);
  tcb().parameters.Own().maximum_out_of_order_ranges = 3;
  EXPECT_EQ(Take(Text(1000, 10)), DropReason::kTcpReassemblyFull);
  // The gap is filled: at once.
  tcb().ack_now = false;
  EXPECT_EQ(Take(Text(100, 100)), DropReason::kNone);
  EXPECT_TRUE(tcb().ack_now);
  EXPECT_EQ(tcb().rcv_nxt, Peers(300));
  EXPECT_EQ(tcb().acks_owed, 5);
}

TEST_F(InputText, TextForNobodyEndsTheConnection) {
  tcb().orphan = true;
  EXPECT_EQ(Take(Text(100, 0)), DropReason::kNone);
  EXPECT_EQ(Take(Text(100, 1)), DropReason::kTcpAfterClose);
  EXPECT_EQ(tcb().state, State::kDestroy);
  EXPECT_EQ(tcb().error, Error::kConnectionAborted);
  ASSERT_NE(tcb().reset, nullptr);
  EXPECT_EQ(tcb().reset->sequence, Ours(0));
  EXPECT_FALSE(tcb().reset->ack);
  Begin(Plain()).fin_received = true;
  EXPECT_EQ(Take(Text(100, 1)), DropReason::kTcpAfterClose);
  EXPECT_EQ(tcb().state, State::kEstablished);
}

TEST_F(InputText, TheShortWayNotesTheSameAndLeavesTheRestAlone) {
  const auto expected = [&](const IncomingSegment& segment) {
    segment_ = segment;
    arrival_.emplace(segment_, kNow);
    tcb().keep_alives = 3;
    tcb().last_heard = kStart;
    const bool taken = InputExpected(tcb(), *arrival_).has_value();
    EXPECT_EQ(tcb().keep_alives, taken ? 0 : 3);
    EXPECT_EQ(tcb().last_heard, taken ? kNow : kStart);
    return taken;
  };
  const auto text = [&](auto change) {
    Begin(Plain());
    Queue(100);
    Sent(100);
    IncomingSegment segment = Text(100, 10);
    change(segment);
    return expected(segment);
  };
  EXPECT_TRUE(text([](auto&) {}));
  EXPECT_EQ(tcb().rcv_nxt, Peers(110));
  EXPECT_TRUE(text([](auto& segment) { segment.flags |= TcpFlags::kPsh; }));
  for (const TcpFlags flag :
       {TcpFlags::kSyn, TcpFlags::kFin, TcpFlags::kRst, TcpFlags::kUrg, TcpFlags::kEce, TcpFlags::kCwr}) {
    EXPECT_FALSE(text([&](auto& segment) { segment.flags |= flag; }));
  }
  EXPECT_FALSE(text([](auto& segment) { segment.flags = TcpFlags(); }));
  EXPECT_FALSE(text([&](auto& segment) { segment.sequence = Peers(101); }));
  EXPECT_FALSE(text([&](auto& segment) { segment.sequence = Peers(99); }));
  EXPECT_FALSE(text([&](auto& segment) { segment = Text(100, 1001); }));
  EXPECT_TRUE(text([&](auto& segment) { segment = Text(100, 1000); }));
  EXPECT_FALSE(text([&](auto& segment) { segment.acknowledgement = Ours(1); })) << "both at once";
  EXPECT_FALSE(text([](auto& segment) { segment.options.user_timeout = wire::TcpUserTimeout{}; }));
  EXPECT_FALSE(text([&](auto& segment) { segment.options.sack.Add({Ours(1), Ours(2)}); }));
  EXPECT_FALSE(text([&](auto&) { tcb().early_fin = Peers(500); }));
  EXPECT_FALSE(text([&](auto&) { tcb().receive_buffer.Place(50, IncomingText(AsBytes("abc")), 8, 1000); }));
  EXPECT_FALSE(text([&](auto&) { tcb().parameters.Own().header_prediction = false; }));
  const auto ack = [&](uint32_t octets) {
    Begin(Plain());
    Queue(100);
    Sent(100);
    IncomingSegment segment = Text(100, 0);
    segment.acknowledgement = Ours(octets);
    return expected(segment);
  };
  EXPECT_FALSE(ack(0));
  EXPECT_TRUE(ack(1));
  EXPECT_EQ(tcb().snd_una, Ours(1));
  EXPECT_TRUE(ack(100));
  EXPECT_FALSE(ack(101));
}

// --- the FIN

TEST_F(InputText, AFinHasItsTurnWhenAllBeforeItIsHere) {
  const auto fin = [&](uint32_t at) {
    IncomingSegment segment = Text(at, 0, TcpFlags::kAck | TcpFlags::kFin);
    segment_ = segment;
    arrival_.emplace(segment_, kNow);
    ProcessFin(tcb(), *arrival_);
  };
  fin(150);
  EXPECT_EQ(tcb().early_fin, Peers(150));
  EXPECT_TRUE(tcb().ack_now) << "behind a gap";
  EXPECT_FALSE(tcb().fin_received);
  Take(Text(140, 11));
  EXPECT_FALSE(tcb().early_fin) << "text where there should be none";
  fin(150);
  EXPECT_FALSE(tcb().early_fin) << "in front of what is here";
  fin(151);
  EXPECT_EQ(tcb().early_fin, Peers(151));
  Take(Text(130, 21));
  EXPECT_EQ(tcb().early_fin, Peers(151)) << "up to it";
  tcb().ack_now = false;
  Take(Text(100, 30));
  fin(151);
  EXPECT_EQ(tcb().state, State::kCloseWait);
  EXPECT_TRUE(tcb().fin_received);
  EXPECT_FALSE(tcb().early_fin);
  EXPECT_EQ(tcb().rcv_nxt, Peers(152));
  fin(152);
  EXPECT_EQ(tcb().rcv_nxt, Peers(152)) << "there is one";
}

TEST_F(InputText, TheAckOfAFinMayWaitForAnAnswer) {
  const auto at_once = [&](State state, FinAck ack, bool separate = false) {
    Begin(Plain()).state = state;
    tcb().parameters.Own().separate_fin = separate;
    tcb().early_fin = tcb().rcv_nxt;
    TakeEarlyFin(tcb(), kNow, ack);
    EXPECT_NE(tcb().ack_now, tcb().timers.armed(Timer::kDelayedAck));
    return tcb().ack_now;
  };
  EXPECT_FALSE(at_once(State::kEstablished, FinAck::kMayWait));
  EXPECT_TRUE(at_once(State::kEstablished, FinAck::kAtOnce));
  EXPECT_TRUE(at_once(State::kEstablished, FinAck::kMayWait, true));
  EXPECT_TRUE(at_once(State::kFinWait1, FinAck::kMayWait)) << "nothing more comes from here";
  EXPECT_TRUE(at_once(State::kFinWait2, FinAck::kMayWait));
}

// --- urgent text

TEST_F(InputText, TheUrgentPointerGoesForwardOnly) {
  const auto urgent = [&](uint32_t sequence, uint16_t pointer,
                          TcpFlags flags = TcpFlags::kAck | TcpFlags::kUrg) {
    segment_ = Text(sequence, 0, flags);
    segment_.urgent_pointer = pointer;
    arrival_.emplace(segment_, kNow);
    ProcessUrgent(tcb(), *arrival_);
  };
  urgent(100, 5, TcpFlags::kAck);
  EXPECT_FALSE(tcb().urgent_announced);
  urgent(100, 0);
  EXPECT_FALSE(tcb().urgent_announced) << "at what is read already";
  urgent(100, 1);
  EXPECT_TRUE(tcb().urgent_announced);
  EXPECT_EQ(tcb().rcv_up, Peers(101));
  urgent(100, 9);
  EXPECT_EQ(tcb().rcv_up, Peers(109));
  urgent(100, 5);
  EXPECT_EQ(tcb().rcv_up, Peers(109));
  // What was announced long ago is no limit.
  Begin(Plain()).rcv_up = Peers(500);
  urgent(100, 5);
  EXPECT_EQ(tcb().rcv_up, Peers(105));
  Begin(Plain()).fin_received = true;
  urgent(100, 5);
  EXPECT_FALSE(tcb().urgent_announced);
}

// --- the last states

TEST_F(InputText, AfterThePeersFinOnlyAcksAreOfUse) {
  const auto handled = [&](auto handler, State state, const IncomingSegment& segment) {
    Begin(Plain()).state = state;
    tcb().close_requested = state != State::kCloseWait;
    Queue(10);
    Sent(tcb().close_requested ? 11 : 10);
    segment_ = segment;
    arrival_.emplace(segment_, kNow);
    return handler(tcb(), *arrival_);
  };
  const auto acknowledging = [&](uint32_t octets, size_t text = 0) {
    IncomingSegment segment = Text(100, text);
    segment.acknowledgement = Ours(octets);
    return segment;
  };
  for (const auto& [handler, state] : {std::pair{&InputCloseWait, State::kCloseWait},
                                       {&InputClosing, State::kClosing},
                                       {&InputLastAck, State::kLastAck}}) {
    EXPECT_EQ(handled(handler, state, acknowledging(5)), DropReason::kNone);
    EXPECT_EQ(tcb().snd_una, Ours(5));
    EXPECT_EQ(tcb().state, state);
    EXPECT_EQ(handled(handler, state, acknowledging(5, 3)), DropReason::kTcpAfterClose);
    EXPECT_EQ(tcb().snd_una, Ours(5));
    EXPECT_EQ(tcb().receive_buffer.readable(), 0u);
    EXPECT_EQ(handled(handler, state, acknowledging(12)), DropReason::kTcpUnacceptableAck);
    EXPECT_EQ(handled(handler, state, acknowledging(12, 3)), DropReason::kTcpUnacceptableAck);
    EXPECT_EQ(handled(handler, state, Text(5000, 0)), DropReason::kTcpOutOfWindow);
    EXPECT_EQ(tcb().snd_una, Ours(0));
  }
  EXPECT_EQ(handled(&InputClosing, State::kClosing, acknowledging(11)), DropReason::kNone);
  EXPECT_EQ(tcb().state, State::kTimeWait);
  EXPECT_EQ(handled(&InputLastAck, State::kLastAck, acknowledging(11)), DropReason::kNone);
  EXPECT_EQ(tcb().state, State::kClosed);
}

TEST_F(InputText, TimeWaitListensForTheSameFin) {
  const auto handled = [&](uint32_t sequence, size_t octets, TcpFlags flags, uint32_t ack = 0) {
    Begin(Plain()).state = State::kTimeWait;
    tcb().timers.Arm(Timer::kLifetime, kNow + 1s);
    segment_ = Text(sequence, octets, flags);
    segment_.acknowledgement = Ours(ack);
    arrival_.emplace(segment_, kNow);
    return InputTimeWait(tcb(), *arrival_);
  };
  const auto restarted = [&] {
    return tcb().timers.at(Timer::kLifetime) == kNow + tcb().parameters->time_wait;
  };
  const TcpFlags fin = TcpFlags::kAck | TcpFlags::kFin;
  EXPECT_EQ(handled(99, 0, fin), DropReason::kNone);
  EXPECT_TRUE(restarted());
  EXPECT_TRUE(tcb().ack_now);
  EXPECT_EQ(handled(89, 10, fin), DropReason::kNone);
  EXPECT_TRUE(restarted());
  EXPECT_EQ(handled(98, 0, fin), DropReason::kTcpDuplicateData);
  EXPECT_FALSE(restarted());
  EXPECT_NE(handled(99, 0, TcpFlags::kFin), DropReason::kNone);
  EXPECT_FALSE(restarted());
  EXPECT_NE(handled(99, 0, fin, 1), DropReason::kNone);
  EXPECT_FALSE(restarted());
  EXPECT_EQ(handled(100, 0, TcpFlags::kAck), DropReason::kNone);
  EXPECT_EQ(handled(100, 1, TcpFlags::kAck), DropReason::kTcpAfterClose);
  EXPECT_EQ(handled(100, 0, TcpFlags::kAck, 1), DropReason::kTcpUnacceptableAck);
}

TEST_F(InputText, ClosedAnswersAllButResets) {
  Make(Plain());
  const auto answer = [&](TcpFlags flags, size_t octets) {
    segment_ = Text(7, octets, flags);
    arrival_.emplace(segment_, kNow);
    tcb().reset.reset();
    EXPECT_EQ(InputClosed(tcb(), *arrival_), DropReason::kTcpNoConnection);
    return tcb().reset.get();
  };
  EXPECT_EQ(answer(TcpFlags::kRst, 0), nullptr);
  EXPECT_EQ(answer(TcpFlags::kRst | TcpFlags::kAck, 0), nullptr);
  const PendingReset* reset = answer(TcpFlags::kAck, 5);
  EXPECT_EQ(reset->sequence, Ours(0));
  EXPECT_EQ(reset->acknowledgement, wire::SequenceNumber(0));
  EXPECT_FALSE(reset->ack);
  reset = answer(TcpFlags::kSyn | TcpFlags::kFin, 5);
  EXPECT_EQ(reset->sequence, wire::SequenceNumber(0));
  EXPECT_EQ(reset->acknowledgement, Peers(7) + 7);
  EXPECT_TRUE(reset->ack);
}

}  // namespace
}  // namespace nut::tcp
