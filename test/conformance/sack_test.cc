// RFC 2018 and 2883, the receiver's half: what is told about text that comes out of order, or twice.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

// Relative to the peer's SYN.
using Blocks = std::vector<std::pair<uint32_t, uint32_t>>;

class SackReceiver : public testing::Test {
 protected:
  void Open(bool timestamps = false) {
    h.parameters.timestamps = timestamps;
    wire::TcpOptions options{.mss = 1460, .sack_permitted = true};
    if (timestamps) options.timestamps = {.value = 1, .echo_reply = 0};
    h.Establish(65535, options);
  }
  DropReason Text(uint32_t seq, size_t size) {
    Packet packet{.flags = "P.", .seq = seq, .ack = 1, .data = std::string(size, 'r')};
    if (h.parameters.timestamps) packet.options.timestamps = {.value = 1, .echo_reply = 0};
    return h.Inject(packet);
  }
  // The next segment acknowledges `ack` and tells `blocks`.
  void ExpectAck(uint32_t ack, const Blocks& blocks) {
    const auto segment = h.Next();
    ASSERT_TRUE(segment.has_value()) << "expected an ACK of " << ack;
    EXPECT_EQ(h.RelativeAck(*segment), ack);
    EXPECT_TRUE(segment->payload.empty());
    Blocks told;
    for (const wire::SackBlock& block : segment->fields.options.sack) {
      told.emplace_back(block.left.number() - h.irs, block.right.number() - h.irs);
    }
    EXPECT_EQ(told, blocks);
  }
  ConnectionHarness h;
};

// --- SACK-permitted (RFC 2018 2) -----------------------------------------------------------------

TEST_F(SackReceiver, Rfc2018_2_1_TheOptionIsInTheSynAndInNoOtherSegment) {
  h.OpenActive();
  EXPECT_TRUE(h.Next()->fields.options.sack_permitted);
  h.Inject({.flags = "S.", .seq = 0, .ack = 1, .options = {.mss = 1460, .sack_permitted = true}});
  EXPECT_FALSE(h.Next()->fields.options.sack_permitted);
  h.Send(10);
  EXPECT_FALSE(h.Next()->fields.options.sack_permitted);
}

TEST_F(SackReceiver, Rfc2018_2_1_AnAnswerHasItOnlyIfTheSynHad) {
  h.OpenPassive({.flags = "S", .options = {.mss = 1460, .sack_permitted = true}});
  EXPECT_TRUE(h.Next()->fields.options.sack_permitted);
  h.OpenPassive({.flags = "S", .options = {.mss = 1460}});
  EXPECT_FALSE(h.Next()->fields.options.sack_permitted);
}

TEST_F(SackReceiver, Rfc2018_2_1_OnANonSynItPermitsNothing) {
  h.Establish();
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .options = {.sack_permitted = true}});
  Text(1001, 1000);
  ExpectAck(1, {});
}

TEST_F(SackReceiver, WithoutTheParameterItIsNeitherOfferedNorTaken) {
  h.parameters.sack = false;
  h.OpenPassive({.flags = "S", .options = {.mss = 1460, .sack_permitted = true}});
  EXPECT_FALSE(h.Next()->fields.options.sack_permitted);
}

TEST_F(SackReceiver, WithoutThePeersPermissionNothingIsTold) {
  h.Establish();
  Text(1001, 1000);
  ExpectAck(1, {});
  Text(1001, 1000);
  ExpectAck(1, {});
}

// --- blocks (RFC 2018 3, 4) ----------------------------------------------------------------------

TEST_F(SackReceiver, Rfc2018_3_1_TheFirstBlockHoldsTheSegmentThatTriggeredTheAck) {
  Open();
  Text(2001, 1000);
  ExpectAck(1, {{2001, 3001}});
  Text(6001, 1000);
  ExpectAck(1, {{6001, 7001}, {2001, 3001}});
  Text(3001, 1000);  // makes the first one longer
  ExpectAck(1, {{2001, 4001}, {6001, 7001}});
}

TEST_F(SackReceiver, Rfc2018_4_2_AsManyAsFitTheMostRecentFirst) {
  Open();
  for (const uint32_t seq : {2001u, 4001u, 6001u, 8001u, 10'001u}) Text(seq, 1000);
  for (int i = 0; i < 4; ++i) h.Next();
  ExpectAck(1, {{10'001, 11'001}, {8001, 9001}, {6001, 7001}, {4001, 5001}});
}

TEST_F(SackReceiver, Rfc2018_3_1_ThreeBesideTimestamps) {
  Open(true);
  for (const uint32_t seq : {2001u, 4001u, 6001u, 8001u}) Text(seq, 1000);
  for (int i = 0; i < 3; ++i) h.Next();
  const auto segment = h.Next();
  ASSERT_TRUE(segment.has_value());
  // As it goes onto the wire.
  EXPECT_EQ(wire::TcpOptionsSize(segment->fields.options), 12u + 4 + 3 * 8);
}

// RFC 2018 4, the example's second case: every second segment arrives.
TEST_F(SackReceiver, Rfc2018_4_TheExampleWithEverySecondSegment) {
  Open();
  Text(1001, 500);
  ExpectAck(1, {{1001, 1501}});
  Text(2001, 500);
  ExpectAck(1, {{2001, 2501}, {1001, 1501}});
  Text(3001, 500);
  ExpectAck(1, {{3001, 3501}, {2001, 2501}, {1001, 1501}});
  // "the receiver's ACK for the fourth packet": a gap is filled out of order.
  Text(1501, 500);
  ExpectAck(1, {{1001, 2501}, {3001, 3501}});
}

TEST_F(SackReceiver, Rfc2018_4_1_BlocksSpeakOfWhatIsHeldOnly) {
  h.parameters.maximum_out_of_order_ranges = 2;
  Open();
  Text(2001, 1000);
  Text(4001, 1000);
  h.Drain();
  EXPECT_EQ(Text(6001, 1000), DropReason::kTcpReassemblyFull);
  ExpectAck(1, {{4001, 5001}, {2001, 3001}});
}

TEST_F(SackReceiver, WhatIsAcknowledgedIsToldNoMore) {
  Open();
  Text(1001, 1000);
  Text(3001, 1000);
  h.Drain();
  Text(1, 1000);
  ExpectAck(2001, {{3001, 4001}});
  Text(2001, 1000);
  ExpectAck(4001, {});
}

TEST_F(SackReceiver, WhatIsToldIsWithinTheSequenceSpaceAcrossItsWrap) {
  h.irs = 0xffff'ff00;
  Open();
  Text(101, 300);  // across 2^32
  const auto segment = h.Next();
  ASSERT_TRUE(segment.has_value());
  ASSERT_EQ(segment->fields.options.sack.size(), 1u);
  EXPECT_EQ(segment->fields.options.sack[0].left.number(), 0xffff'ff65u);
  EXPECT_EQ(segment->fields.options.sack[0].right.number(), 0x91u);
}

// --- together with text of our own ---------------------------------------------------------------

TEST_F(SackReceiver, AnAckWithNewsIsNotHiddenInAFullSegment) {
  Open();
  h.Send(50'000);
  h.Drain();
  // Window for one more segment, and text out of order, in one segment.
  h.Inject({.flags = "P.", .seq = 1001, .ack = 1461, .data = std::string(1000, 'r')});
  ExpectAck(1, {{1001, 2001}});
  EXPECT_GT(h.DrainText(), 0u);
}

TEST_F(SackReceiver, Rfc2018_3_ASmallSegmentWithTextTellsToo) {
  Open();
  Text(1001, 1000);
  h.Drain();
  h.Send(100);
  const auto segment = h.Next();
  ASSERT_TRUE(segment.has_value());
  EXPECT_EQ(segment->payload.size(), 100u);
  EXPECT_EQ(segment->fields.options.sack.size(), 1u);
}

// --- D-SACK (RFC 2883 4) -------------------------------------------------------------------------

TEST_F(SackReceiver, Rfc2883_4_1_ADuplicateBelowTheAckIsReportedOnce) {
  Open();
  Text(1, 1000);
  Text(1001, 1000);
  h.Drain();
  Text(1, 1000);
  ExpectAck(2001, {{1, 1001}});
  Text(3001, 1000);
  ExpectAck(2001, {{3001, 4001}});
}

TEST_F(SackReceiver, Rfc2883_4_1_1_ADuplicateBehindAGapIsFollowedByItsBlock) {
  Open();
  Text(1001, 1000);
  Text(2001, 1000);
  h.Drain();
  Text(1001, 1000);
  ExpectAck(1, {{1001, 2001}, {1001, 3001}});
  Text(3001, 1000);
  ExpectAck(1, {{1001, 4001}});
}

// Several segments were handled before the ACK left, and another block grew last.
TEST_F(SackReceiver, Rfc2883_4_1_1_TheDuplicatesBlockIsTheSecondWhateverGrewSince) {
  Open();
  for (const uint32_t seq : {2001u, 4001u, 6001u, 8001u, 10001u}) Text(seq, 1000);
  h.Drain();
  const std::vector<uint8_t> text(1000, 'r');
  for (const auto& [seq, size] : {std::pair<uint32_t, size_t>{2001, 1000}, {9001, 500}}) {
    h->OnSegment({.sequence = wire::SequenceNumber(h.irs + seq),
                  .acknowledgement = wire::SequenceNumber(h.iss + 1),
                  .flags = wire::TcpFlags::kAck,
                  .window = 65535,
                  .payload = ByteView(text).first(size)},
                 h.now());
  }
  h.Pump();
  ExpectAck(1, {{2001, 3001}, {2001, 3001}, {8001, 9501}, {10001, 11001}});
}

TEST_F(SackReceiver, Rfc2883_4_2_OnlyTheOldPartOfASegmentIsReported) {
  Open();
  Text(1, 1000);
  h.Advance(1s);
  h.Drain();
  Text(501, 1500);
  h.Advance(1s);
  ExpectAck(2001, {{501, 1001}});
}

TEST_F(SackReceiver, Rfc2883_4_2_TheOldPartOfASegmentThatFillsAGap) {
  Open();
  Text(1001, 1000);
  h.Drain();
  Text(1, 2000);
  ExpectAck(2001, {{1001, 2001}});
}

TEST_F(SackReceiver, Rfc2883_4_1_ADuplicateTakesTheFirstPlaceOfThree) {
  Open();
  for (const uint32_t seq : {2001u, 4001u, 6001u, 8001u}) Text(seq, 1000);
  h.Drain();
  Text(4001, 1000);
  ExpectAck(1, {{4001, 5001}, {4001, 5001}, {8001, 9001}, {6001, 7001}});
}

}  // namespace
}  // namespace nut::tcp
