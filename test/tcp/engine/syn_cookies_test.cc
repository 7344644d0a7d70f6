// What a SYN cookie keeps by itself: every offer comes back, and nothing else passes.

#include "stack/tcp/syn_cookies.h"

#include <gtest/gtest.h>

namespace nut::tcp {
namespace {

using wire::SequenceNumber;
using wire::TcpOptions;

constexpr wire::TcpTimestamps kTimestamps{.value = 5000, .echo_reply = 0};

class SynCookiesTest : public testing::Test {
 protected:
  // What is read of the cookie for an offer, `later`.
  std::optional<TcpOptions> Read(const TcpOptions& offered, Duration later = 0s, uint32_t flipped = 0,
                                 uint32_t stamp_flipped = 0) {
    const TcpOptions kept = SynCookies::Kept(offered);
    std::optional<uint32_t> stamp;
    if (kept.timestamps) stamp = SynCookies::Stamp(0x1234'5678, kept);
    const SequenceNumber cookie = cookies_.Make(ends_, kPeerIss, kept, stamp, now_);
    if (stamp) *stamp ^= stamp_flipped;
    return cookies_.Read(ends_, kPeerIss, SequenceNumber(cookie.number() ^ flipped), stamp, now_ + later);
  }
  static constexpr SequenceNumber kPeerIss{4711};
  SynCookies cookies_{Rng("cookies")};
  wire::EndpointPair ends_{{wire::Ipv4Address(198, 19, 0, 10), wire::Port(80)},
                           {wire::Ipv4Address(198, 19, 0, 1), wire::Port(4711)}};
  Instant now_ = Instant{} + 100 * SynCookies::kSlot;
};

TEST_F(SynCookiesTest, AnMssIsRoundedDown) {
  for (const auto& [offered, kept] : std::vector<std::pair<uint16_t, uint16_t>>{{1, 48},
                                                                                {48, 48},
                                                                                {255, 48},
                                                                                {256, 256},
                                                                                {536, 536},
                                                                                {1219, 536},
                                                                                {1220, 1220},
                                                                                {1400, 1400},
                                                                                {1459, 1440},
                                                                                {1460, 1460},
                                                                                {8959, 1460},
                                                                                {8960, 8960},
                                                                                {65535, 8960}}) {
    EXPECT_EQ(Read({.mss = offered})->mss, kept) << offered;
  }
  EXPECT_EQ(Read({})->mss, 536) << "RFC 9293 MUST-15";
}

TEST_F(SynCookiesTest, WithTimestampsEveryScaleAndSackComeBack) {
  for (const bool sack : {false, true}) {
    for (int scale = -1; scale <= 14; ++scale) {
      TcpOptions offered{.mss = 1460, .sack_permitted = sack, .timestamps = kTimestamps};
      if (scale >= 0) offered.window_scale = static_cast<uint8_t>(scale);
      const auto read = Read(offered);
      ASSERT_TRUE(read);
      EXPECT_TRUE(read->timestamps);
      EXPECT_EQ(read->window_scale, offered.window_scale) << scale;
      EXPECT_EQ(read->sack_permitted, sack) << scale;
    }
  }
}

TEST_F(SynCookiesTest, WithoutTimestampsTheMssAloneIsKept) {
  const auto read = Read({.mss = 1460, .window_scale = 7, .sack_permitted = true});
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->timestamps || read->window_scale || read->sack_permitted);
}

TEST_F(SynCookiesTest, AStampIsNeverLaterThanTheClockAndLessThan64UnitsEarlier) {
  for (uint32_t value = 0x8000'0000; value < 0x8000'0080; ++value) {
    for (const bool sack : {false, true}) {
      for (int scale = -1; scale <= 14; ++scale) {
        TcpOptions kept{.sack_permitted = sack, .timestamps = kTimestamps};
        if (scale >= 0) kept.window_scale = static_cast<uint8_t>(scale);
        const uint32_t stamp = SynCookies::Stamp(value, kept);
        EXPECT_LE(stamp, value);
        EXPECT_LT(value - stamp, 32u) << "what the clock has in its low bits does not matter";
        EXPECT_EQ(stamp & 31, (scale >= 0 ? scale : 15) + (sack ? 16u : 0u));
      }
    }
  }
}

TEST_F(SynCookiesTest, NoBitOfItMayBeAnother) {
  const TcpOptions plain{.mss = 536};
  const TcpOptions stamped{.mss = 536, .window_scale = 7, .timestamps = kTimestamps};
  ASSERT_TRUE(Read(plain));
  ASSERT_TRUE(Read(stamped));
  for (int bit = 0; bit < 32; ++bit) {
    EXPECT_FALSE(Read(plain, 0s, 1u << bit)) << bit;
    EXPECT_FALSE(Read(stamped, 0s, 1u << bit)) << bit;
    EXPECT_FALSE(Read(stamped, 0s, 0, 1u << bit)) << bit;
  }
}

TEST_F(SynCookiesTest, ACookieWithAStampIsNoneWithout) {
  for (const uint32_t stamp : {0u, 1u, 15u}) {
    const TcpOptions kept = SynCookies::Kept({.mss = 1460, .timestamps = kTimestamps});
    const SequenceNumber cookie = cookies_.Make(ends_, kPeerIss, kept, stamp, now_);
    EXPECT_TRUE(cookies_.Read(ends_, kPeerIss, cookie, stamp, now_));
    EXPECT_FALSE(cookies_.Read(ends_, kPeerIss, cookie, std::nullopt, now_)) << stamp;
  }
}

TEST_F(SynCookiesTest, ItIsThatOfOnePeerAndOfOneSyn) {
  const TcpOptions kept = SynCookies::Kept({.mss = 1460});
  const SequenceNumber cookie = cookies_.Make(ends_, kPeerIss, kept, std::nullopt, now_);
  EXPECT_FALSE(cookies_.Read(ends_, kPeerIss + 1, cookie, std::nullopt, now_));
  wire::EndpointPair others = ends_;
  others.remote.port = wire::Port(4712);
  EXPECT_FALSE(cookies_.Read(others, kPeerIss, cookie, std::nullopt, now_));
  EXPECT_FALSE(SynCookies(Rng("others")).Read(ends_, kPeerIss, cookie, std::nullopt, now_));
}

TEST_F(SynCookiesTest, ItIsGoodForThisSlotAndTheNext) {
  const TcpOptions offered{.mss = 1460};
  EXPECT_TRUE(Read(offered, SynCookies::kSlot - 1ns));
  EXPECT_TRUE(Read(offered, 2 * SynCookies::kSlot - 1ns));
  EXPECT_FALSE(Read(offered, 2 * SynCookies::kSlot));
  EXPECT_FALSE(Read(offered, -1ns)) << "nor before it was made";
  now_ = Instant{};
  EXPECT_TRUE(Read(offered)) << "the very first slot has none before it";
}

TEST(SynCookiesKept, WithoutTimestampsThereIsNoPlaceForTheRest) {
  const wire::TcpOptions kept = SynCookies::Kept({.mss = 1460, .window_scale = 7, .sack_permitted = true});
  EXPECT_EQ(kept.mss, 1460);
  EXPECT_FALSE(kept.window_scale);
  EXPECT_FALSE(kept.sack_permitted);
  EXPECT_FALSE(kept.timestamps);
}

}  // namespace
}  // namespace nut::tcp
