// The cookies of TCP Fast Open (RFC 7413): what makes one good, and whose are kept.
#include <gtest/gtest.h>

#include <set>

#include "stack/tcp/fast_open_cache.h"
#include "stack/tcp/fast_open_cookies.h"
#include "test/tcp/engine/fake_ip_layer.h"

namespace nut::tcp {
namespace {

using wire::TcpFastOpenCookie;

constexpr Duration kSlot = FastOpenCookies::kSlot;
const wire::EndpointPair kEnds{{kOurs, wire::Port(80)}, {kPeer, wire::Port(40000)}};

constexpr Instant At(Duration since_start) { return Instant{} + since_start; }

class FastOpenCookiesTest : public ::testing::Test {
 protected:
  const FastOpenCookies cookies_{Rng("cookies")};
};

TEST_F(FastOpenCookiesTest, GoodForItsDayAndTheNext) {
  for (const Duration made : {Duration{}, kSlot - 1ns, 5 * kSlot}) {
    const TcpFastOpenCookie cookie = cookies_.Make(kEnds, At(made));
    const Duration day = made / kSlot * kSlot;
    EXPECT_TRUE(cookies_.IsGood(kEnds, cookie, At(made)));
    EXPECT_TRUE(cookies_.IsGood(kEnds, cookie, At(day + kSlot)));
    EXPECT_TRUE(cookies_.IsGood(kEnds, cookie, At(day + 2 * kSlot - 1ns)));
    EXPECT_FALSE(cookies_.IsGood(kEnds, cookie, At(day + 2 * kSlot)));
  }
  EXPECT_FALSE(cookies_.IsGood(kEnds, cookies_.Make(kEnds, At(kSlot)), At(kSlot - 1ns))) << "of tomorrow";
}

TEST_F(FastOpenCookiesTest, ItIsThatOfTheAddressesAndNotOfThePorts) {
  const TcpFastOpenCookie cookie = cookies_.Make(kEnds, At(1s));
  wire::EndpointPair other = kEnds;
  other.local.port = wire::Port(81);
  other.remote.port = wire::Port(40001);
  EXPECT_EQ(cookies_.Make(other, At(1s)), cookie);
  EXPECT_TRUE(cookies_.IsGood(other, cookie, At(1s)));
  other = kEnds;
  other.local.address = kAlsoOurs;
  EXPECT_FALSE(cookies_.IsGood(other, cookie, At(1s)));
  other = kEnds;
  other.remote.address = kAlsoOurs;
  EXPECT_FALSE(cookies_.IsGood(other, cookie, At(1s)));
  EXPECT_NE(FastOpenCookies(Rng("others")).Make(kEnds, At(1s)), cookie);
}

// Guessing one costs 2^64 attempts: each of its bits depends on the secret.
TEST_F(FastOpenCookiesTest, AllOfItsOctetsAreHash) {
  const TcpFastOpenCookie cookie = cookies_.Make(kEnds, At(1s));
  EXPECT_EQ(cookie.size, 8);
  for (size_t i = 0; i < TcpFastOpenCookie::kMost; ++i) {
    std::set<uint8_t> seen;
    for (int day = 0; day < 40; ++day) seen.insert(cookies_.Make(kEnds, At(day * kSlot)).octets[i]);
    if (i < 8) {
      EXPECT_GT(seen.size(), 25u) << i;
    } else {
      EXPECT_EQ(seen, std::set<uint8_t>{0}) << i;
    }
    TcpFastOpenCookie wrong = cookie;
    wrong.octets[i] ^= 1;
    EXPECT_FALSE(cookies_.IsGood(kEnds, wrong, At(1s))) << i;
  }
  std::set<uint8_t> octets(cookie.octets.begin(), cookie.octets.begin() + 8);
  EXPECT_GT(octets.size(), 4u) << "and none is the next one's copy";
  TcpFastOpenCookie shorter = cookie;
  shorter.size = 6;
  EXPECT_FALSE(cookies_.IsGood(kEnds, shorter, At(1s)));
  EXPECT_FALSE(cookies_.IsGood(kEnds, {}, At(1s)));
}

const wire::Ipv4Address kA(198, 19, 0, 1), kB(198, 19, 0, 2), kC(198, 19, 0, 3), kD(198, 19, 0, 4);
const TcpFastOpenCookie kCookie{.size = 4, .octets = {1, 2, 3, 4}};

TEST(FastOpenCache, KeepsWhatAServerGaveLast) {
  FastOpenCache cache(2);
  EXPECT_EQ(cache.size(), 0u);
  EXPECT_EQ(cache.Find(kA), nullptr);
  cache.Note({kA, kCookie, 1460, At(1s)});
  cache.Note({kB, {}, 500, At(2s)});
  ASSERT_NE(cache.Find(kA), nullptr);
  EXPECT_EQ(cache.Find(kA)->cookie, kCookie);
  EXPECT_EQ(cache.Find(kA)->mss, 1460);
  EXPECT_EQ(cache.Find(kA)->noted, At(1s));
  EXPECT_EQ(cache.Find(kB)->mss, 500);
  // The same one again takes nobody's place.
  cache.Note({kB, kCookie, 600, At(3s)});
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(cache.Find(kB)->mss, 600);
  EXPECT_NE(cache.Find(kA), nullptr);
}

TEST(FastOpenCache, TheOldestMakesRoomWhereverItStands) {
  FastOpenCache cache(3);
  cache.Note({kA, kCookie, 1, At(2s)});
  cache.Note({kB, kCookie, 1, At(1s)});
  cache.Note({kC, kCookie, 1, At(3s)});
  cache.Note({kD, kCookie, 1, At(4s)});
  EXPECT_EQ(cache.size(), 3u);
  EXPECT_EQ(cache.Find(kB), nullptr);
  EXPECT_NE(cache.Find(kA), nullptr);
  EXPECT_NE(cache.Find(kC), nullptr);
  EXPECT_NE(cache.Find(kD), nullptr);
}

TEST(FastOpenCache, ForgetsTheOneThatIsNamed) {
  FastOpenCache cache(3);
  cache.Note({kA, kCookie, 1, At(1s)});
  cache.Note({kB, kCookie, 1, At(2s)});
  cache.Forget(kC);
  EXPECT_EQ(cache.size(), 2u);
  cache.Forget(kA);
  EXPECT_EQ(cache.Find(kA), nullptr);
  EXPECT_NE(cache.Find(kB), nullptr);
}

TEST(FastOpenCache, HasRoomForOneAtLeast) {
  for (const size_t capacity : {0u, 1u}) {
    FastOpenCache cache(capacity);
    cache.Note({kA, kCookie, 1, At(1s)});
    EXPECT_NE(cache.Find(kA), nullptr);
    cache.Note({kB, kCookie, 1, At(2s)});
    EXPECT_EQ(cache.size(), 1u);
    EXPECT_NE(cache.Find(kB), nullptr);
  }
}

}  // namespace
}  // namespace nut::tcp
