// RACK's books (RFC 8985 6.2) by themselves: what counts as reordering, whose round trip counts, how large
// the window is and how it shrinks again, and how long until something is lost.

#include "stack/tcp/rack.h"

#include <gtest/gtest.h>

namespace nut::tcp {
namespace {

using wire::SequenceNumber;

constexpr Instant kStart = Instant{} + 1000s;
constexpr Duration kSrtt = 10s;

class RackTest : public testing::Test {
 protected:
  // The octets before `end`, sent at `at`.
  static Scoreboard::Piece Sent(uint32_t end, Duration at, bool resent = false) {
    return {SequenceNumber(end - 1000), SequenceNumber(end), kStart + at, resent};
  }
  void Deliver(const Scoreboard::Piece& piece, Duration now, bool spurious = false) {
    rack_.OnDelivered(piece, spurious, kStart + now);
  }
  // A D-SACK in an ACK of `una`.
  void Twice(uint32_t una, uint32_t nxt) { rack_.OnAck(true, SequenceNumber(una), SequenceNumber(nxt)); }
  // In quarters of the least round trip.
  int64_t Multiplier() const { return rack_.ReorderingWindow(false, kSrtt) / (rack_.min_rtt() / 4); }
  Duration UntilLost(const Scoreboard::Piece& piece, Duration now, Duration window = 0ms) const {
    return rack_.UntilLost(piece, window, kStart + now);
  }
  Rack rack_;
};

// --- step 3: reordering ----------------------------------------------------------------------------

TEST_F(RackTest, Rfc8985_6_2_3_WhatArrivesBelowTheHighestIsReordering) {
  Deliver(Sent(2000, 0ms), 100ms);
  EXPECT_FALSE(rack_.reordering_seen());
  Deliver(Sent(3000, 0ms), 100ms);
  EXPECT_FALSE(rack_.reordering_seen());
  Deliver(Sent(1000, 0ms), 100ms);
  EXPECT_TRUE(rack_.reordering_seen());
}

TEST_F(RackTest, Rfc8985_6_2_3_ARetransmissionThatFillsAGapIsNone) {
  Deliver(Sent(2000, 0ms), 100ms);
  Deliver(Sent(1000, 100ms, true), 200ms);
  EXPECT_FALSE(rack_.reordering_seen());
  Deliver(Sent(2000, 0ms), 200ms);
  EXPECT_FALSE(rack_.reordering_seen()) << "nor is the highest itself";
}

TEST_F(RackTest, Rfc8985_6_2_3_TheFirstIsNoneWhereverItLies) {
  Deliver(Sent(0xffff'0000, 0ms), 100ms);
  EXPECT_FALSE(rack_.reordering_seen());
  Deliver(Sent(0xfffe'0000, 0ms), 100ms);
  EXPECT_TRUE(rack_.reordering_seen());
}

// --- step 1: the least round trip --------------------------------------------------------------------

TEST_F(RackTest, Rfc8985_6_2_1_TheLeastRoundTripIsForgottenAfterTenSeconds) {
  EXPECT_EQ(rack_.min_rtt(), kForever);
  Deliver(Sent(1000, 0ms), 100ms);
  EXPECT_EQ(rack_.min_rtt(), 100ms);
  Deliver(Sent(2000, 4950ms), 5050ms);  // once more: its time begins anew
  Deliver(Sent(3000, 14'850ms), 15'050ms);
  EXPECT_EQ(rack_.min_rtt(), 100ms);
  Deliver(Sent(4000, 14'851ms), 15'051ms);
  EXPECT_EQ(rack_.min_rtt(), 200ms);
  Deliver(Sent(5000, 15s), 15'150ms);
  EXPECT_EQ(rack_.min_rtt(), 150ms);
}

// --- step 2: what was sent twice ---------------------------------------------------------------------

TEST_F(RackTest, Rfc8985_6_2_2_AnAnswerToTheEarlierCopySaysNothingOfTheLater) {
  Deliver(Sent(1000, 0ms), 100ms);
  Deliver(Sent(2000, 100ms, true), 250ms, true);
  EXPECT_EQ(UntilLost(Sent(3000, 50ms), 250ms), kForever) << "the newest delivered is that of 0 ms";
  Deliver(Sent(2000, 100ms, true), 199ms);  // faster than the path can be
  EXPECT_EQ(UntilLost(Sent(3000, 50ms), 250ms), kForever);
  Deliver(Sent(2000, 100ms, true), 200ms);
  EXPECT_EQ(UntilLost(Sent(3000, 50ms), 150ms), 0ms);
}

TEST_F(RackTest, Rfc8985_6_2_2_OfWhatWasSentOnceNoAnswerIsTooFast) {
  Deliver(Sent(1000, 0ms), 100ms);
  Deliver(Sent(2000, 100ms), 150ms, true);
  EXPECT_EQ(rack_.min_rtt(), 50ms);
  EXPECT_EQ(UntilLost(Sent(3000, 50ms), 100ms), 0ms);
}

// --- step 4: the window ------------------------------------------------------------------------------

TEST_F(RackTest, Rfc8985_6_2_4_AQuarterOfTheLeastRoundTripAndNoMoreThanTheSmoothedOne) {
  EXPECT_EQ(rack_.ReorderingWindow(false, kSrtt), 0ms) << "without a round trip";
  Deliver(Sent(2000, 0ms), 100ms);
  EXPECT_EQ(rack_.ReorderingWindow(false, kSrtt), 25ms);
  EXPECT_EQ(rack_.ReorderingWindow(false, 20ms), 20ms);
  EXPECT_EQ(rack_.ReorderingWindow(true, kSrtt), 0ms) << "in a hurry";
  Deliver(Sent(1000, 0ms), 100ms);
  EXPECT_EQ(rack_.ReorderingWindow(true, kSrtt), 25ms) << "but not once reordering was seen";
}

TEST_F(RackTest, Rfc8985_6_2_4_GrowsOnceInARoundTrip) {
  Deliver(Sent(1000, 0ms), 100ms);
  rack_.OnAck(false, SequenceNumber(0), SequenceNumber(5000));
  EXPECT_EQ(Multiplier(), 1);
  Twice(1000, 5000);
  EXPECT_EQ(Multiplier(), 2);
  Twice(1000, 6000);
  Twice(4999, 7000);
  EXPECT_EQ(Multiplier(), 2) << "the same round";
  Twice(5000, 9000);
  EXPECT_EQ(Multiplier(), 3);
  Twice(8999, 9000);
  EXPECT_EQ(Multiplier(), 3);
  rack_.OnAck(false, SequenceNumber(9000), SequenceNumber(12'000));
  EXPECT_EQ(Multiplier(), 3);
  Twice(9000, 12'000);
  EXPECT_EQ(Multiplier(), 4);
}

TEST_F(RackTest, Rfc8985_6_2_4_GrowsToTwoHundredAndFiftyFive) {
  Deliver(Sent(1000, 0ms), 100ms);
  for (uint32_t round = 1; round <= 253; ++round) Twice(round * 1000, (round + 1) * 1000);
  EXPECT_EQ(Multiplier(), 254);
  for (uint32_t round = 254; round <= 300; ++round) Twice(round * 1000, (round + 1) * 1000);
  EXPECT_EQ(Multiplier(), 255);
}

TEST_F(RackTest, Rfc8985_6_2_4_IsSmallAgainAfterSixteenRecoveries) {
  Deliver(Sent(1000, 0ms), 100ms);
  for (int time = 0; time < 2; ++time) {
    for (int i = 0; i < 20; ++i) rack_.OnRecovered();
    Twice(1000, 5000);
    EXPECT_EQ(Multiplier(), 2);
    for (int i = 0; i < 15; ++i) rack_.OnRecovered();
    EXPECT_EQ(Multiplier(), 2);
    rack_.OnRecovered();
    EXPECT_EQ(Multiplier(), 1);
    rack_.OnAck(false, SequenceNumber(5000), SequenceNumber(5000));
  }
}

// --- step 5: the deadline ----------------------------------------------------------------------------

TEST_F(RackTest, Rfc8985_6_2_5_LostIsWhatWasSentARoundTripAndAWindowBefore) {
  Deliver(Sent(5000, 10ms), 110ms);
  EXPECT_EQ(UntilLost(Sent(1000, 0ms), 110ms), -10ms);
  EXPECT_EQ(UntilLost(Sent(1000, 0ms), 110ms, 25ms), 15ms);
  EXPECT_EQ(UntilLost(Sent(1000, 5ms), 105ms, 0ms), 0ms);
  EXPECT_EQ(UntilLost(Sent(6000, 11ms), 200ms), kForever) << "sent later than what has arrived";
}

TEST_F(RackTest, Rfc8985_6_2_5_OfOneMomentTheSequenceDecides) {
  Deliver(Sent(5000, 10ms), 110ms);
  EXPECT_EQ(UntilLost(Sent(4000, 10ms), 110ms), 0ms);
  EXPECT_EQ(UntilLost(Sent(5000, 10ms), 110ms), kForever) << "it is what has arrived";
  EXPECT_EQ(UntilLost(Sent(6000, 10ms), 110ms), kForever);
  EXPECT_EQ(UntilLost(Sent(5000, 5ms), 110ms), -5ms) << "an earlier copy of it";
}

TEST_F(RackTest, Rfc8985_6_2_5_BeforeAnythingHasArrivedNothingIsLost) {
  const Scoreboard::Piece first{SequenceNumber(0xfffe'0000), SequenceNumber(0xffff'0000), Instant{}, false};
  EXPECT_EQ(rack_.UntilLost(first, 0ms, Instant{} + 100s), kForever);
  rack_.OnDelivered(first, false, Instant{} + 100ms);
  EXPECT_EQ(rack_.UntilLost({SequenceNumber(0xfffd'0000), SequenceNumber(0xfffe'0000), Instant{}, false}, 0ms,
                            Instant{} + 100ms),
            0ms);
}

TEST_F(RackTest, Rfc8985_6_2_2_TheNewestSentCountsWhateverArrivesAfterIt) {
  Deliver(Sent(5000, 10ms), 110ms);
  Deliver(Sent(2000, 0ms), 130ms);  // its round trip is the last one measured, but it was sent before
  EXPECT_EQ(UntilLost(Sent(4000, 10ms), 120ms), 20ms);
  EXPECT_EQ(UntilLost(Sent(6000, 11ms), 120ms), kForever);
}

TEST_F(RackTest, Rfc8985_6_2_4_TheFirstDuplicateCountsWhereverTheNumbersAre) {
  for (const uint32_t una : {0u, 0x7fffffffu, 0x80000000u, 0xffff0000u}) {
    rack_ = Rack();
    Deliver(Sent(2000, 0ms), 100ms);
    Twice(una, una + 1000);
    EXPECT_EQ(Multiplier(), 2) << una;
  }
}

}  // namespace
}  // namespace nut::tcp
