// Pacing: the same octets, but not all at once (stack/tcp/pacing.h).

#include <gtest/gtest.h>

#include <string>

#include "test/tcp/connection_pair.h"

namespace nut::tcp {
namespace {

struct Arrivals {
  uint64_t octets = 0;
  uint64_t largest_crowd = 0;  // octets that arrived within 1 ms
  Instant first{}, last{};     // of the first flight, which is the first ten segments
  uint64_t pauses = 0;
  bool done = false;
};

Arrivals Carry(bool pacing, size_t octets, double loss = 0, bool segmentation = false) {
  PairOptions options;
  options.seed = "pacing";
  options.delay = 50ms;
  options.loss = loss;
  options.segmentation = segmentation;
  options.client.pacing = pacing;
  ConnectionPair pair(options);
  const std::string text(octets, 'x');
  std::string room(1 << 20, '\0');
  size_t sent = 0;
  Arrivals arrivals;
  Instant crowd_began{};
  uint64_t crowd = 0;
  size_t segments = 0;
  pair.application = [&](Instant now) {
    if (sent < octets) {
      const auto queued =
          pair.client().Send({reinterpret_cast<const uint8_t*>(text.data()) + sent, octets - sent}, now);
      if (queued) sent += *queued;
    }
    if (!pair.has_server()) return;
    const auto got = pair.server()->Receive({reinterpret_cast<uint8_t*>(room.data()), room.size()}, now);
    if (got) arrivals.octets += *got;
  };
  pair.landed = [&](int to, const SegmentValue& segment) {
    if (to != 1 || segment.payload.empty()) return;
    if (pair.now() - crowd_began > 1ms) {
      crowd_began = pair.now();
      crowd = 0;
    }
    crowd += segment.payload.size();
    arrivals.largest_crowd = std::max(arrivals.largest_crowd, crowd);
    if (++segments == 1) arrivals.first = pair.now();
    if (segments <= 10) arrivals.last = pair.now();
  };
  arrivals.done = pair.RunUntil([&] { return arrivals.octets == octets; }, 120s);
  arrivals.pauses = pair.statistics()[Counter::kTcpPacedPauses];
  return arrivals;
}

TEST(Pacing, IsOffByDefault) {
  EXPECT_FALSE(Parameters{}.pacing);
  const Arrivals plain = Carry(false, 1 << 20);
  EXPECT_TRUE(plain.done);
  EXPECT_EQ(plain.pauses, 0u);
  EXPECT_EQ(plain.last, plain.first);  // ten segments, in no time
}

TEST(Pacing, TheFirstFlightIsSpreadOverHalfARoundTrip) {
  const Arrivals paced = Carry(true, 1 << 20);
  EXPECT_TRUE(paced.done);
  EXPECT_GT(paced.pauses, 0u);
  // Nine pauses of a tenth of 100 ms, at twice the rate.
  EXPECT_GE(paced.last - paced.first, 40ms);
  EXPECT_LE(paced.last - paced.first, 50ms);
}

TEST(Pacing, NoCrowdIsLargerThanARatesBurst) {
  const Arrivals plain = Carry(false, 20 << 20);
  const Arrivals paced = Carry(true, 20 << 20);
  EXPECT_TRUE(plain.done && paced.done);
  EXPECT_LT(3 * paced.largest_crowd, plain.largest_crowd);
}

TEST(Pacing, SuperSegmentsAreSpreadLikewise) {
  const Arrivals plain = Carry(false, 20 << 20, 0, true);
  const Arrivals paced = Carry(true, 20 << 20, 0, true);
  EXPECT_TRUE(plain.done && paced.done);
  EXPECT_LT(3 * paced.largest_crowd, plain.largest_crowd);
}

TEST(Pacing, WhatIsLostComesAllTheSame) {
  for (const bool segmentation : {false, true}) {
    const Arrivals paced = Carry(true, 2 << 20, 0.03, segmentation);
    EXPECT_TRUE(paced.done) << segmentation;
  }
}

}  // namespace
}  // namespace nut::tcp
