// Layer 0: bytes, time, chance, names.
#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <cerrno>
#include <set>
#include <string>

#include "stack/base/bytes.h"
#include "stack/base/clock.h"
#include "stack/base/error.h"
#include "stack/base/handle.h"
#include "stack/base/invariant.h"
#include "stack/base/result.h"
#include "stack/base/rng.h"
#include "stack/base/siphash.h"
#include "stack/base/statistics.h"

namespace nut {
namespace {

TEST(Bytes, LoadsAndStoresAreBigEndianAtAnyAlignment) {
  for (size_t shift = 0; shift < 8; ++shift) {
    uint8_t buffer[16] = {};
    StoreBe32(buffer + shift, 0x01020304);
    EXPECT_EQ(buffer[shift], 1);
    EXPECT_EQ(buffer[shift + 3], 4);
    EXPECT_EQ(LoadBe32(buffer + shift), 0x01020304u);
    EXPECT_EQ(LoadBe16(buffer + shift), 0x0102);
    StoreBe16(buffer + shift, 0xfffe);
    EXPECT_EQ(LoadBe16(buffer + shift), 0xfffe);
  }
}

TEST(Time, AfterNeverOverflows) {
  const Instant now = Instant{} + 5s;
  EXPECT_EQ(After(now, 1s), Instant{} + 6s);
  EXPECT_EQ(After(now, kForever), kNever);
  EXPECT_EQ(After(kNever, 1ns), kNever);
  EXPECT_EQ(After(kNever - 1ns, 1s), kNever);
}

TEST(Clock, VirtualTimeMovesOnlyForward) {
  VirtualClock clock;
  EXPECT_EQ(clock.Now(), Instant{});
  clock.AdvanceTo(Instant{} + 3s);
  clock.AdvanceTo(Instant{} + 1s);
  EXPECT_EQ(clock.Now(), Instant{} + 3s);
  EXPECT_EQ(clock.UnixTime(clock.Now()), 1389312003s);
}

TEST(Clock, MonotonicTimeStartsNearZeroAndKnowsTheYear) {
  MonotonicClock clock;
  const Instant first = clock.Now();
  EXPECT_LT(first, Instant{} + 10s);
  EXPECT_GE(clock.Now(), first);
  EXPECT_GT(clock.UnixTime(first), 1700000000s);
}

TEST(Rng, TheSameSeedGivesTheSameStream) {
  Rng a("4711"), b("4711"), c("4712");
  bool differs = false;
  for (int i = 0; i < 1000; ++i) {
    const uint64_t value = a.Next64();
    EXPECT_EQ(value, b.Next64());
    differs |= value != c.Next64();
  }
  EXPECT_TRUE(differs);
}

TEST(Rng, SplittingDependsOnTheSeedAndThePurposeOnly) {
  Rng fresh("4711"), used("4711");
  for (int i = 0; i < 100; ++i) used.Next64();
  Rng from_fresh = fresh.Split("isn"), from_used = used.Split("isn"), other = used.Split("ports");
  const uint64_t first = from_fresh.Next64();
  EXPECT_EQ(first, from_used.Next64());
  EXPECT_NE(first, other.Next64());
}

TEST(Rng, BelowIsInRangeAndReachesEveryValue) {
  Rng rng("below");
  std::set<uint64_t> seen;
  for (int i = 0; i < 2000; ++i) {
    const uint64_t value = rng.Below(10);
    ASSERT_LT(value, 10u);
    seen.insert(value);
  }
  EXPECT_EQ(seen.size(), 10u);
  EXPECT_EQ(rng.Below(1), 0u);
}

TEST(Rng, ChanceMatchesItsProbability) {
  Rng rng("chance");
  int hits = 0;
  for (int i = 0; i < 100000; ++i) hits += rng.Chance(0.1);
  // Standard deviation 95; ten of them.
  EXPECT_NEAR(hits, 10000, 950);
  EXPECT_FALSE(rng.Chance(0));
  EXPECT_TRUE(rng.Chance(1));
}

TEST(Rng, HostSeedsDiffer) {
  EXPECT_EQ(Rng::HostSeed().size(), 32u);
  EXPECT_NE(Rng::HostSeed(), Rng::HostSeed());
}

TEST(SipHash, DependsOnKeyAndEveryByte) {
  Rng rng("hash");
  SipHash one(rng), two(rng);
  EXPECT_EQ(one(AsBytes("abc")), one(AsBytes("abc")));
  EXPECT_NE(one(AsBytes("abc")), one(AsBytes("abd")));
  EXPECT_NE(one(AsBytes("abc")), two(AsBytes("abc")));
}

// libsodium's is the same function, by its authors.
TEST(SipHash, IsTheFunctionOfItsAuthors) {
  std::array<uint8_t, crypto_shorthash_KEYBYTES> key;
  Rng("key").Fill(key);
  Rng rng("key");
  const SipHash hash(rng);
  std::array<uint8_t, 64> message;
  Rng("message").Fill(message);
  for (size_t size = 0; size <= message.size(); ++size) {
    const ByteView bytes = ByteView(message).first(size);
    std::array<uint8_t, crypto_shorthash_BYTES> expected;
    crypto_shorthash(expected.data(), bytes.data(), bytes.size(), key.data());
    uint64_t number = 0;
    for (size_t i = 0; i < expected.size(); ++i) number |= uint64_t{expected[i]} << 8 * i;
    EXPECT_EQ(hash(bytes), number) << size;
  }
}

template <typename Hash>
void ExpectWordsAreTheSameMessage() {
  Rng rng("key");
  const Hash hash(rng);
  std::array<uint8_t, 15> message;
  rng.Fill(message);
  for (unsigned size = 8; size <= message.size(); ++size) {
    uint64_t words[2] = {};
    for (unsigned i = 0; i < size; ++i) words[i / 8] |= uint64_t{message[i]} << 8 * (i % 8);
    EXPECT_EQ(hash.OfWords(words[0], words[1], size), hash(ByteView(message).first(size))) << size;
  }
}

TEST(SipHash, WordsAreTheSameMessage) {
  ExpectWordsAreTheSameMessage<SipHash>();
  ExpectWordsAreTheSameMessage<TableHash>();
}

TEST(Names, EveryDropReasonHasItsOwn) {
  std::set<std::string> names;
  for (size_t i = 0; i < kDropReasonCount; ++i) {
    const std::string name(NameOf(static_cast<DropReason>(i)));
    EXPECT_NE(name, "?") << i;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(Names, EveryCounterHasItsOwn) {
  std::set<std::string> names;
  for (size_t i = 0; i < kCounterCount; ++i) {
    const std::string name(NameOf(static_cast<Counter>(i)));
    EXPECT_NE(name, "?") << i;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(Statistics, CountersAndDropsAreApart) {
  Statistics statistics;
  statistics.Add(Counter::kTcpActiveOpens, 3);
  statistics.Drop(DropReason::kIpBadChecksum);
  EXPECT_EQ(statistics[Counter::kTcpActiveOpens], 3u);
  EXPECT_EQ(statistics[DropReason::kIpBadChecksum], 1u);
  EXPECT_EQ(statistics[DropReason::kIpBadVersion], 0u);
}

TEST(ErrorValue, HasTextAndErrno) {
  EXPECT_EQ(Describe(Error::kConnectionRefused), "connection refused");
  EXPECT_EQ(ToErrno(Error::kStaleHandle), ENOTSOCK);
  for (int i = static_cast<int>(Error::kWouldBlock); i <= static_cast<int>(Error::kIo); ++i) {
    EXPECT_NE(Describe(static_cast<Error>(i)), "unknown error") << i;
  }
}

TEST(HandleValue, ADefaultMadeOneIsStale) {
  EXPECT_FALSE((Handle<struct AnyTag>{}).valid());
  EXPECT_TRUE((Handle<struct AnyTag>{.slot = 0, .generation = 1}).valid());
}

TEST(InvariantDeathTest, ABrokenOneEndsTheProcessAndSaysWhy) {
  EXPECT_DEATH(NUT_INVARIANT(1 + 1 == 3, "arithmetic is broken"), "arithmetic is broken");
}

}  // namespace
}  // namespace nut
