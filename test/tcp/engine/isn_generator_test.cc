#include "stack/tcp/isn_generator.h"

#include <gtest/gtest.h>

#include <set>

#include "stack/tcp/pair_hash.h"
#include "test/tcp/engine/fake_ip_layer.h"

namespace nut::tcp {
namespace {

wire::EndpointPair Pair(uint16_t remote_port) {
  return {{kOurs, wire::Port(80)}, {kPeer, wire::Port(remote_port)}};
}

TEST(IsnGenerator, Rfc9293_Must8_ClockOf4Microseconds) {
  const IsnGenerator isn(Rng("a").Split("isn"));
  const auto at_start = isn.Next(Pair(1), Instant{});
  EXPECT_EQ(isn.Next(Pair(1), Instant{} + 3us) - at_start, 0);
  EXPECT_EQ(isn.Next(Pair(1), Instant{} + 4us) - at_start, 1);
  EXPECT_EQ(isn.Next(Pair(1), Instant{} + 1s) - at_start, 250000);
}

TEST(IsnGenerator, Rfc6528_3_2_SamePairMovesForward) {
  const IsnGenerator isn(Rng("a"));
  auto last = isn.Next(Pair(1), Instant{});
  for (int i = 1; i < 1000; ++i) {
    const auto next = isn.Next(Pair(1), Instant{} + i * 1ms);
    EXPECT_TRUE(next.After(last));
    last = next;
  }
}

// RFC 9293 SHLD-1: other pairs are unrelated numbers, not neighbours.
TEST(IsnGenerator, PairsAreUnrelated) {
  const IsnGenerator isn(Rng("a"));
  std::set<uint32_t> top_bytes;
  for (uint16_t port = 1; port <= 1000; ++port)
    top_bytes.insert(isn.Next(Pair(port), Instant{}).number() >> 24);
  // 1000 throws at 256 cells leave some 5 empty; a counter would fill one.
  EXPECT_GT(top_bytes.size(), 230u);
}

// RFC 9293 MUST-9, RFC 6528 3-3: without the key nobody can tell.
TEST(IsnGenerator, DependsOnTheKey) {
  EXPECT_NE(IsnGenerator(Rng("a")).Next(Pair(1), Instant{}), IsnGenerator(Rng("b")).Next(Pair(1), Instant{}));
  EXPECT_EQ(IsnGenerator(Rng("a")).Next(Pair(1), Instant{}), IsnGenerator(Rng("a")).Next(Pair(1), Instant{}));
}

TEST(IsnGenerator, Rfc7323_7_1_TimestampOffsetPerPair) {
  const IsnGenerator isn(Rng("a"));
  EXPECT_EQ(isn.TimestampOffset(Pair(1)), isn.TimestampOffset(Pair(1)));
  EXPECT_NE(isn.TimestampOffset(Pair(1)), isn.TimestampOffset(Pair(2)));
  // One secret does not give the other away.
  EXPECT_NE(isn.TimestampOffset(Pair(1)), isn.Next(Pair(1), Instant{}).number());
}

// The short way of hashing a pair and the long one.
TEST(PairHash, IsThatOfThePairsBytes) {
  Rng rng("pairs");
  const SipHash hash(rng);
  std::set<uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const wire::EndpointPair ends{
        {wire::Ipv4Address(rng.Next32()), wire::Port(static_cast<uint16_t>(rng.Next32()))},
        {wire::Ipv4Address(rng.Next32()), wire::Port(static_cast<uint16_t>(rng.Next32()))}};
    EXPECT_EQ(HashPair(hash, ends), hash(PairBytes(ends).bytes()));
    seen.insert(HashPair(hash, ends));
  }
  EXPECT_EQ(seen.size(), 1000u);
  const wire::EndpointPair none{{}, {kPeer, wire::Port(1)}};
  EXPECT_EQ(HashPair(hash, none), hash(PairBytes(none).bytes()));
}

TEST(IsnGenerator, BothEndsCount) {
  const IsnGenerator isn(Rng("a"));
  const wire::EndpointPair there{{kOurs, wire::Port(1)}, {kPeer, wire::Port(2)}};
  const wire::EndpointPair back{{kPeer, wire::Port(2)}, {kOurs, wire::Port(1)}};
  EXPECT_NE(isn.Next(there, Instant{}), isn.Next(back, Instant{}));
}

}  // namespace
}  // namespace nut::tcp
