// RFC 4821: paths that swallow large packets without a word.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class BlackHole : public testing::Test {
 protected:
  void Open() { h.Establish(65535, {.mss = 1460}); }
  size_t mss() { return h->Info(h.now()).send_mss; }
  // The path takes no segment above `limit`: time passes until `octets` have arrived.
  void Carry(uint32_t octets, size_t limit) {
    uint32_t arrived = 1;
    const Instant end = h.now() + 60s;
    while (arrived < 1 + octets && h.now() < end) {
      h.TimeToOutput(10s);
      while (const auto segment = h.Next()) {
        largest_ = std::max(largest_, segment->payload.size());
        if (segment->payload.size() <= limit && h.RelativeSequence(*segment) == arrived) {
          arrived += static_cast<uint32_t>(segment->payload.size());
        }
      }
      h.Inject({.flags = ".", .seq = 1, .ack = arrived});
    }
    EXPECT_EQ(arrived, 1 + octets);
  }
  uint64_t count() { return h.statistics()[Counter::kTcpBlackHoles]; }
  ConnectionHarness h;
  size_t largest_ = 0;
};

TEST_F(BlackHole, Rfc4821_1_TimeOutsInARowLowerTheSizeUntilItArrives) {
  for (const auto& [limit, found] : {std::pair<size_t, size_t>{1200, 984}, {600, 536}}) {
    Open();
    h.Send(20'000);
    Carry(20'000, limit);
    EXPECT_EQ(mss(), found);
  }
  EXPECT_EQ(count(), 3u);
}

TEST_F(BlackHole, Rfc4821_2_TheLargerOnesAreTriedAgainAfterTenMinutes) {
  Open();
  h.Send(20'000);
  Carry(20'000, 1200);
  h.Advance(h.parameters.large_packet_retry);
  h.Send(1);
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 20'002});
  EXPECT_EQ(mss(), 1460u);
}

// Though meanwhile others are lost: a path that is full of losses is no reason to think that it swallows.
TEST_F(BlackHole, Rfc4821_2_LaterTimeOutsDoNotPutThatOff) {
  Open();
  h.Send(20'000);
  Carry(20'000, 1200);
  const Instant end = h.now() + h.parameters.large_packet_retry;
  uint32_t sent = 20'000;
  while (h.now() < end) {
    h.Send(1);
    h.Advance(60s);  // which is sent again, and again
    h.Drain();
    h.Inject({.flags = ".", .seq = 1, .ack = 1 + ++sent});
  }
  EXPECT_EQ(mss(), 1460u);
}

TEST_F(BlackHole, WhereLargeSegmentsArriveBehindTheGapThreeTimeOutsAreNone) {
  h.Establish(65535, {.mss = 1460, .sack_permitted = true});
  h.Send(10 * 1460);
  h.Drain();
  Packet ack{.flags = ".", .seq = 1, .ack = 1};
  ack.options.sack.Add({wire::SequenceNumber(h.iss + 1461), wire::SequenceNumber(h.iss + 1 + 5 * 1460)});
  h.Inject(ack);
  const auto timeouts = [&] { return h.statistics()[Counter::kTcpRetransmissionTimeouts]; };
  while (timeouts() < 2 * h.parameters.black_hole_timeouts - 1) h.Advance(100ms);
  EXPECT_EQ(mss(), 1460u);
  while (timeouts() < 2 * h.parameters.black_hole_timeouts) h.Advance(100ms);
  EXPECT_LT(mss(), 1460u) << "not for ever: the path may have changed just then";
}

TEST_F(BlackHole, ALossOfSmallSegmentsIsNone) {
  Open();
  h.Send(500);
  h.Advance(5s);
  EXPECT_EQ(mss(), 1460u);
  EXPECT_EQ(count(), 0u);
}

TEST_F(BlackHole, OneTimeOutIsNone) {
  Open();
  h.Send(20'000);
  h.Drain();
  ASSERT_TRUE(h.TimeToOutput(2s));
  EXPECT_EQ(mss(), 1460u);
}

TEST_F(BlackHole, WherePacketsMayBeCutThereIsNone) {
  h.parameters.path_mtu_discovery = false;
  Open();
  h.Send(20'000);
  h.Advance(20s);
  EXPECT_EQ(mss(), 1460u);
}

TEST_F(BlackHole, ItCanBeSwitchedOff) {
  h.parameters.black_hole_timeouts = 0;
  Open();
  h.Send(20'000);
  h.Advance(20s);
  EXPECT_EQ(mss(), 1460u);
}

TEST_F(BlackHole, TheSmallestSizeStays) {
  Open();
  h.Send(20'000);
  h.Advance(200s);
  EXPECT_EQ(mss(), 536u);
  EXPECT_EQ(count(), 2u);
}

}  // namespace
}  // namespace nut::tcp
