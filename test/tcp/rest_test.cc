// A connection at rest: its buffers go after a second without activity, and then no timer is left.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class Rest : public testing::Test {
 protected:
  void SetUp() override {
    h.Establish();
    h.Advance(10s);
    ASSERT_EQ(h->poll_at(), kNever) << "a connection that has done nothing waits for nothing";
  }
  Duration release() const { return h.parameters.idle_buffer_release; }
  ConnectionHarness h;
};

TEST_F(Rest, WhatWasSentIsForgottenASecondLater) {
  h.Send(1000);
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 1001});
  EXPECT_EQ(h->poll_at(), h.now() + release());
  h.Advance(release());
  EXPECT_EQ(h->poll_at(), kNever);
}

TEST_F(Rest, WhatWasReceivedIsForgottenASecondAfterItWasRead) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = std::string(3000, 'a')});
  h.Advance(100ms);
  h.Receive();
  h.Advance(release() + 100ms);
  EXPECT_EQ(h->poll_at(), kNever);
}

TEST_F(Rest, ActivityPutsItOff) {
  h.Send(1000);
  h.Inject({.flags = ".", .seq = 1, .ack = 1001});
  h.Advance(release() / 2);
  h.Send(1000);
  h.Inject({.flags = ".", .seq = 1, .ack = 2001});
  h.Drain();
  const Instant last = h.now();
  h.Advance(release() * 3 / 4);
  EXPECT_EQ(h->poll_at(), last + release());
  h.Advance(release());
  EXPECT_EQ(h->poll_at(), kNever);
}

TEST_F(Rest, SendingIsActivity) {
  h.Send(1000);
  EXPECT_EQ(h->Info(h.now()).last_activity, h.now());
}

TEST_F(Rest, SoIsReading) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a letter"});
  h.Advance(200ms);
  h.Receive();
  EXPECT_EQ(h->Info(h.now()).last_activity, h.now());
}

TEST_F(Rest, WhatIsNotReadYetStays) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a letter"});
  h.Advance(10 * release());
  EXPECT_EQ(h.Receive(), "a letter");
}

TEST_F(Rest, NoTimerOutlivesTheConnection) {
  h.Send(1000);
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a letter"});
  h.Abort();
  EXPECT_EQ(h->poll_at(), kNever);
  h.Establish();
  h.Send(1000);
  h.Inject({.flags = ".", .seq = 1, .ack = 1001});
  h.Close();
  h.Inject({.flags = "R", .seq = 1});
  ASSERT_TRUE(h->ended());
  EXPECT_EQ(h->poll_at(), kNever);
}

}  // namespace
}  // namespace nut::tcp
