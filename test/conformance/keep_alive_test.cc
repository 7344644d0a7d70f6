// RFC 9293 3.8.4: keep-alive.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class KeepAlive : public testing::Test {
 protected:
  void Open() { h.Establish(); }
  void Ack(uint32_t ack) { h.Inject({.flags = ".", .seq = 1, .ack = ack}); }
  ConnectionHarness h;
};

TEST_F(KeepAlive, Rfc9293_Must25_ItIsOffByDefault) {
  Open();
  h.Advance(std::chrono::hours(48));
  h.ExpectSilence();
  EXPECT_EQ(h->state(), State::kEstablished);
}

TEST_F(KeepAlive, Rfc9293_Must28_ItsDefaultIsTwoHours) { EXPECT_GE(Parameters{}.keep_alive_idle, 7200s); }

TEST_F(KeepAlive, Rfc9293_Must24_Must27_ItIsSwitchedOnAndSetPerConnection) {
  Open();
  h->own_parameters().keep_alive = true;
  h->own_parameters().keep_alive_idle = 100s;
  h->ApplyParameters(h.now());
  EXPECT_EQ(h.TimeToOutput(200s), 100s);
  // Shld12: no data; SEG.SEQ = SND.NXT-1
  h.Expect({.flags = ".", .seq = 0, .ack = 1});
  h->own_parameters().keep_alive = false;
  h->ApplyParameters(h.now());
  h.Advance(10'000s);
  h.ExpectSilence();
}

TEST_F(KeepAlive, Rfc9293_Must26_NoneWhileThereIsTraffic) {
  h.parameters.keep_alive = true;
  h.parameters.keep_alive_idle = 100s;
  Open();
  for (int i = 0; i < 20; ++i) {
    h.Advance(90s);
    Ack(1);
  }
  h.ExpectSilence();
}

TEST_F(KeepAlive, Rfc9293_Must26_NoneWhileSomethingIsOutstanding) {
  h.parameters.keep_alive = true;
  h.parameters.keep_alive_idle = 20s;
  Open();
  h.Send(500);
  h.Drain();
  h.Advance(100s);
  while (const auto segment = h.Next()) EXPECT_EQ(segment->payload.size(), 500u);
  EXPECT_EQ(h.statistics()[Counter::kTcpKeepAliveProbes], 0u);
}

TEST_F(KeepAlive, Rfc9293_Must29_OneLostAnswerKillsNothing) {
  h.parameters.keep_alive = true;
  Open();
  h.Advance(7200s);
  h.Expect({.flags = ".", .seq = 0, .ack = 1});
  h.Advance(75s);
  h.Expect({.flags = ".", .seq = 0, .ack = 1});
  Ack(1);
  h.Advance(7199s);
  h.ExpectSilence();
  h.Advance(2s);
  h.Expect({.flags = ".", .seq = 0, .ack = 1});
}

TEST_F(KeepAlive, AfterNineUnansweredProbesItIsOver) {
  h.parameters.keep_alive = true;
  Open();
  h.Advance(7200s + 8 * 75s);
  EXPECT_EQ(h.waiting(), 9u);
  EXPECT_EQ(h->state(), State::kEstablished);
  h.Advance(75s);
  EXPECT_EQ(h->state(), State::kClosed);
  EXPECT_EQ(h->error(), Error::kTimedOut);
}

TEST_F(KeepAlive, Rfc9293_3_8_4_ThePeersProbesAreAnswered) {
  Open();
  for (const char* garbage : {"", "g"}) {
    h.Inject({.flags = ".", .seq = 0, .ack = 1, .data = garbage});
    h.Expect({.flags = ".", .seq = 1, .ack = 1});
  }
  EXPECT_EQ(h.Receive(), "");
}

}  // namespace
}  // namespace nut::tcp
