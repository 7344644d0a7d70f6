// RFC 9293 3.2, 3.7.1 and RFC 7323: MSS, window scale, timestamps. (How options are read from bytes:
// test/wire.)

#include <gtest/gtest.h>

#include "stack/wire/tcp_options.h"
#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class Options : public testing::Test {
 protected:
  size_t FirstSegmentSize() {
    h.Drain();
    h.Send(10'000);
    return h.Next().value().payload.size();
  }
  ConnectionHarness h;
};

// --- MSS -----------------------------------------------------------------------------------------

TEST_F(Options, Rfc9293_Must14_Shld5_MssIsSentInBothKindsOfSyn) {
  h.OpenActive();
  EXPECT_EQ(h.Next()->fields.options.mss, 1460);
  h.OpenPassive();
  EXPECT_EQ(h.Next()->fields.options.mss, 1460);
}

TEST_F(Options, Rfc9293_Must14_ThePeersMssIsHonoured) {
  h.Establish(65535, {.mss = 700});
  EXPECT_EQ(FirstSegmentSize(), 700u);
}

TEST_F(Options, Rfc9293_Must15_Without_ItIs536) {
  h.Establish(65535, {});
  EXPECT_EQ(FirstSegmentSize(), 536u);
}

TEST_F(Options, Rfc9293_Must16_OptionsCountAgainstTheSegment) {
  h.parameters.timestamps = true;
  h.Establish(65535, {.mss = 1460, .timestamps = {{1, 0}}});
  EXPECT_EQ(FirstSegmentSize(), 1448u);
}

TEST_F(Options, Rfc9293_Must16_ThePathCountsAgainstTheSegment) {
  h.path_mtu = 1000;
  h.Establish(65535, {.mss = 1460});
  EXPECT_EQ(FirstSegmentSize(), 960u);
}

TEST_F(Options, Rfc9293_Shld6_TheSmallestMtuOfThePathCounts) {
  h.Establish();
  h.Send(3000);
  h.Drain();
  h->OnPathMtu(1200, wire::SequenceNumber(h.iss + 1), h.now());
  h->OnPathMtu(1400, wire::SequenceNumber(h.iss + 1), h.now());
  EXPECT_EQ(h->Info(h.now()).send_mss, 1160u);
}

TEST_F(Options, Rfc1191_6_4_WhatWasTooLargeIsSentAgainInSmallerPieces) {
  h.Establish();
  h.Send(1460);
  h.Drain();
  h->OnPathMtu(1000, wire::SequenceNumber(h.iss + 1), h.now());
  h.Pump();
  h.Expect({.flags = ".", .seq = 1, .ack = 1, .data = std::string(960, 'x')});
  h.Expect({.flags = "P.", .seq = 961, .ack = 1, .data = std::string(500, 'x')});
}

TEST_F(Options, Rfc5927_7_2_AReportThatQuotesNothingOutstandingIsIgnored) {
  h.Establish();
  h.Send(1460);
  for (const uint32_t quoted : {0u, 1461u, 0x8000'0000u}) {
    h->OnPathMtu(600, wire::SequenceNumber(h.iss + quoted), h.now());
  }
  EXPECT_EQ(h->Info(h.now()).send_mss, 1460u);
}

TEST_F(Options, Rfc9293_Must65_MssIsNeverSentAfterTheSynAndIgnoredThere) {
  h.Establish();
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .options = {.mss = 1}});
  h.Send(3000);
  const auto segment = h.Next();
  EXPECT_EQ(segment->payload.size(), 1460u);
  EXPECT_FALSE(segment->fields.options.mss.has_value());
}

TEST_F(Options, Rfc9293_Must67_TheMssOptionIsTheMtuLess40) {
  h.path_mtu = 9000;
  h.OpenActive();
  EXPECT_EQ(h.Next()->fields.options.mss, 8960);
}

TEST_F(Options, AUselessMssIsLiftedToTheFloor) {
  for (const uint16_t mss : {0, 1, 20, 47}) {
    h.Establish(65535, {.mss = mss});
    EXPECT_EQ(FirstSegmentSize(), h.parameters.minimum_send_mss) << mss;
  }
  h.parameters.timestamps = true;
  h.Establish(65535, {.mss = 0, .timestamps = {{1, 0}}});
  EXPECT_EQ(FirstSegmentSize(), h.parameters.minimum_send_mss - 12);
}

TEST_F(Options, AForgedTinyMtuIsLiftedToTheFloor) {
  h.Establish();
  h.Send(3000);
  h->OnPathMtu(0, wire::SequenceNumber(h.iss + 1), h.now());
  EXPECT_EQ(h->Info(h.now()).send_mss, h.parameters.minimum_send_mss);
  h->CheckInvariants();
}

// --- window scale (RFC 7323 2) -------------------------------------------------------------------

class Scaling : public Options {
 protected:
  Scaling() {
    h.parameters.window_scaling = true;
    h.parameters.receive_buffer = 1 << 20;
    h.parameters.largest_receive_buffer = 0;
    h.parameters.initial_window_segments = 1000;
  }
};

TEST_F(Scaling, Rfc7323_2_2_1_ItIsUsedOnlyIfBothSentIt) {
  h.Establish(1000, {.mss = 1460});
  EXPECT_EQ(h->Info(h.now()).snd_wscale, 0);
  EXPECT_EQ(h->Info(h.now()).rcv_wscale, 0);
  h.Establish(1000, {.mss = 1460, .window_scale = 7});
  EXPECT_EQ(h->Info(h.now()).snd_wscale, 7);
  EXPECT_EQ(h->Info(h.now()).rcv_wscale, 5);
}

TEST_F(Scaling, Rfc7323_2_2_1_TheAnswerHasItOnlyIfTheSynHad) {
  h.OpenPassive({.flags = "S", .options = {.mss = 1460}});
  EXPECT_FALSE(h.Next()->fields.options.window_scale.has_value());
  h.OpenPassive({.flags = "S", .options = {.mss = 1460, .window_scale = 2}});
  EXPECT_EQ(h.Next()->fields.options.window_scale, 5);
}

TEST_F(Scaling, Rfc7323_2_2_2_TheWindowOfASynIsNeverScaled) {
  h.OpenActive();
  EXPECT_EQ(h.Next()->fields.window, 65535);
  h.Inject({.flags = "S.", .seq = 0, .ack = 1, .win = 3000, .options = {.mss = 1460, .window_scale = 7}});
  EXPECT_EQ(h->Info(h.now()).snd_wnd, 3000u);
  const auto ack = h.Next();
  EXPECT_EQ(uint32_t{ack->fields.window} << 5, 1u << 20);
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 3000});
  EXPECT_EQ(h->Info(h.now()).snd_wnd, 3000u << 7);
}

TEST_F(Scaling, Rfc7323_2_3_1_AShiftAbove14CountsAs14) {
  h.Establish(1000, {.mss = 1460, .window_scale = 200});
  EXPECT_EQ(h->Info(h.now()).snd_wscale, 14);
}

// The field counts in units of 32 octets, so that with a buffer that stays full what the peer sees may fall
// short of the promise by less than a unit; what it sends by the promise is taken all the same, and the
// buffer is not outgrown by more.
TEST_F(Scaling, Rfc7323_2_4_WhatWasPromisedIsTakenDespiteRounding) {
  h.Establish(65535, {.mss = 1460, .window_scale = 7});
  uint32_t edge = 0;
  uint32_t at = 1;
  for (const size_t size : {1u, 7u, 31u, 32u, 33u, 100u, 999u, 1460u, 1u, 2u}) {
    h.Inject({.flags = "P.", .seq = at, .ack = 1, .data = std::string(size, 'a')});
    at += static_cast<uint32_t>(size);
    h.Advance(50ms);
    const auto ack = h.Next();
    ASSERT_TRUE(ack.has_value());
    const uint32_t seen = h.RelativeAck(*ack) + (uint32_t{ack->fields.window} << 5);
    EXPECT_GT(seen + 32, edge);
    edge = std::max(edge, seen);
  }
  EXPECT_LT(edge, 1u + (1 << 20) + 32);
  for (; at < edge; at += 1460) {
    h.Inject({.flags = ".", .seq = at, .ack = 1, .data = std::string(std::min(1460u, edge - at), 'a')});
  }
  EXPECT_EQ(h->Info(h.now()).receive_queue, edge - 1);
}

// --- timestamps (RFC 7323 3–5, 7) ----------------------------------------------------------------

class TimestampOption : public Options {
 protected:
  TimestampOption() { h.parameters.timestamps = true; }
  void Open(uint32_t value = 1000) { h.Establish(65535, {.mss = 1460, .timestamps = {{value, 0}}}); }
  DropReason InjectStamped(std::string_view flags, uint32_t seq, uint32_t value, std::string data = "",
                           uint32_t echo = 0) {
    return h.Inject({.flags = flags,
                     .seq = seq,
                     .ack = 1,
                     .data = std::move(data),
                     .options = {.timestamps = {{value, echo}}}});
  }
  uint32_t EchoOfNext() { return h.Next().value().fields.options.timestamps.value().echo_reply; }
};

TEST_F(TimestampOption, Rfc7323_3_2_1_TheSynAckHasItOnlyIfTheSynHad) {
  h.OpenPassive({.flags = "S", .options = {.mss = 1460}});
  EXPECT_FALSE(h.Next()->fields.options.timestamps.has_value());
  h.OpenPassive({.flags = "S", .options = {.mss = 1460, .timestamps = {{77, 0}}}});
  const auto answer = h.Next();
  ASSERT_TRUE(answer->fields.options.timestamps.has_value());
  EXPECT_EQ(answer->fields.options.timestamps->echo_reply, 77u);
}

TEST_F(TimestampOption, Rfc7323_3_2_1_OnceNegotiatedItIsInEverySegment) {
  Open();
  h.Send("text");
  h.Inject({.flags = "R", .seq = 500});
  h.Shutdown();
  InjectStamped(".", 1, 1001, "reply");
  h.Advance(1s);
  h.Abort();
  size_t seen = 0;
  while (const auto segment = h.Next()) {
    EXPECT_TRUE(segment->fields.options.timestamps.has_value()) << segment->ToText();
    ++seen;
  }
  EXPECT_GE(seen, 5u);
}

TEST_F(TimestampOption, Rfc7323_3_2_2_ASegmentWithoutItIsDroppedSilently) {
  Open();
  EXPECT_EQ(h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abc"}), DropReason::kTcpMissingTimestamp);
  h.ExpectSilence();
  EXPECT_EQ(h.Receive(), "");
}

TEST_F(TimestampOption, Rfc7323_4_3_1_RecentFollowsSegmentsAtTheLeftEdgeOnly) {
  Open(1000);
  InjectStamped("P.", 1, 1010, "abc");
  h.Advance(50ms);
  EXPECT_EQ(EchoOfNext(), 1010u);
  InjectStamped("P.", 10, 1020, "gap");
  EXPECT_EQ(EchoOfNext(), 1010u) << "behind a gap: the ACK answers the earliest";
  InjectStamped("P.", 4, 1030, "012345");
  EXPECT_EQ(EchoOfNext(), 1030u) << "the gap is filled";
}

TEST_F(TimestampOption, Rfc7323_4_3_1_WithDelayedAcksTheEarlierOfTwoIsEchoed) {
  Open(1000);
  InjectStamped(".", 1, 1010, std::string(1448, 'a'));
  InjectStamped(".", 1449, 1020, std::string(1448, 'a'));
  EXPECT_EQ(EchoOfNext(), 1010u);
}

TEST_F(TimestampOption, Rfc7323_5_3_1_AnOldTimestampIsAcknowledgedAndDropped) {
  Open(1000);
  InjectStamped("P.", 1, 1010, "abc");
  h.Advance(50ms);
  h.Drain();
  EXPECT_EQ(InjectStamped("P.", 4, 1009, "old"), DropReason::kTcpPaws);
  h.Expect({.flags = ".", .seq = 1, .ack = 4});
  EXPECT_EQ(h.Receive(), "abc");
}

TEST_F(TimestampOption, Rfc7323_5_3_1_TheComparisonWraps) {
  Open(0xffff'fff0);
  EXPECT_EQ(InjectStamped("P.", 1, 5, "abc"), DropReason::kNone);
  EXPECT_EQ(InjectStamped("P.", 4, 0xffff'fff5, "old"), DropReason::kTcpPaws);
}

TEST_F(TimestampOption, Rfc7323_5_3_2_After24DaysOfSilenceRecentIsInvalid) {
  Open(1000);
  h.Advance(std::chrono::hours(24 * 24 + 1));
  EXPECT_EQ(InjectStamped("P.", 1, 500, "abc"), DropReason::kNone);
  EXPECT_EQ(h.Receive(), "abc");
  EXPECT_EQ(InjectStamped("P.", 4, 499, "old"), DropReason::kTcpPaws);
}

TEST_F(TimestampOption, Rfc7323_5_3_3_ASegmentOutsideTheWindowNeverMovesRecent) {
  Open(1000);
  EXPECT_EQ(InjectStamped("P.", 1 + 70'000, 5000, "far"), DropReason::kTcpOutOfWindow);
  h.Drain();
  EXPECT_EQ(InjectStamped("P.", 1, 1001, "abc"), DropReason::kNone);
}

TEST_F(TimestampOption, Rfc7323_5_2_1_AResetIsNotSubjectToPaws) {
  Open(1000);
  h.Inject({.flags = "R", .seq = 1, .options = {.timestamps = {{1, 0}}}});
  EXPECT_EQ(h->state(), State::kClosed);
}

TEST_F(TimestampOption, Rfc7323_5_2_1_NorNeedsItOne) {
  Open(1000);
  h.Inject({.flags = "R", .seq = 1});
  EXPECT_EQ(h->state(), State::kClosed);
}

// A peer that has lost its memory sends a SYN as if for the first time; without the challenge it could never
// come back.
TEST_F(TimestampOption, ASynWithoutItIsChallengedAllTheSame) {
  Open(1000);
  EXPECT_EQ(h.Inject({.flags = "S", .seq = 777}), DropReason::kTcpBlindSyn);
  EXPECT_EQ(h.waiting(), 1u);
}

TEST_F(TimestampOption, Rfc6191_2_ANewerTimestampReopensFromTimeWait) {
  Open(1000);
  h.Shutdown();
  h.Inject({.flags = "F.", .seq = 1, .ack = 2, .options = {.timestamps = {{1001, 0}}}});
  ASSERT_EQ(h->state(), State::kTimeWait);
  IncomingSegment syn;
  syn.sequence = wire::SequenceNumber(h.irs - 5000);
  syn.flags = wire::TcpFlags::kSyn;
  syn.options.timestamps = {1002, 0};
  EXPECT_TRUE(h->MayReopen(syn));
  syn.options.timestamps = {1000, 0};
  EXPECT_FALSE(h->MayReopen(syn));
}

TEST_F(TimestampOption, Rfc7323_4_1_ARepeatedSegmentsRoundTripIsReadFromTheEcho) {
  Open(1000);
  h.Send("abc");
  const uint32_t first = h.Next()->fields.options.timestamps->value;
  ASSERT_TRUE(h.TimeToOutput(5s).has_value());
  const uint32_t second = h.Next()->fields.options.timestamps->value;
  EXPECT_GT(second, first);
  h.Advance(70ms);
  h.Inject({.flags = ".", .seq = 1, .ack = 4, .options = {.timestamps = {{1001, second}}}});
  // The SYN's sample was 0 ms: SRTT = 7/8*0 + 1/8*70
  EXPECT_EQ(h->Info(h.now()).srtt, 8750us);
}

TEST_F(TimestampOption, Rfc7323_G_1_OurOwnWaitingIsNoRoundTrip) {
  Open(1000);
  h.Send("abc");
  const uint32_t first = h.Next()->fields.options.timestamps->value;
  ASSERT_TRUE(h.TimeToOutput(5s).has_value());
  // The first copy had arrived, its ACK was lost; the second copy is answered with the first one's stamp.
  h.Inject({.flags = ".", .seq = 1, .ack = 4, .options = {.timestamps = {{1001, first}}}});
  EXPECT_EQ(h->Info(h.now()).srtt, 0ms);
}

TEST_F(TimestampOption, AForgedEchoGivesNoSample) {
  Open(1000);
  for (const uint32_t echo : {0u, 1u, 0x8000'0000u, 0xffff'ffffu}) {
    h.Send("abc");
    h.TimeToOutput(5s);
    h.Drain();
    const uint32_t ack = h->Info(h.now()).snd_nxt - h.iss;
    h.Inject({.flags = ".", .seq = 1, .ack = ack, .options = {.timestamps = {{1001, echo}}}});
    EXPECT_LT(h->Info(h.now()).rto, 10s);
  }
}

}  // namespace
}  // namespace nut::tcp
