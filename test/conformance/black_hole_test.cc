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

}  // namespace
}  // namespace nut::tcp
