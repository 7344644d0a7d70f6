// RFC 9293 3.8.6: windows, zero-window probes, silly windows.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class Window : public testing::Test {
 protected:
  // A congestion window that never stands in the way.
  Window() { h.parameters.initial_window_segments = 1000; }
  ConnectionHarness h;
};

TEST_F(Window, Rfc9293_Must1_AWindowAbove0x8000IsUnsigned) {
  h.Establish(65535, {.mss = 1285});  // 65535 = 51 * 1285
  h.Send(100'000);
  EXPECT_EQ(h.DrainText(), 65'535u);
}

TEST_F(Window, Rfc9293_Rec1_WindowsAreKeptIn32Bits) {
  h.parameters.window_scaling = true;
  h.Establish(65535, {.mss = 1460, .window_scale = 14});
  EXPECT_EQ(h->Info(h.now()).snd_wnd, 65535u);
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 65535});
  EXPECT_EQ(h->Info(h.now()).snd_wnd, 65535u << 14);
}

TEST_F(Window, Rfc9293_Shld14_TheReceiverNeverMovesItsEdgeLeft) {
  h.parameters.receive_buffer = 4000;
  h.Establish();
  // Nothing is read: window and acknowledgement always add up to the same edge.
  for (uint32_t at = 1; at < 4001; at += 500) {
    h.Inject({.flags = "P.", .seq = at, .ack = 1, .data = std::string(500, 'a')});
    h.Advance(50ms);
    const auto ack = h.Next();
    ASSERT_TRUE(ack.has_value());
    EXPECT_EQ(h.RelativeAck(*ack) + ack->fields.window, 4001u);
  }
}

TEST_F(Window, Rfc9293_Shld15_NoNewDataAfterAShrink) {
  h.Establish(4000);
  h.Send(10'000);
  EXPECT_EQ(h.DrainText(), 2920u + 0u);
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 1000});
  h.Advance(100ms);
  EXPECT_EQ(h.DrainText(), 0u);
}

TEST_F(Window, Rfc9293_Shld16_OldDataInsideTheShrunkWindowIsRetransmitted) {
  h.Establish(4000);
  h.Send(10'000);
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 1000});
  ASSERT_TRUE(h.TimeToOutput(2s).has_value());
  h.Expect({.flags = ".", .seq = 1, .ack = 1, .data = std::string(1000, 'x')});
}

TEST_F(Window, Rfc9293_Shld17_DataBeyondTheShrunkEdgeTimesNothingOut) {
  h.parameters.retransmission_timeout = 100s;
  h.Establish(4000);
  h.Send(10'000);
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
  for (int i = 0; i < 1000; ++i) {
    h.Advance(1s);
    if (h.waiting() > 0) h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
    h.Drain();
  }
  EXPECT_EQ(h->state(), State::kEstablished);
}

TEST_F(Window, Rfc9293_Must34_AWildlyShrinkingWindowHarmsNothing) {
  h.Establish(65535);
  h.Send(30'000);
  uint32_t received = 1;
  const uint16_t windows[] = {65535, 100, 0, 1, 65535};
  int turn = 0;
  while (received < 30'001 && turn < 2000) {
    // The peer takes what is in order and answers with the next window of the list.
    while (const auto segment = h.Next()) {
      const uint32_t at = h.RelativeSequence(*segment);
      if (at <= received) received = std::max(received, at + static_cast<uint32_t>(segment->payload.size()));
    }
    h.Inject({.flags = ".", .seq = 1, .ack = received, .win = windows[turn++ % 5]});
    if (h.waiting() == 0) h.TimeToOutput(120s);
  }
  EXPECT_EQ(received, 30'001u);
  EXPECT_EQ(h->state(), State::kEstablished);
}

// A retransmission of the peer's is older by its number than what updated the window last, and newer by its
// ACK: it may not say how large the window is, so the edge stays.
TEST_F(Window, Rfc9293_3_10_7_4_9_AnAckThatMayNotUpdateTheWindowMovesNoEdge) {
  h.Establish(5000, {.mss = 1000});
  h.Inject({.flags = "P.", .seq = 101, .ack = 1, .data = std::string(100, 'b'), .win = 5000});
  h.Send(5000);
  h.Drain();
  h.Inject({.flags = "P.", .seq = 1, .ack = 3001, .data = std::string(100, 'a'), .win = 2000});
  h.Drain();
  h.Send(5000);
  h.ExpectSilence();  // 2000 are out, up to the edge that was offered
  h.Inject({.flags = ".", .seq = 201, .ack = 5001, .win = 1000});
  EXPECT_EQ(h.DrainText(), 1000u);
}

TEST_F(Window, Rfc9293_Must35_AWindowShrunkToZeroIsProbed) {
  h.Establish(4000);
  h.Send(3000);
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
  ASSERT_TRUE(h.TimeToOutput(5s).has_value());
  h.Expect({.flags = ".", .seq = 1, .ack = 1, .data = "x"});
}

TEST_F(Window, Rfc9293_Must36_AZeroWindowIsProbedWithOneOctet) {
  h.Establish(0);
  h.Send("hello");
  h.ExpectSilence();
  ASSERT_TRUE(h.TimeToOutput(5s).has_value());
  h.Expect({.flags = ".", .seq = 1, .ack = 1, .data = "h"});
  // It opens: everything goes.
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 1000});
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "hello"});
}

TEST_F(Window, Rfc9293_Must36_TheProbedOctetMayBeTaken) {
  h.Establish(0);
  h.Send("hello");
  h.TimeToOutput(5s);
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 2, .win = 0});
  h.ExpectSilence();
  h.Inject({.flags = ".", .seq = 1, .ack = 2, .win = 1000});
  h.Expect({.flags = "P.", .seq = 2, .ack = 1, .data = "ello"});
}

TEST_F(Window, Rfc9293_Must36_AFinAloneIsProbedToo) {
  h.Establish(0);
  h.Shutdown();
  h.ExpectSilence();
  ASSERT_TRUE(h.TimeToOutput(5s).has_value());
  h.Expect({.flags = "F.", .seq = 1, .ack = 1});
  h.Inject({.flags = ".", .seq = 1, .ack = 2, .win = 0});
  EXPECT_EQ(h->state(), State::kFinWait2);
}

TEST_F(Window, Rfc9293_Shld29_TheFirstProbeComesAfterOneRto) {
  h.Establish(0);
  const Duration rto = h->Info(h.now()).rto;
  h.Send("x");
  EXPECT_EQ(h.TimeToOutput(10s), rto);
}

TEST_F(Window, Rfc9293_Shld30_TheIntervalGrowsExponentiallyToItsCap) {
  h.Establish(0);
  Duration interval = h->Info(h.now()).rto;
  h.Send("x");
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(h.TimeToOutput(100s), interval);
    h.Drain();
    h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
    interval = std::min<Duration>(interval * 2, 60s);
  }
  EXPECT_EQ(interval, 60s);
}

TEST_F(Window, Rfc9293_Shld30_ANewlyShutWindowIsProbedAfterOneRtoAgain) {
  h.Establish(0);
  const Duration rto = h->Info(h.now()).rto;
  h.Send("hello");
  for (int i = 0; i < 3; ++i) h.TimeToOutput(100s), h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 2});
  h.Inject({.flags = ".", .seq = 1, .ack = 3, .win = 0});
  h.Drain();
  EXPECT_EQ(h.TimeToOutput(100s), rto);
}

TEST_F(Window, Rfc9293_Must37_TheSilenceBeforeDoesNotCount) {
  h.Establish(0);
  h.Advance(2 * h.parameters.retransmission_timeout);
  h.Send("x");
  EXPECT_TRUE(h.TimeToOutput(10s));
  h.Drain();
  EXPECT_EQ(h->state(), State::kEstablished);
  h.Advance(h.parameters.retransmission_timeout - 60s);
  EXPECT_EQ(h->state(), State::kEstablished);
  h.Advance(120s);
  EXPECT_EQ(h->state(), State::kClosed) << "nobody has answered";
}

TEST_F(Window, Rfc9293_Must36_AProbeThatIsDueWhenTheWindowOpensIsNotSent) {
  h.Establish(0);
  h.Send("hello");
  h.Advance(h->poll_at() - h.now() - 1ns);
  h->OnTimer(h->poll_at());
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 1000});
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "hello"});
  h.ExpectSilence();
}

TEST_F(Window, WhatAPartialAckAsksForWaitsForTheWindowAndGoesOnce) {
  h.Establish(65535, {.mss = 1000});
  h.Send(10'000);
  h.Drain();
  for (int i = 0; i < 3; ++i) h.Inject({.flags = ".", .seq = 1, .ack = 1});
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 3001, .win = 0});
  h.ExpectSilence();
  h.Inject({.flags = ".", .seq = 1, .ack = 3001, .win = 1000});
  EXPECT_EQ(h.DrainText(), 1000u);
}

TEST_F(Window, Rfc9293_Must26_AShutWindowIsProbedAndNotKeptAlive) {
  h.parameters.keep_alive = true;
  h.parameters.keep_alive_idle = 20s;
  h.Establish(0);
  h.Send(500);
  for (int i = 0; i < 10; ++i) {
    h.Advance(30s);
    h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
  }
  EXPECT_EQ(h.statistics()[Counter::kTcpKeepAliveProbes], 0u);
}

TEST_F(Window, Rfc9293_Must37_ItStaysOpenForADayWhileThePeerAnswers) {
  h.Establish(0);
  h.Send("x");
  const Instant end = h.now() + std::chrono::hours(24);
  while (h.now() < end) {
    ASSERT_TRUE(h.TimeToOutput(61s).has_value());
    h.Drain();
    h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
    ASSERT_EQ(h->state(), State::kEstablished);
  }
}

TEST_F(Window, Rfc9293_Must37_APeerThatNoLongerAnswersIsGivenUp) {
  h.Establish(0);
  h.Send("x");
  h.Advance(h.parameters.retransmission_timeout + 120s);
  EXPECT_EQ(h->state(), State::kClosed);
  EXPECT_EQ(h->error(), Error::kTimedOut);
}

TEST_F(Window, Rfc9293_May8_TheReceiverMayKeepItsWindowShut) {
  h.parameters.receive_buffer = 1000;
  h.Establish();
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = std::string(1000, 'a')});
  h.Advance(1s);
  h.Drain();
  for (int i = 0; i < 100; ++i) {
    h.Inject({.flags = ".", .seq = 1001, .ack = 1, .data = "b"});
    h.Expect({.flags = ".", .seq = 1, .ack = 1001, .win = 0});
    h.Advance(60s);
  }
  EXPECT_EQ(h->state(), State::kEstablished);
}

class ZeroWindow : public Window {
 protected:
  void Shut() {
    h.parameters.receive_buffer = 1000;
    h.Establish();
    h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = std::string(1000, 'a')});
    h.Advance(1s);
    h.Expect({.flags = ".", .seq = 1, .ack = 1001, .win = 0});
  }
};

TEST_F(ZeroWindow, Rfc9293_Must66_AnAckIsStillTaken) {
  Shut();
  h.Send("hello");
  h.Drain();
  EXPECT_EQ(h.Inject({.flags = ".", .seq = 1001, .ack = 6}), DropReason::kNone);
  EXPECT_EQ(h->Info(h.now()).send_queue, 0u);
}

TEST_F(ZeroWindow, Rfc9293_Must66_TheAckOfAProbeIsTakenAndItsOctetIsNot) {
  Shut();
  h.Send("hello");
  h.Drain();
  EXPECT_EQ(h.Inject({.flags = "P.", .seq = 1001, .ack = 6, .data = "b"}), DropReason::kNone);
  EXPECT_EQ(h->Info(h.now()).send_queue, 0u);
  h.Expect({.flags = ".", .seq = 6, .ack = 1001, .win = 0});
}

TEST_F(ZeroWindow, Rfc9293_Must66_AResetIsStillTaken) {
  Shut();
  EXPECT_EQ(h.Inject({.flags = "R", .seq = 1001}), DropReason::kNone);
  EXPECT_EQ(h->state(), State::kClosed);
}

TEST_F(ZeroWindow, Rfc9293_Must66_AnUrgentPointerIsStillTaken) {
  Shut();
  h.Inject({.flags = "U.", .seq = 1001, .ack = 1, .up = 5});
  EXPECT_EQ(h->urgent_bytes_ahead(), 1005u);
}

TEST_F(ZeroWindow, Rfc9293_Must39_ReadingOpensItByAWorthwhileStepAtOnce) {
  Shut();
  EXPECT_EQ(h.Receive(499).size(), 499u);
  h.ExpectSilence();
  EXPECT_EQ(h.Receive(1).size(), 1u);
  h.Expect({.flags = ".", .seq = 1, .ack = 1001, .win = 500});
}

// A small amount free is not offered with an ACK that goes anyway, either.
TEST_F(ZeroWindow, Rfc9293_Must39_AnAckOffersNoSliver) {
  Shut();
  h.Receive(100);
  h.Inject({.flags = ".", .seq = 1001, .ack = 1, .data = "b"});
  h.Expect({.flags = ".", .seq = 1, .ack = 1001, .win = 0});
}

// --- the sender's silly window (3.8.6.2.1) -------------------------------------------------------

// The window that a SYN could not express is no reason for a segment of its own: the answer carries it.
TEST_F(Window, ReadingAFirstRequestSendsNoUpdate) {
  h.parameters.window_scaling = true;
  h.parameters.receive_buffer = 1 << 20;
  h.OpenPassive({.flags = "S", .options = {.mss = 1460, .window_scale = 7}});
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 1});
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "request"});
  EXPECT_EQ(h.Receive(), "request");
  h.ExpectSilence();
  h.Send("reply");
  const auto reply = h.Next();
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(h.RelativeAck(*reply), 8u);
  EXPECT_GT(uint32_t{reply->fields.window} << h->Info(h.now()).rcv_wscale, 1'000'000u);
}

TEST_F(Window, Rfc9293_Must38_ASliverOfWindowWaitsForTheOverride) {
  h.Establish(4000);
  h.Send(2920);
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 2921, .win = 100});
  h.Send(1000);
  h.ExpectSilence();  // 100 of 1000 octets, far below half of the largest window
  EXPECT_EQ(h.TimeToOutput(2s), h.parameters.sender_sws_override);
  h.Expect({.flags = ".", .seq = 2921, .ack = 1, .data = std::string(100, 'x')});
}

TEST_F(Window, Rfc9293_Must38_HalfOfALargestWindowBelowASegmentIsEnough) {
  h.Establish(1000);
  h.Send(5000);
  h.Expect({.flags = ".", .seq = 1, .ack = 1, .data = std::string(1000, 'x')});
  h.Inject({.flags = ".", .seq = 1, .ack = 1001, .win = 500});
  h.Expect({.flags = ".", .seq = 1001, .ack = 1, .data = std::string(500, 'x')});
  h.ExpectSilence();
}

TEST_F(Window, Rfc9293_Must38_EverythingThatIsQueuedMayGo) {
  h.Establish(4000);
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 100});
  h.Send("small");
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "small"});
}

// 3.10.7.4: only a segment that is newer than the one that set the window changes it.
TEST_F(Window, Rfc9293_3_10_7_4_9_AnOldSegmentDoesNotUpdateTheWindow) {
  h.Establish(4000);
  h.Send(1000);
  h.Inject({.flags = "P.", .seq = 1, .ack = 1001, .data = "abc", .win = 3000});
  ASSERT_EQ(h->Info(h.now()).snd_wnd, 3000u);
  h.Inject({.flags = ".", .seq = 4, .ack = 1, .win = 100});  // SEG.SEQ new, SEG.ACK old: reordered
  EXPECT_EQ(h->Info(h.now()).snd_wnd, 3000u);
  h.Inject({.flags = ".", .seq = 4, .ack = 1001, .win = 2000});
  EXPECT_EQ(h->Info(h.now()).snd_wnd, 2000u);
}

TEST_F(Window, Rfc9293_3_10_7_4_9_NorDoesOneThatWasOvertaken) {
  h.Establish(4000);
  h.Inject({.flags = "P.", .seq = 4, .ack = 1, .data = "def", .win = 3000});
  ASSERT_EQ(h->Info(h.now()).snd_wnd, 3000u);
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abc", .win = 100});  // SEG.SEQ old
  EXPECT_EQ(h->Info(h.now()).snd_wnd, 3000u);
}

// Both ends with a shut window: the ACKs that each sends must lie inside the other's, or nobody ever learns
// anything.
TEST_F(Window, AcksAreSentFromInsideThePeersWindow) {
  h.Establish(0);
  h.Send("hello");
  h.TimeToOutput(5s);
  h.Drain();  // a probe: SND.NXT is beyond the right edge now
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abc", .win = 0});
  h.Advance(40ms);
  h.Expect({.flags = ".", .seq = 1, .ack = 4});
}

}  // namespace
}  // namespace nut::tcp
