// RFC 9293 3.8.6.3, 3.7.4, RFC 5681 4.2: when to acknowledge, and what to put into a segment.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class Acknowledging : public testing::Test {
 protected:
  void SetUp() override { h.Establish(); }
  ConnectionHarness h;
};

TEST_F(Acknowledging, Rfc9293_Shld18_AnAckOfOneSegmentIsDelayed) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = std::string(1460, 'a')});
  h.ExpectSilence();
  EXPECT_EQ(h.TimeToOutput(1s), h.parameters.delayed_ack);
  h.Expect({.flags = ".", .seq = 1, .ack = 1461});
}

TEST_F(Acknowledging, Rfc9293_Must40_TheDelayIsBelowHalfASecond) {
  EXPECT_LT(Parameters{}.delayed_ack, 500ms);
}

TEST_F(Acknowledging, Rfc9293_Shld19_EverySecondFullSegmentIsAcknowledgedAtOnce) {
  for (uint32_t i = 0; i < 5; ++i) {
    h.Inject({.flags = ".", .seq = 1 + 2920 * i, .ack = 1, .data = std::string(1460, 'a')});
    h.ExpectSilence();
    h.Inject({.flags = ".", .seq = 1461 + 2920 * i, .ack = 1, .data = std::string(1460, 'a')});
    h.Expect({.flags = ".", .seq = 1, .ack = 1 + 2920 * (i + 1)});
    h.Receive();
  }
}

TEST_F(Acknowledging, Rfc9293_Must58_TextThatIsSentCarriesTheAck) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "question"});
  h.Send("answer");
  h.Expect({.flags = "P.", .seq = 1, .ack = 9, .data = "answer"});
  h.Advance(1s);
  EXPECT_EQ(h.statistics()[Counter::kTcpDelayedAcks], 0u);
}

TEST_F(Acknowledging, Rfc9293_Must59_OneAckForAllThatArrivedTogether) {
  for (uint32_t i = 0; i < 10; ++i) {
    SegmentValue segment;
    segment.fields.sequence = wire::SequenceNumber(h.irs + 1 + 100 * i);
    segment.fields.acknowledgement = wire::SequenceNumber(h.iss + 1);
    segment.fields.flags = wire::TcpFlags::kAck;
    segment.fields.window = 65535;
    segment.payload.assign(100, 'a');
    h->OnSegment(segment.AsIncoming(), h.now());
  }
  h.Pump();
  h.Advance(100ms);
  h.Expect({.flags = ".", .seq = 1, .ack = 1001});
  h.ExpectSilence();
}

TEST_F(Acknowledging, Rfc9293_May13_TextOutOfOrderIsAcknowledgedAtOnce) {
  h.Inject({.flags = "P.", .seq = 100, .ack = 1, .data = "x"});
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
}

TEST_F(Acknowledging, Rfc5681_4_2_1_AFilledGapIsAcknowledgedAtOnce) {
  h.Inject({.flags = "P.", .seq = 4, .ack = 1, .data = "def"});
  h.Inject({.flags = "P.", .seq = 8, .ack = 1, .data = "hij"});
  h.Drain();
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abc"});
  h.Expect({.flags = ".", .seq = 1, .ack = 7});
}

// What the peer's fast retransmit counts must not be lost by handling segments in batches.
TEST_F(Acknowledging, Rfc5681_4_2_1_EachSegmentOutOfOrderGetsItsOwnAck) {
  for (uint32_t i = 0; i < 4; ++i) {
    SegmentValue segment;
    segment.fields.sequence = wire::SequenceNumber(h.irs + 1001 + 100 * i);
    segment.fields.acknowledgement = wire::SequenceNumber(h.iss + 1);
    segment.fields.flags = wire::TcpFlags::kAck;
    segment.fields.window = 65535;
    segment.payload.assign(100, 'a');
    h->OnSegment(segment.AsIncoming(), h.now());
  }
  h.Pump();
  EXPECT_EQ(h.waiting(), 4u);
  for (int i = 0; i < 4; ++i) h.Expect({.flags = ".", .seq = 1, .ack = 1});
}

TEST_F(Acknowledging, AFinIsAcknowledgedByTheAnswer) {
  h.Inject({.flags = "F.", .seq = 1, .ack = 1});
  h.ExpectSilence();
  h.Shutdown();
  h.Expect({.flags = "F.", .seq = 1, .ack = 2});
  h.Advance(100ms);
  h.ExpectSilence();
}

TEST_F(Acknowledging, Rfc9293_Must40_AFinWithoutAnAnswerIsAcknowledgedSoon) {
  h.Inject({.flags = "F.", .seq = 1, .ack = 1});
  EXPECT_EQ(h.TimeToOutput(1s), h.parameters.delayed_ack);
  h.Expect({.flags = ".", .seq = 1, .ack = 2});
}

// Nothing that could carry it comes from here any more.
TEST_F(Acknowledging, AFinAfterOursIsAcknowledgedAtOnce) {
  h.Shutdown();
  h.Drain();
  h.Inject({.flags = "F.", .seq = 1, .ack = 2});
  h.Expect({.flags = ".", .seq = 2, .ack = 2});
}

// A large buffer that the window field cannot say: reading must not be announced segment by segment.
TEST_F(Acknowledging, ReadingIsAnnouncedOnlyWhenHalfTheWindowIsGone) {
  ConnectionHarness large;
  large.parameters.receive_buffer = 1 << 20;  // without window scaling
  large.Establish();
  for (uint32_t i = 0; i < 20; ++i) {
    large.Inject({.flags = ".", .seq = 1 + 1460 * i, .ack = 1, .data = std::string(1460, 'a')});
    large.Receive();
  }
  EXPECT_EQ(large.waiting(), 10u);
}

// --- sending -------------------------------------------------------------------------------------

TEST_F(Acknowledging, Rfc9293_Shld7_NagleHoldsASmallSegmentWhileSomethingIsOutstanding) {
  h.Send("first");
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "first"});
  h.Send("second");
  h.Send("third");
  h.ExpectSilence();
  h.Inject({.flags = ".", .seq = 1, .ack = 6});
  h.Expect({.flags = "P.", .seq = 6, .ack = 1, .data = "secondthird"});
}

TEST_F(Acknowledging, Rfc9293_Shld7_NagleLetsFullSegmentsPass) {
  h.Send("first");
  h.Drain();
  h.Send(1500);
  h.Expect({.flags = ".", .seq = 6, .ack = 1, .data = std::string(1460, 'x')});
  h.ExpectSilence();
}

TEST_F(Acknowledging, Rfc9293_Must17_NagleCanBeSwitchedOff) {
  h->own_parameters().nagle = false;
  h->ApplyParameters(h.now());
  h.Send("first");
  h.Send("second");
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "first"});
  h.Expect({.flags = "P.", .seq = 6, .ack = 1, .data = "second"});
}

// 3.8.6.2.1: whoever found no room has more to send, and that makes a whole segment of what is left over.
TEST_F(Acknowledging, Rfc9293_Must38_WhoIsCutShortByTheBufferSendsWholeSegmentsWithoutNagleToo) {
  h->own_parameters().nagle = false;
  h->own_parameters().send_buffer = h->own_parameters().largest_send_buffer = 3000;
  EXPECT_EQ(h.Send(4000), 3000u);
  h.Expect({.flags = ".", .seq = 1, .ack = 1, .data = std::string(1460, 'x')});
  h.Expect({.flags = ".", .seq = 1461, .ack = 1, .data = std::string(1460, 'x')});
  h.ExpectSilence();  // 80 are left
  EXPECT_EQ(h.Send("y"), 0u);
  h.Inject({.flags = ".", .seq = 1, .ack = 2921});
  h.Expect({.flags = "P.", .seq = 2921, .ack = 1, .data = std::string(80, 'x')});  // nothing came: it goes
}

TEST_F(Acknowledging, Rfc9293_Must38_WhatTheBufferCutShortGoesWithWhatFollows) {
  h->own_parameters().nagle = false;
  h->own_parameters().send_buffer = h->own_parameters().largest_send_buffer = 5000;
  EXPECT_EQ(h.Send(6000), 5000u);
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 1461});
  h.ExpectSilence();  // two segments are out, and 620 octets wait
  EXPECT_EQ(h.Send(1000), 1000u);
  h.Expect({.flags = ".", .seq = 4381, .ack = 1, .data = std::string(1460, 'x')});
  // All that the application had found room: what is left need not wait.
  h.Expect({.flags = "P.", .seq = 5841, .ack = 1, .data = std::string(160, 'x')});
}

// The send buffer follows the congestion window: two of them fit, up to the limit.
TEST_F(Acknowledging, TheSendBufferGrowsWithTheCongestionWindow) {
  h->own_parameters().send_buffer = 14600;
  h->own_parameters().largest_send_buffer = 32000;
  EXPECT_EQ(h.Send(50000), 29200u);  // the initial window is 10 segments
  EXPECT_FALSE(h->writable());
  EXPECT_EQ(h.DrainText(), 14600u);
  h.Inject({.flags = ".", .seq = 1, .ack = 2921});  // slow start: the window is 12 segments now
  EXPECT_TRUE(h->writable());
  EXPECT_EQ(h.Send(50000), 32000u - (29200u - 2920u));
}

TEST_F(Acknowledging, Rfc9293_Shld28_SegmentsAreAsLargeAsPossible) {
  h.Send(4000);
  h.Expect({.flags = ".", .seq = 1, .ack = 1, .data = std::string(1460, 'x')});
  h.Expect({.flags = ".", .seq = 1461, .ack = 1, .data = std::string(1460, 'x')});
  h.ExpectSilence();
  h.Inject({.flags = ".", .seq = 1, .ack = 2921});
  h.Expect({.flags = "P.", .seq = 2921, .ack = 1, .data = std::string(1080, 'x')});
}

TEST_F(Acknowledging, Rfc9293_Must61_PushIsSetOnTheLastQueuedSegmentOnly) {
  h->own_parameters().nagle = false;
  h.Send(3000);
  h.Expect({.flags = ".", .seq = 1, .ack = 1, .data = std::string(1460, 'x')});
  h.Expect({.flags = ".", .seq = 1461, .ack = 1, .data = std::string(1460, 'x')});
  h.Expect({.flags = "P.", .seq = 2921, .ack = 1, .data = std::string(80, 'x')});
}

TEST_F(Acknowledging, Rfc9293_Shld27_SuccessiveWritesShareASegmentAndItsPush) {
  h.Send("a");
  h.Drain();
  for (int i = 0; i < 10; ++i) h.Send("b");
  h.Inject({.flags = ".", .seq = 1, .ack = 2});
  h.Expect({.flags = "P.", .seq = 2, .ack = 1, .data = "bbbbbbbbbb"});
}

TEST_F(Acknowledging, Rfc9293_Must60_NothingIsHeldForEver) {
  h.Send("a");
  h.Send("b");
  // The ACK never comes, but the first segment is repeated, and what is queued goes with it.
  h.Drain();
  ASSERT_TRUE(h.TimeToOutput(5s).has_value());
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "ab"});
}

TEST_F(Acknowledging, ASuperSegmentIsAMultipleOfTheMssAndItsTailFollows) {
  h.segmentation = true;
  h->own_parameters().nagle = false;
  OutgoingSegment out;
  h->Send(std::vector<uint8_t>(10'000), h.now());
  ASSERT_TRUE(h->Dispatch(h.now(), true, out));
  EXPECT_EQ(out.payload_size(), 6u * 1460);
  EXPECT_EQ(out.segment_size, 1460);
  ASSERT_TRUE(h->Dispatch(h.now(), true, out));
  EXPECT_EQ(out.payload_size(), 10'000u - 6 * 1460);
  EXPECT_EQ(out.segment_size, 0);
  EXPECT_TRUE(out.fields.flags.psh());
}

TEST_F(Acknowledging, TheSendBufferIsLimited) {
  ConnectionHarness small;
  small.parameters.send_buffer = small.parameters.largest_send_buffer = 1000;
  small.Establish(0);
  EXPECT_EQ(small.Send(600), 600u);
  EXPECT_TRUE(small->writable());
  EXPECT_EQ(small.Send(600), 400u);
  EXPECT_FALSE(small->writable());
  EXPECT_EQ(small->Send(AsBytes("x"), small.now()).error(), Error::kWouldBlock);
}

// --- urgent data (3.8.5) -------------------------------------------------------------------------

TEST_F(Acknowledging, Rfc9293_Must62_ThePointerNamesTheOctetFollowingTheUrgentData) {
  ASSERT_TRUE(h->SendUrgent(AsBytes("urgent"), h.now()).has_value());
  h.Pump();
  h.Expect({.flags = "UP.", .seq = 1, .ack = 1, .data = "urgent", .up = 6});
}

TEST_F(Acknowledging, Rfc9293_Must30_UrgentDataPassesNagle) {
  h.Send("first");
  h.Drain();
  h->SendUrgent(AsBytes("!"), h.now()).value();
  h.Pump();
  h.Expect({.flags = "UP.", .seq = 6, .ack = 1, .data = "!", .up = 1});
}

TEST_F(Acknowledging, Rfc9293_Must31_UrgentDataOfAnyLength) {
  ConnectionHarness large;
  large.parameters.window_scaling = true;
  large.parameters.initial_window_segments = 1000;
  large.Establish(65535, {.mss = 1460, .window_scale = 5});
  large.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 65535});
  large->SendUrgent(std::vector<uint8_t>(100'000), large.now()).value();
  large.Pump();
  const auto first = large.Next();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->fields.urgent_pointer, 65535) << "farther away than the field can say";
  uint32_t end = 0;
  while (const auto segment = large.Next()) {
    const uint32_t at = large.RelativeSequence(*segment);
    if (segment->fields.urgent_pointer < 65535) end = at + segment->fields.urgent_pointer;
  }
  EXPECT_EQ(end, 100'001u);
}

TEST_F(Acknowledging, UrgentDataIsNotPutIntoASuperSegment) {
  h->SendUrgent(std::vector<uint8_t>(5000), h.now()).value();
  OutgoingSegment out;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(h->Dispatch(h.now(), true, out));
    EXPECT_LE(out.payload_size(), 1460u);
    EXPECT_EQ(out.fields.urgent_pointer, 5000 - 1460 * i);
  }
}

TEST_F(Acknowledging, UrgentDataBehindAShutWindowIsAnnounced) {
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
  h->SendUrgent(AsBytes("help"), h.now()).value();
  h.Pump();
  h.Expect({.flags = "U.", .seq = 1, .ack = 1, .up = 4});
}

TEST_F(Acknowledging, AfterTheUrgentDataIsAcknowledgedTheFlagIsGone) {
  h->SendUrgent(AsBytes("!"), h.now()).value();
  h.Pump();
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 2});
  h.Send("calm");
  h.Expect({.flags = "P.", .seq = 2, .ack = 1, .data = "calm"});
}

TEST_F(Acknowledging, Rfc9293_Must32_Must33_TheApplicationLearnsHowMuchUrgentDataRemains) {
  EXPECT_EQ(h->urgent_bytes_ahead(), 0u);
  h.Inject({.flags = "UP.", .seq = 1, .ack = 1, .data = "0123456789", .up = 6});
  EXPECT_EQ(h->urgent_bytes_ahead(), 6u);
  EXPECT_EQ(h.Receive(4), "0123");
  EXPECT_EQ(h->urgent_bytes_ahead(), 2u);
  h.Inject({.flags = "U.", .seq = 11, .ack = 1, .up = 3});
  EXPECT_EQ(h->urgent_bytes_ahead(), 9u) << "it advances";
  EXPECT_EQ(h.Receive(), "456789") << "in line (RFC 6093)";
  EXPECT_EQ(h->urgent_bytes_ahead(), 3u);
}

TEST_F(Acknowledging, Rfc9293_3_8_5_InvalidUrgentPointersAreHarmless) {
  for (const uint16_t up : {0, 1, 5, 6, 65535}) {
    ConnectionHarness one;
    one.Establish();
    one.Inject({.flags = "UFP.", .seq = 1, .ack = 1, .data = "abcde", .up = up});
    EXPECT_EQ(one.Receive(), "abcde");
    EXPECT_EQ(one->state(), State::kCloseWait);
  }
}

TEST_F(Acknowledging, ADelayedAckIsCounted) {
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .data = "x"});
  h.ExpectSilence();
  EXPECT_EQ(h.statistics()[Counter::kTcpDelayedAcks], 0u);
  h.Advance(h.parameters.delayed_ack);
  h.Expect({.flags = ".", .seq = 1, .ack = 2});
  EXPECT_EQ(h.statistics()[Counter::kTcpDelayedAcks], 1u);
}

}  // namespace
}  // namespace nut::tcp
