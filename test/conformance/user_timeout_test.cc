// RFC 5482: the user timeout option.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

using wire::TcpUserTimeout;

class UserTimeout : public testing::Test {
 protected:
  UserTimeout() {
    h.parameters.user_timeout_option = true;
    h.parameters.retransmission_timeout = 200s;
  }
  static wire::TcpOptions Says(uint16_t value, bool minutes = false) {
    wire::TcpOptions options;
    options.user_timeout = {.minutes = minutes, .value = value};
    return options;
  }
  // What the connection waits for an acknowledgement that never comes.
  Duration Patience() {
    h.Send("x");
    const Instant begin = h.now();
    while (h->state() == State::kEstablished && h.now() < begin + 24h) h.Advance(1s);
    return h.now() - begin;
  }
  ConnectionHarness h;
};

TEST_F(UserTimeout, Rfc5482_3_1_1_WithoutItNothingIsSaidAndNothingIsTaken) {
  h.parameters.user_timeout_option = false;
  h.OpenActive();
  EXPECT_FALSE(h.Next()->fields.options.user_timeout);
  wire::TcpOptions options = Says(5000);
  options.mss = 1460;
  h.Inject({.flags = "S.", .ack = 1, .options = options});
  h.Drain();
  EXPECT_EQ(Patience(), 200s);
}

TEST_F(UserTimeout, Rfc5482_3_2_1_ItGoesWithTheSynAndOnceMoreBehindIt) {
  h.OpenActive();
  EXPECT_EQ(h.Next()->fields.options.user_timeout, (TcpUserTimeout{.value = 200}));
  h.Inject({.flags = "S.", .ack = 1, .options = {.mss = 1460}});
  h.Send("hello");
  EXPECT_EQ(h.Next()->fields.options.user_timeout, (TcpUserTimeout{.value = 200}));
  h.Inject({.flags = ".", .seq = 1, .ack = 6});
  h.Send("world");
  EXPECT_FALSE(h.Next()->fields.options.user_timeout);
}

TEST_F(UserTimeout, Rfc5482_3_2_1_TheSynAckHasItToo) {
  h.OpenPassive({.flags = "S", .options = {.mss = 1460}});
  EXPECT_EQ(h.Next()->fields.options.user_timeout, (TcpUserTimeout{.value = 200}));
}

TEST_F(UserTimeout, ASegmentThatIsFullHasNoRoomForIt) {
  h.parameters.nagle = false;
  h.Establish();
  h.Drain();
  h->ApplyParameters(h.now());  // due once more
  h.Send(2 * 1460 + 1000);
  size_t told = 0;
  while (const auto segment = h.Next()) {
    EXPECT_LE(segment->payload.size() + (segment->fields.options.user_timeout ? 4 : 0), 1460u);
    told += segment->fields.options.user_timeout.has_value();
  }
  EXPECT_EQ(told, 1u);
}

TEST_F(UserTimeout, Rfc5482_3_1_2_TheLargerOfBothCounts) {
  h.Establish(65535, {.mss = 1460, .user_timeout = {{.value = 300}}});
  EXPECT_EQ(Patience(), 300s);
  h.Establish(65535, {.mss = 1460, .user_timeout = {{.value = 150}}});
  EXPECT_EQ(Patience(), 200s);
}

TEST_F(UserTimeout, Rfc5482_3_1_2_WithinTheLimits) {
  h.parameters.retransmission_timeout = 20s;
  h.Establish(65535, {.mss = 1460, .user_timeout = {{.value = 30}}});
  EXPECT_EQ(Patience(), 100s);
  h.Establish(65535, {.mss = 1460, .user_timeout = {{.minutes = true, .value = 30000}}});
  EXPECT_EQ(Patience(), 7200s);
}

TEST_F(UserTimeout, Rfc5482_3_1_3_WhatTheApplicationChoseIsNotChanged) {
  h.parameters.user_timeout_changeable = false;
  h.Establish(65535, {.mss = 1460, .user_timeout = {{.value = 300}}});
  EXPECT_EQ(Patience(), 200s);
}

TEST_F(UserTimeout, Rfc5482_3_2_2_AnySegmentMayBringIt) {
  h.Establish();
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "news", .options = Says(10, true)});
  h.Advance(1s);
  h.Drain();
  EXPECT_EQ(Patience(), 600s);
  EXPECT_EQ(h.statistics()[Counter::kTcpUserTimeoutsIn], 1u);
}

TEST_F(UserTimeout, Rfc5482_3_2_3_ASegmentThatIsNotAcceptableBringsNothing) {
  h.Establish();
  h.Inject({.flags = ".", .seq = 4'000'000, .ack = 1, .options = Says(10, true)});
  h.Drain();
  EXPECT_EQ(Patience(), 200s);
}

TEST_F(UserTimeout, Rfc5482_3_1_4_ZeroIsReserved) {
  h.Establish(65535, {.mss = 1460, .user_timeout = {{.value = 0}}});
  EXPECT_EQ(h.statistics()[Counter::kTcpUserTimeoutsIn], 0u);
  EXPECT_EQ(Patience(), 200s);
}

TEST_F(UserTimeout, Rfc5482_3_2_4_AChangeIsToldAtOnce) {
  h.Establish();
  h.Drain();
  h->own_parameters().retransmission_timeout = 90'000s;  // more than 15 bits of seconds
  h->ApplyParameters(h.now());
  h.Pump();
  const auto told = h.Next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->fields.options.user_timeout, (TcpUserTimeout{.minutes = true, .value = 1500}));
  EXPECT_TRUE(told->payload.empty());
  h.ExpectSilence();
}

}  // namespace
}  // namespace nut::tcp
