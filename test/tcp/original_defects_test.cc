// The original's defects that a faithful port would carry (S1–S13, R2): each with the traffic that struck it.
// What concerns several connections at once (S14, S15) is the engine's; what concerns bytes of headers (S1's
// endless loop, S8) the wire's.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class OriginalDefects : public testing::Test {
 protected:
  void SetUp() override { h.Establish(); }
  ConnectionHarness h;
};

// S1: options were obeyed on any segment, before any check, and an MSS of 0 was taken at its word.
TEST_F(OriginalDefects, S1_AnMssOnALiveConnectionChangesNothing) {
  h.Inject({.flags = ".", .seq = 70'000, .ack = 1, .options = {.mss = 1}});
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .options = {.mss = 1, .window_scale = 14}});
  EXPECT_EQ(h->Info(h.now()).send_mss, 1460u);
  EXPECT_EQ(h->Info(h.now()).snd_wscale, 0);
}

TEST_F(OriginalDefects, S1_AnMssOfZeroStillMovesData) {
  h.Establish(65535, {.mss = 0});
  h.Send(100);
  EXPECT_GT(h.DrainText(), 0u);
}

// S2: any RST, with any number, killed the connection in six states.
TEST_F(OriginalDefects, S2_ABlindResetKillsNothing) {
  for (const State state : {State::kEstablished, State::kFinWait1, State::kFinWait2, State::kCloseWait,
                            State::kClosing, State::kLastAck}) {
    ConnectionHarness one;
    one.Establish();
    one.MoveTo(state);
    for (uint32_t guess = 3; guess < 0xf000'0000; guess += 0x0100'0001)
      one.Inject({.flags = "R", .seq = guess});
    EXPECT_EQ(NameOf(one->state()), NameOf(state));
  }
}

// S3: a SYN in those states was answered by RST.
TEST_F(OriginalDefects, S3_ASynIsNotAnsweredByReset) {
  h.Inject({.flags = "S", .seq = 0});
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
  EXPECT_EQ(h->state(), State::kEstablished);
}

// S4: an old segment with FIN moved RCV.NXT and closed.
TEST_F(OriginalDefects, S4_AnOldFinClosesNothing) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abc"});
  h.Inject({.flags = "F.", .seq = 1, .ack = 1});
  h.Inject({.flags = "FP.", .seq = 0, .ack = 1, .data = "ab"});
  EXPECT_EQ(h->state(), State::kEstablished);
  EXPECT_EQ(h->Info(h.now()).rcv_nxt - h.irs, 4u);
}

// S5: FIN-WAIT-1 and -2 appended data in the order of its arrival.
TEST_F(OriginalDefects, S5_FinWaitPutsDataInOrder) {
  for (const State state : {State::kFinWait1, State::kFinWait2}) {
    ConnectionHarness one;
    one.Establish();
    one.MoveTo(state);
    const uint32_t ack = state == State::kFinWait1 ? 1 : 2;
    one.Inject({.flags = "P.", .seq = 4, .ack = ack, .data = "def"});
    one.Inject({.flags = "P.", .seq = 1, .ack = ack, .data = "abc"});
    one.Inject({.flags = "P.", .seq = 1, .ack = ack, .data = "XYZ"});
    EXPECT_EQ(one.Receive(), "abcdef");
  }
}

// S6: a segment that overlapped to the left was dropped whole: a peer that repacketises stalled for ever.
TEST_F(OriginalDefects, S6_ARepacketisedRetransmissionGoesOn) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abc"});
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abcdefghi"});
  EXPECT_EQ(h.Receive(), "abcdefghi");
}

// S7: there was no right edge.
TEST_F(OriginalDefects, S7_DataBeyondTheWindowIsNotKept) {
  for (const uint32_t far : {65'536u, 100'000u, 0x7fff'0000u}) {
    EXPECT_EQ(h.Inject({.flags = "P.", .seq = 1 + far, .ack = 1, .data = "far"}),
              DropReason::kTcpOutOfWindow);
  }
  EXPECT_EQ(h->Info(h.now()).out_of_order, 0u);
}

// S9: nobody probed a zero window, and a window that stayed below one segment blocked for ever.
TEST_F(OriginalDefects, S9_ALostWindowUpdateIsMadeUpFor) {
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
  h.Send("waiting");
  EXPECT_TRUE(h.TimeToOutput(2s).has_value());
}

TEST_F(OriginalDefects, S9_AWindowBelowOneSegmentCarriesData) {
  ConnectionHarness small;
  small.Establish(300);
  small.Send(1000);
  uint32_t received = 1;
  for (int i = 0; i < 20 && received < 1001; ++i) {
    small.TimeToOutput(2s);
    while (const auto segment = small.Next()) received += static_cast<uint32_t>(segment->payload.size());
    small.Inject({.flags = ".", .seq = 1, .ack = received, .win = 300});
  }
  EXPECT_EQ(received, 1001u);
}

// S10: there was no congestion control.
TEST_F(OriginalDefects, S10_TheFirstFlightIsTheInitialWindow) {
  h.Send(65'000);
  EXPECT_EQ(h.DrainText(), 14'600u);
}

// S11: the time-out could fall to a few milliseconds, on a clock of 16 bits.
TEST_F(OriginalDefects, S11_TheTimeoutHasAFloorAndItsClockDoesNotWrap) {
  for (uint32_t i = 0; i < 50; ++i) {
    h.Send("x");
    h.Advance(100us);
    h.Inject({.flags = ".", .seq = 1, .ack = 2 + i});
  }
  EXPECT_EQ(h->Info(h.now()).rto, h.parameters.minimum_rto);
  h.Advance(70'000ms);
  h.Send("x");
  h.Drain();
  EXPECT_EQ(h.TimeToOutput(1s), h.parameters.minimum_rto);
}

// S12: TIME-WAIT and FIN-WAIT-2 lasted about 1.8 s, and were deaf.
TEST_F(OriginalDefects, S12_TimeWaitLastsAndListens) {
  h.MoveTo(State::kTimeWait);
  h.Advance(59s);
  h.Inject({.flags = "F.", .seq = 1, .ack = 2});
  h.Expect({.flags = ".", .seq = 2, .ack = 2});
}

TEST_F(OriginalDefects, S12_FinWait2WaitsAsLongAsSomebodyHoldsIt) {
  h.MoveTo(State::kFinWait2);
  h.Advance(std::chrono::hours(10));
  EXPECT_EQ(h->state(), State::kFinWait2);
}

// R5: the application closed between the processing of a segment's text and of its FIN; here nothing can come
// in between, and both orders end in the same state.
TEST_F(OriginalDefects, R5_CloseAndFinInEitherOrder) {
  h.Inject({.flags = "FP.", .seq = 1, .ack = 1, .data = "abc"});
  h.Shutdown();
  h.Inject({.flags = ".", .seq = 5, .ack = 2});
  EXPECT_EQ(h->state(), State::kClosed);
  ConnectionHarness other;
  other.Establish();
  other.Shutdown();
  other.Inject({.flags = "FP.", .seq = 1, .ack = 1, .data = "abc"});
  other.Inject({.flags = ".", .seq = 5, .ack = 2});
  EXPECT_EQ(other->state(), State::kTimeWait);
}

// R6: a retransmission that gave the connection up was not noticed, and an aborted connection went on.
TEST_F(OriginalDefects, R6_AConnectionThatWasGivenUpStaysOver) {
  h.Send("x");
  h.Advance(h.parameters.retransmission_timeout);
  ASSERT_EQ(h->state(), State::kClosed);
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 2});
  EXPECT_EQ(h->state(), State::kClosed);
  EXPECT_TRUE(h.Next()->fields.flags.rst());
}

}  // namespace
}  // namespace nut::tcp
