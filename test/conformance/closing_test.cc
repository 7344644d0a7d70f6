// RFC 9293 3.6, 3.10.4–5, 3.10.7.4, 3.10.8: closing from one side, from both, half, and for good.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class Closing : public testing::Test {
 protected:
  void SetUp() override { h.Establish(); }
  Result<size_t> Read() {
    std::array<uint8_t, 100> buffer;
    return h->Receive(buffer, h.now());
  }
  ConnectionHarness h;
};

TEST_F(Closing, TheActiveSideGoesThroughFinWaitToTimeWait) {
  h.Shutdown();
  h.Expect({.flags = "F.", .seq = 1, .ack = 1});
  EXPECT_EQ(h->state(), State::kFinWait1);
  h.Inject({.flags = ".", .seq = 1, .ack = 2});
  EXPECT_EQ(h->state(), State::kFinWait2);
  h.Inject({.flags = "F.", .seq = 1, .ack = 2});
  h.Expect({.flags = ".", .seq = 2, .ack = 2});
  EXPECT_EQ(h->state(), State::kTimeWait);
}

TEST_F(Closing, ThePassiveSideGoesThroughCloseWaitToClosed) {
  h.Inject({.flags = "F.", .seq = 1, .ack = 1});
  h.Advance(40ms);
  h.Expect({.flags = ".", .seq = 1, .ack = 2});
  EXPECT_EQ(h->state(), State::kCloseWait);
  h.Shutdown();
  h.Expect({.flags = "F.", .seq = 1, .ack = 2});
  EXPECT_EQ(h->state(), State::kLastAck);
  h.Inject({.flags = ".", .seq = 2, .ack = 2});
  EXPECT_EQ(h->state(), State::kClosed);
  h.ExpectSilence();
  EXPECT_FALSE(h->error().has_value());
}

TEST_F(Closing, BothAtOnceGoThroughClosing) {
  h.Shutdown();
  h.Drain();
  h.Inject({.flags = "F.", .seq = 1, .ack = 1});
  EXPECT_EQ(h->state(), State::kClosing);
  h.Expect({.flags = ".", .seq = 2, .ack = 2});
  h.Inject({.flags = ".", .seq = 2, .ack = 2});
  EXPECT_EQ(h->state(), State::kTimeWait);
}

TEST_F(Closing, FinAndAckOfOursTogetherGoStraightToTimeWait) {
  h.Shutdown();
  h.Inject({.flags = "F.", .seq = 1, .ack = 2});
  EXPECT_EQ(h->state(), State::kTimeWait);
}

TEST_F(Closing, TheFinRidesOnTheLastText) {
  h.Send("last words");
  h.Drain();
  h->Send(AsBytes("more"), h.now());
  ASSERT_TRUE(h->Shutdown(h.now()).has_value());
  h.Pump();
  h.Expect({.flags = "FP.", .seq = 11, .ack = 1, .data = "more"});
}

// --- half close ----------------------------------------------------------------------------------

TEST_F(Closing, AfterOurFinThePeerMayStillSend) {
  h.MoveTo(State::kFinWait2);
  h.Inject({.flags = "P.", .seq = 1, .ack = 2, .data = "still here"});
  EXPECT_EQ(h.Receive(), "still here");
  h.Advance(300s);  // somebody holds it: no limit in time
  EXPECT_EQ(h->state(), State::kFinWait2);
  h.Inject({.flags = "F.", .seq = 11, .ack = 2});
  EXPECT_EQ(h->state(), State::kTimeWait);
}

TEST_F(Closing, AfterThePeersFinWeMayStillSend) {
  h.MoveTo(State::kCloseWait);
  EXPECT_EQ(h.Send("still here"), 10u);
  h.Expect({.flags = "P.", .seq = 1, .ack = 2, .data = "still here"});
}

TEST_F(Closing, SendingAfterShutdownIsABrokenPipe) {
  h.Shutdown();
  EXPECT_EQ(h->Send(AsBytes("x"), h.now()).error(), Error::kBrokenPipe);
  EXPECT_EQ(h->Shutdown(h.now()).error(), Error::kBrokenPipe);
}

TEST_F(Closing, QueuedTextGoesBeforeTheFin) {
  h.Send(20'000);  // more than the initial window
  h.Shutdown();
  EXPECT_EQ(h->state(), State::kFinWait1);
  uint32_t received = 1;
  bool fin = false;
  for (int i = 0; i < 100 && !fin; ++i) {
    while (const auto segment = h.Next()) {
      ASSERT_EQ(h.RelativeSequence(*segment), received);
      received += static_cast<uint32_t>(segment->payload.size());
      fin = segment->fields.flags.fin();
    }
    h.Inject({.flags = ".", .seq = 1, .ack = received});
  }
  EXPECT_TRUE(fin);
  EXPECT_EQ(received, 20'001u);
}

// --- normal end or abort (MUST-12) ---------------------------------------------------------------

TEST_F(Closing, Rfc9293_Must12_AFinIsTheEndOfTheStream) {
  h.Inject({.flags = "FP.", .seq = 1, .ack = 1, .data = "end"});
  EXPECT_EQ(Read(), 3u);
  EXPECT_EQ(Read(), 0u);
  EXPECT_EQ(Read(), 0u);
}

TEST_F(Closing, Rfc9293_Must12_AResetIsAnErrorAfterWhatWasReceived) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "end"});
  h.Inject({.flags = "R", .seq = 4});
  EXPECT_TRUE(h->readable());
  EXPECT_TRUE(h->writable());
  EXPECT_EQ(Read(), 3u);
  EXPECT_EQ(Read().error(), Error::kConnectionReset);
  EXPECT_EQ(h->Send(AsBytes("x"), h.now()).error(), Error::kConnectionReset);
}

TEST_F(Closing, AfterTheWholeStreamAndLastAckReadingStillSaysEnd) {
  h.MoveTo(State::kLastAck);
  h.Inject({.flags = ".", .seq = 2, .ack = 2});
  ASSERT_EQ(h->state(), State::kClosed);
  EXPECT_EQ(Read(), 0u);
}

// --- unread or later data (SHLD-3) ---------------------------------------------------------------

TEST_F(Closing, Rfc9293_Shld3_CloseWithUnreadDataResets) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "unread"});
  h.Close();
  h.Expect({.flags = "R.", .seq = 1, .ack = 7});
  EXPECT_EQ(h->state(), State::kDestroy);
}

TEST_F(Closing, Rfc9293_Shld3_DataAfterCloseResets) {
  h.Close();
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 2});
  EXPECT_EQ(h.Inject({.flags = "P.", .seq = 1, .ack = 2, .data = "late"}), DropReason::kTcpAfterClose);
  h.Expect({.flags = "R", .seq = 2});
  EXPECT_EQ(h->state(), State::kDestroy);
}

TEST_F(Closing, Rfc9293_Shld3_DataOnTheWayToAShutdownSocketDoesNot) {
  h.Shutdown();
  h.Drain();
  h.Inject({.flags = "P.", .seq = 1, .ack = 2, .data = "late"});
  EXPECT_EQ(h.Receive(), "late");
}

// --- TIME-WAIT -----------------------------------------------------------------------------------

TEST_F(Closing, Rfc9293_Must13_TimeWaitLastsTwoMsl) {
  h.MoveTo(State::kTimeWait);
  h.Advance(60s - 1ns);
  EXPECT_EQ(h->state(), State::kTimeWait);
  h.Advance(1ns);
  EXPECT_EQ(h->state(), State::kClosed);
}

TEST(ClosingWithTimestamps, Rfc9293_3_10_7_4_10_ARepeatedFinRestartsTimeWaitToo) {
  ConnectionHarness h;
  h.parameters.timestamps = true;
  h.Establish(65535, {.mss = 1460, .timestamps = wire::TcpTimestamps{.value = 100, .echo_reply = 0}});
  h.Shutdown();
  const wire::TcpOptions stamp{.timestamps = wire::TcpTimestamps{.value = 101, .echo_reply = 0}};
  h.Inject({.flags = "F.", .seq = 1, .ack = 2, .options = stamp});
  ASSERT_EQ(h->state(), State::kTimeWait);
  h.Advance(h.parameters.time_wait / 2);
  h.Inject({.flags = "F.", .seq = 1, .ack = 2, .options = stamp});
  h.Advance(h.parameters.time_wait * 3 / 4);
  EXPECT_EQ(h->state(), State::kTimeWait);
}

TEST_F(Closing, Rfc9293_3_10_7_4_10_ARepeatedFinIsAcknowledgedAndRestartsTimeWait) {
  h.MoveTo(State::kTimeWait);
  h.Advance(40s);
  h.Inject({.flags = "F.", .seq = 1, .ack = 2});
  h.Expect({.flags = ".", .seq = 2, .ack = 2});
  h.Advance(40s);
  EXPECT_EQ(h->state(), State::kTimeWait);
  h.Advance(20s);
  EXPECT_EQ(h->state(), State::kClosed);
}

TEST_F(Closing, NothingElseKeepsTimeWaitAlive) {
  h.MoveTo(State::kTimeWait);
  for (int i = 0; i < 59; ++i) {
    h.Advance(1s);
    h.Inject({.flags = "F.", .seq = 700, .ack = 2});
    h.Inject({.flags = ".", .seq = 2, .ack = 2});
    h.Inject({.flags = "S", .seq = 900});
  }
  h.Advance(1s);
  EXPECT_EQ(h->state(), State::kClosed);
}

TEST_F(Closing, Rfc9293_May2_ANewerSynMayReopenFromTimeWait) {
  h.MoveTo(State::kTimeWait);
  const auto syn = [&](uint32_t relative) {
    IncomingSegment segment;
    segment.sequence = wire::SequenceNumber(h.irs + relative);
    segment.flags = wire::TcpFlags::kSyn;
    return segment;
  };
  EXPECT_TRUE(h->MayReopen(syn(3)));
  EXPECT_FALSE(h->MayReopen(syn(2)));
  EXPECT_FALSE(h->MayReopen(syn(0)));
  IncomingSegment with_ack = syn(3);
  with_ack.flags |= wire::TcpFlags::kAck;
  EXPECT_FALSE(h->MayReopen(with_ack));
}

TEST_F(Closing, NothingReopensAnEstablishedConnection) {
  IncomingSegment segment;
  segment.sequence = wire::SequenceNumber(h.irs + 1000);
  segment.flags = wire::TcpFlags::kSyn;
  EXPECT_FALSE(h->MayReopen(segment));
}

// --- the FIN's own number ------------------------------------------------------------------------

TEST_F(Closing, Rfc9293_3_10_7_4_4_AnOldFinClosesNothing) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "0123456789"});
  h.Drain();
  EXPECT_EQ(h.Inject({.flags = "FP.", .seq = 1, .ack = 1, .data = "01234"}), DropReason::kTcpDuplicateData);
  EXPECT_EQ(h->state(), State::kEstablished);
  h.Expect({.flags = ".", .seq = 1, .ack = 11});
}

TEST_F(Closing, Rfc9293_3_10_7_4_4_AFinInTheMiddleOfWhatIsHereClosesNothing) {
  h.Inject({.flags = "P.", .seq = 5, .ack = 1, .data = "efgh"});
  h.Inject({.flags = "F.", .seq = 3, .ack = 1});
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abcd"});
  EXPECT_EQ(h->state(), State::kEstablished);
  EXPECT_EQ(h.Receive(), "abcdefgh");
}

TEST_F(Closing, Rfc9293_3_10_7_4_4_AFinBehindAGapWaitsForItsTurn) {
  h.Inject({.flags = "F.", .seq = 5, .ack = 1});
  EXPECT_EQ(h->state(), State::kEstablished);
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abcd"});
  EXPECT_EQ(h->state(), State::kCloseWait);
  h.Expect({.flags = ".", .seq = 1, .ack = 6});
  EXPECT_EQ(h.Receive(), "abcd");
}

TEST_F(Closing, DataBehindAnEarlyFinDisprovesIt) {
  h.Inject({.flags = "F.", .seq = 5, .ack = 1});
  h.Inject({.flags = "P.", .seq = 5, .ack = 1, .data = "efgh"});
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abcd"});
  EXPECT_EQ(h->state(), State::kEstablished);
  EXPECT_EQ(h.Receive(), "abcdefgh");
}

TEST_F(Closing, AFinOutsideTheWindowIsCutOffWithItsText) {
  ConnectionHarness small;
  small.parameters.receive_buffer = 100;
  small.Establish();
  small.Inject({.flags = "FP.", .seq = 1, .ack = 1, .data = std::string(100, 'a')});
  EXPECT_EQ(small->state(), State::kEstablished);
  EXPECT_EQ(small.Receive().size(), 100u);
  small.Inject({.flags = "F.", .seq = 101, .ack = 1});
  EXPECT_EQ(small->state(), State::kCloseWait);
}

TEST_F(Closing, TextInCloseWaitIsIgnored) {
  h.MoveTo(State::kCloseWait);
  EXPECT_EQ(h.Inject({.flags = "P.", .seq = 2, .ack = 1, .data = "after the end"}),
            DropReason::kTcpAfterClose);
  EXPECT_EQ(Read(), 0u);
}

// --- orphans and time-outs (3.10.8) --------------------------------------------------------------

TEST_F(Closing, Rfc9293_3_10_8_1_AnOrphanInFinWait2EndsByItself) {
  h.Close();
  h.Inject({.flags = ".", .seq = 1, .ack = 2});
  ASSERT_EQ(h->state(), State::kFinWait2);
  h.Drain();
  h.Advance(h.parameters.fin_wait_2_orphan);
  EXPECT_EQ(h->state(), State::kDestroy);
  h.ExpectSilence();
}

TEST_F(Closing, AFinWait2ThatBecomesAnOrphanEndsByItself) {
  h.MoveTo(State::kFinWait2);
  h.Close();
  h.Advance(h.parameters.fin_wait_2_orphan);
  EXPECT_EQ(h->state(), State::kDestroy);
}

TEST_F(Closing, Rfc9293_3_10_8_1_AnOrphanWhoseFinNobodyAcknowledgesEndsByItself) {
  h.Close();
  h.Advance(h.parameters.linger_orphan);
  EXPECT_EQ(h->state(), State::kDestroy);
}

TEST_F(Closing, Rfc9293_3_10_8_1_AnOrphanInAZeroWindowEndsByItself) {
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
  h.Send("never read");
  h.Close();
  for (int i = 0; i < 120; ++i) {
    h.Advance(1s);
    if (h.waiting() > 0 && h->state() != State::kDestroy)
      h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
    h.Drain();
  }
  EXPECT_EQ(h->state(), State::kDestroy);
}

TEST_F(Closing, AnOrphanPassesThroughTimeWaitToDestroy) {
  h.Close();
  h.Inject({.flags = "F.", .seq = 1, .ack = 2});
  ASSERT_EQ(h->state(), State::kTimeWait);
  h.Advance(60s);
  EXPECT_EQ(h->state(), State::kDestroy);
}

TEST_F(Closing, CloseAfterTheEndDestroys) {
  h.Inject({.flags = "R", .seq = 1});
  EXPECT_EQ(h->state(), State::kClosed);
  h.Close();
  EXPECT_EQ(h->state(), State::kDestroy);
}

TEST_F(Closing, CloseTwiceIsHarmless) {
  h.Close();
  h.Drain();
  h.Close();
  h.ExpectSilence();
  EXPECT_EQ(h->state(), State::kFinWait1);
}

// --- ABORT (3.10.5) ------------------------------------------------------------------------------

class AbortIn : public Closing, public testing::WithParamInterface<State> {};

TEST_P(AbortIn, SendsAResetWhereThePeerKnowsUs) {
  h.MoveTo(GetParam());
  h.Abort();
  const bool resets =
      GetParam() != State::kClosing && GetParam() != State::kLastAck && GetParam() != State::kTimeWait;
  const auto reset = h.Next();
  ASSERT_EQ(reset.has_value(), resets);
  if (reset) {
    EXPECT_TRUE(reset->fields.flags.rst());
    EXPECT_EQ(h.RelativeSequence(*reset),
              GetParam() == State::kFinWait1 || GetParam() == State::kFinWait2 ? 2u : 1u);
  }
  EXPECT_EQ(h->state(), State::kClosed);
  EXPECT_EQ(h->error(), Error::kConnectionAborted);
  EXPECT_EQ(h->poll_at(), kNever);
}

INSTANTIATE_TEST_SUITE_P(States, AbortIn,
                         testing::Values(State::kEstablished, State::kFinWait1, State::kFinWait2,
                                         State::kCloseWait, State::kClosing, State::kLastAck,
                                         State::kTimeWait));

// Original: R2: what is destroyed stays destroyed, whatever comes.
TEST_F(Closing, R2_NothingRevivesADestroyedConnection) {
  h.Close();
  h.Inject({.flags = "R", .seq = 1});
  ASSERT_EQ(h->state(), State::kDestroy);
  h.Abort();
  h.Inject({.flags = "S", .seq = 0});
  h.Inject({.flags = "S.", .seq = 0, .ack = 1});
  h.Inject({.flags = "F.", .seq = 1, .ack = 2});
  h->OnTimer(h.now() + 1000s);
  h->OnIcmpError(Error::kHostUnreachable, true, wire::SequenceNumber(h.iss), h.now());
  EXPECT_FALSE(h->Shutdown(h.now()).has_value());
  EXPECT_EQ(h->state(), State::kDestroy);
  h->CheckInvariants();
}

TEST_F(Closing, InClosingTextIsLateAndAnAckIsNot) {
  h.MoveTo(State::kClosing);
  EXPECT_EQ(h.Inject({.flags = ".", .seq = 2, .ack = 1}), DropReason::kNone);
  EXPECT_EQ(h.Inject({.flags = "P.", .seq = 2, .ack = 1, .data = "text"}), DropReason::kTcpAfterClose);
  EXPECT_EQ(h->state(), State::kClosing);
  EXPECT_EQ(h.Inject({.flags = ".", .seq = 2, .ack = 2}), DropReason::kNone);
  EXPECT_EQ(h->state(), State::kTimeWait);
}

}  // namespace
}  // namespace nut::tcp
