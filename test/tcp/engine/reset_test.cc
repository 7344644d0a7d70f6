#include "stack/tcp/reset.h"

#include <gtest/gtest.h>

#include "test/tcp/engine/fake_ip_layer.h"

namespace nut::tcp {
namespace {

using wire::SequenceNumber;
using wire::TcpFlags;

const wire::EndpointPair kEnds{{kOurs, wire::Port(80)}, {kPeer, wire::Port(40000)}};
const uint8_t kTen[10] = {};

TEST(ResetFor, Rfc9293_3_10_7_1_WithAckTakesItsNumberFromIt) {
  const auto reset = ResetFor(
      {.sequence = SequenceNumber(5), .acknowledgement = SequenceNumber(77), .flags = TcpFlags::kAck}, kEnds);
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->flags, TcpFlags::kRst);
  EXPECT_EQ(reset->sequence, SequenceNumber(77));
  EXPECT_EQ(reset->source_port, wire::Port(80));
  EXPECT_EQ(reset->destination_port, wire::Port(40000));
}

// The original added only the SYN: text and FIN count as well.
TEST(ResetFor, Rfc9293_3_10_7_1_WithoutAckAcknowledgesTheWholeSegment) {
  const auto acknowledged = [](TcpFlags flags, ByteView payload) {
    const auto reset =
        ResetFor({.sequence = SequenceNumber(0xfffffffb), .flags = flags, .payload = payload}, kEnds);
    EXPECT_EQ(reset->flags, TcpFlags::kRst | TcpFlags::kAck);
    EXPECT_EQ(reset->sequence, SequenceNumber(0));
    return reset->acknowledgement.number();
  };
  EXPECT_EQ(acknowledged(TcpFlags(), {}), 0xfffffffb);
  EXPECT_EQ(acknowledged(TcpFlags::kSyn, {}), 0xfffffffc);
  EXPECT_EQ(acknowledged(TcpFlags(), kTen), 5u);
  EXPECT_EQ(acknowledged(TcpFlags::kFin, kTen), 6u);
  EXPECT_EQ(acknowledged(TcpFlags::kSyn | TcpFlags::kFin, kTen), 7u);
}

TEST(ResetFor, ResetIsNeverAnswered) {
  EXPECT_FALSE(ResetFor({.flags = TcpFlags::kRst}, kEnds));
  EXPECT_FALSE(ResetFor({.flags = TcpFlags::kRst | TcpFlags::kAck}, kEnds));
  EXPECT_FALSE(ResetFor({.flags = TcpFlags::kRst | TcpFlags::kSyn}, kEnds));
}

TEST(ResetLimiter, AllowsSoManyASecond) {
  ResetLimiter limiter(10);
  const Instant start = Instant{} + 5s;
  int allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += limiter.Allow(start);
  EXPECT_EQ(allowed, 10);
  EXPECT_FALSE(limiter.Allow(start + 99ms));
  EXPECT_TRUE(limiter.Allow(start + 100ms));
  EXPECT_FALSE(limiter.Allow(start + 100ms));
}

TEST(ResetLimiter, ALongPauseEarnsOneSecondsWorth) {
  ResetLimiter limiter(10);
  for (int i = 0; i < 10; ++i) limiter.Allow(Instant{});
  int allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += limiter.Allow(Instant{} + 3600s);
  EXPECT_EQ(allowed, 10);
}

TEST(ResetLimiter, SlowAskersAreNeverLimited) {
  ResetLimiter limiter(10);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limiter.Allow(Instant{} + i * 101ms)) << i;
}

TEST(ResetLimiter, WhatIsEarnedInPartIsNotLost) {
  ResetLimiter limiter(10);
  const Instant start = Instant{} + 5s;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.Allow(start));
  EXPECT_TRUE(limiter.Allow(start + 150ms));
  EXPECT_FALSE(limiter.Allow(start + 199ms));
  EXPECT_TRUE(limiter.Allow(start + 200ms));
  EXPECT_TRUE(limiter.Allow(start + 450ms));
  EXPECT_TRUE(limiter.Allow(start + 450ms)) << "two at once";
  EXPECT_FALSE(limiter.Allow(start + 450ms));
}

TEST(ResetLimiter, BeginsFullInTheNodesFirstMoment) {
  ResetLimiter limiter(2);
  EXPECT_TRUE(limiter.Allow(Instant{}));
  EXPECT_TRUE(limiter.Allow(Instant{}));
  EXPECT_FALSE(limiter.Allow(Instant{}));
}

TEST(ResetLimiter, ZeroAllowsNone) { EXPECT_FALSE(ResetLimiter(0).Allow(Instant{} + 1s)); }

}  // namespace
}  // namespace nut::tcp
