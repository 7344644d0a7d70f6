// RFC 9293 3.5, 3.10.7.1–3, 3.10.7.4 for SYN-RECEIVED: opening from one side, from both, and failing to.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class Opening : public testing::Test {
 protected:
  ConnectionHarness h;
};

TEST_F(Opening, ActiveOpenSendsASynAndAcknowledgesTheAnswer) {
  h.OpenActive();
  EXPECT_EQ(h->state(), State::kSynSent);
  h.Expect({.flags = "S", .seq = 0, .win = 65535});
  h.Inject({.flags = "S.", .seq = 0, .ack = 1});
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
  EXPECT_EQ(h->state(), State::kEstablished);
}

// "Data or controls that were queued for transmission MAY be included": they are what is queued in a moment.
class PatientOpening : public Opening {
 protected:
  void SetUp() override {
    h.parameters.syn_ack_patience = Parameters{}.syn_ack_patience;
    h.OpenActive();
    h.Expect({.flags = "S", .seq = 0});
    h.Inject({.flags = "S.", .seq = 0, .ack = 1});
    EXPECT_EQ(h->state(), State::kEstablished);
    h.ExpectSilence();
  }
};

TEST_F(PatientOpening, Rfc9293_3_10_7_3_AFirstRequestCarriesTheAckOfTheSynAck) {
  h.Send("question");
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "question"});
  h.Advance(50ms);
  h.ExpectSilence();
}

TEST_F(PatientOpening, Rfc9293_3_10_7_3_AFinCarriesItToo) {
  h.Shutdown();
  h.Expect({.flags = "F.", .seq = 1, .ack = 1});
}

TEST_F(PatientOpening, Rfc9293_Must40_NobodyWaitsLongForWhoDoesNotAsk) {
  EXPECT_EQ(h.TimeToOutput(1s), h.parameters.syn_ack_patience);
  EXPECT_LE(h.parameters.syn_ack_patience, 1ms);
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
}

TEST_F(PatientOpening, AGreetingDoesNotMakeItWaitLonger) {
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "hello"});
  EXPECT_EQ(h.TimeToOutput(1s), h.parameters.syn_ack_patience);
  h.Expect({.flags = ".", .seq = 1, .ack = 6});
}

TEST_F(Opening, WithoutDelayedAcksTheSynAckIsAcknowledgedAtOnce) {
  h.parameters.syn_ack_patience = 100us;
  h.parameters.delayed_ack = 0s;
  h.OpenActive();
  h.Expect({.flags = "S", .seq = 0});
  h.Inject({.flags = "S.", .seq = 0, .ack = 1});
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
}

TEST_F(Opening, PassiveOpenAnswersTheSyn) {
  h.OpenPassive();
  EXPECT_EQ(h->state(), State::kSynReceived);
  h.Expect({.flags = "S.", .seq = 0, .ack = 1, .win = 65535});
  EXPECT_FALSE(h->is_established_or_later());
  h.Inject({.flags = ".", .seq = 1, .ack = 1});
  h.ExpectSilence();
  EXPECT_EQ(h->state(), State::kEstablished);
}

TEST_F(Opening, Rfc9293_Must10_SimultaneousOpenEndsEstablished) {
  h.OpenActive();
  h.Expect({.flags = "S", .seq = 0});
  h.Inject({.flags = "S", .seq = 0});
  EXPECT_EQ(h->state(), State::kSynReceived);
  h.Expect({.flags = "S.", .seq = 0, .ack = 1});
  h.Inject({.flags = "S.", .seq = 0, .ack = 1});
  EXPECT_EQ(h->state(), State::kEstablished);
}

TEST_F(Opening, Rfc9293_Must10_SimultaneousOpenEndsWithAPlainAckToo) {
  h.OpenActive();
  h.Inject({.flags = "S", .seq = 0});
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 1});
  EXPECT_EQ(h->state(), State::kEstablished);
}

TEST_F(Opening, Rfc9293_Must11_AResetOfAnActiveOpenIsRefusal) {
  h.OpenActive();
  h.Inject({.flags = "R.", .seq = 0, .ack = 1});
  EXPECT_EQ(h->state(), State::kClosed);
  EXPECT_EQ(h->error(), Error::kConnectionRefused);
}

TEST_F(Opening, Rfc9293_Must11_AResetInSynReceivedEndsThatConnectionOnly) {
  h.OpenPassive();
  h.Drain();
  h.Inject({.flags = "R", .seq = 1});
  EXPECT_EQ(h->state(), State::kClosed);
  h.ExpectSilence();
}

// --- CLOSED (3.10.7.1) ---------------------------------------------------------------------------

class AfterTheEnd : public Opening {
 protected:
  void SetUp() override {
    h.Establish();
    h.Inject({.flags = "R", .seq = 1});
    ASSERT_EQ(h->state(), State::kClosed);
  }
};

TEST_F(AfterTheEnd, Rfc9293_3_10_7_1_1_WithoutAckTheResetAcknowledges) {
  h.Inject({.flags = "SF", .seq = 100, .data = "abc"});
  h.Expect({.flags = "R.", .seq = 0u - h.iss, .ack = 105});
}

TEST_F(AfterTheEnd, Rfc9293_3_10_7_1_1_WithAckTheResetTakesItsNumber) {
  EXPECT_EQ(h.Inject({.flags = ".", .seq = 100, .ack = 77}), DropReason::kTcpNoConnection);
  h.Expect({.flags = "R", .seq = 77});
}

TEST_F(AfterTheEnd, Rfc9293_3_10_7_1_1_AResetIsAnsweredByNothing) {
  h.Inject({.flags = "R", .seq = 1});
  h.Inject({.flags = "R.", .seq = 1, .ack = 1});
  h.ExpectSilence();
}

// --- SYN-SENT (3.10.7.3) -------------------------------------------------------------------------

TEST_F(Opening, Rfc9293_3_10_7_3_1_AnUnacceptableAckIsReset) {
  for (const uint32_t ack : {0u, 2u, 0x8000'0000u, 0xffff'ffffu}) {
    h.OpenActive();
    h.Drain();
    EXPECT_EQ(h.Inject({.flags = "S.", .seq = 0, .ack = ack}), DropReason::kTcpUnacceptableAck);
    h.Expect({.flags = "R", .seq = ack});
    EXPECT_EQ(h->state(), State::kSynSent);
  }
}

TEST_F(Opening, Rfc9293_3_10_7_3_1_AResetWithAnUnacceptableAckIsIgnored) {
  h.OpenActive();
  h.Drain();
  h.Inject({.flags = "R.", .seq = 0, .ack = 2});
  h.Inject({.flags = "R", .seq = 0});
  h.ExpectSilence();
  EXPECT_EQ(h->state(), State::kSynSent);
}

TEST_F(Opening, Rfc9293_3_10_7_3_1_NeitherSynNorResetIsDropped) {
  h.OpenActive();
  h.Drain();
  EXPECT_EQ(h.Inject({.flags = ".", .seq = 0, .ack = 1}), DropReason::kTcpUnexpectedFlags);
  EXPECT_EQ(h.Inject({.flags = "F", .seq = 0}), DropReason::kTcpUnexpectedFlags);
  h.ExpectSilence();
}

TEST_F(Opening, Rfc9293_3_10_7_3_1_TextAndFinOfTheSynAckAreTaken) {
  h.OpenActive();
  h.Drain();
  h.Inject({.flags = "SF.", .seq = 0, .ack = 1, .data = "hello"});
  EXPECT_EQ(h->state(), State::kCloseWait);
  h.Expect({.flags = ".", .seq = 1, .ack = 7});
  EXPECT_EQ(h.Receive(), "hello");
}

TEST_F(Opening, Rfc9293_3_10_7_2_1_TextOfTheSynIsKeptUntilEstablished) {
  h.OpenPassive({.flags = "S", .data = "hello"});
  h.Expect({.flags = "S.", .seq = 0, .ack = 6});
  EXPECT_FALSE(h->readable());
  EXPECT_EQ(h.Receive(), "");
  h.Inject({.flags = ".", .seq = 6, .ack = 1});
  EXPECT_TRUE(h->readable());
  EXPECT_EQ(h.Receive(), "hello");
}

TEST_F(Opening, Rfc9293_3_10_7_2_1_AFinOfTheSynClosesAfterEstablishing) {
  h.OpenPassive({.flags = "SF", .data = "bye"});
  h.Expect({.flags = "S.", .seq = 0, .ack = 4});
  h.Inject({.flags = ".", .seq = 5, .ack = 1});
  EXPECT_EQ(h->state(), State::kCloseWait);
  EXPECT_EQ(h.Receive(), "bye");
}

TEST_F(Opening, TextOfTheSynIsTrimmedToTheWindow) {
  h.parameters.receive_buffer = 100;
  h.OpenPassive({.flags = "SF", .data = std::string(150, 'a')});
  h.Expect({.flags = "S.", .seq = 0, .ack = 101, .win = 0});
}

TEST_F(Opening, TextAndFinOfASimultaneousSynAreKept) {
  h.OpenActive();
  h.Drain();
  h.Inject({.flags = "SF", .seq = 0, .data = "hi"});
  h.Expect({.flags = "S.", .seq = 0, .ack = 3});
  h.Inject({.flags = "S.", .seq = 0, .ack = 1});
  EXPECT_EQ(h->state(), State::kCloseWait);
  EXPECT_EQ(h.Receive(), "hi");
}

// --- SYN-RECEIVED (3.10.7.4) ---------------------------------------------------------------------

TEST_F(Opening, Rfc9293_3_10_7_4_6_AWrongAckInSynReceivedIsReset) {
  h.OpenPassive();
  h.Drain();
  EXPECT_EQ(h.Inject({.flags = ".", .seq = 1, .ack = 2}), DropReason::kTcpUnacceptableAck);
  h.Expect({.flags = "R", .seq = 2});
  h.Inject({.flags = ".", .seq = 1, .ack = 0});
  h.Expect({.flags = "R", .seq = 0});
  EXPECT_EQ(h->state(), State::kSynReceived);
}

TEST_F(Opening, ARepeatedSynIsAnsweredBySynAckAgain) {
  h.OpenPassive();
  h.Drain();
  h.Inject({.flags = "S", .seq = 0});
  h.Expect({.flags = "S.", .seq = 0, .ack = 1});
}

TEST_F(Opening, Rfc5961_4_2_AnotherSynInSynReceivedIsChallenged) {
  h.OpenPassive();
  h.Drain();
  EXPECT_EQ(h.Inject({.flags = "S", .seq = 77}), DropReason::kTcpBlindSyn);
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
  EXPECT_EQ(h->state(), State::kSynReceived);
}

TEST_F(Opening, TheAckThatEstablishesMayCarryTextAndFin) {
  h.OpenPassive();
  h.Drain();
  h.Inject({.flags = "FP.", .seq = 1, .ack = 1, .data = "all at once"});
  EXPECT_EQ(h->state(), State::kCloseWait);
  EXPECT_EQ(h.Receive(), "all at once");
}

// --- time-outs -----------------------------------------------------------------------------------

TEST_F(Opening, Rfc9293_Must22_ASynIsRepeatedWithBackoff) {
  h.OpenActive();
  h.Drain();
  Duration expected = 1s;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(h.TimeToOutput(100s), expected);
    h.Expect({.flags = "S", .seq = 0});
    expected *= 2;
  }
}

TEST_F(Opening, Rfc9293_Must23_ASynIsGivenUpAfterThreeMinutesNotBefore) {
  h.OpenActive();
  h.Advance(180s - 1ms);
  EXPECT_EQ(h->state(), State::kSynSent);
  h.Advance(1ms);
  EXPECT_EQ(h->state(), State::kClosed);
  EXPECT_EQ(h->error(), Error::kTimedOut);
}

TEST_F(Opening, AHalfOpenConnectionIsForgotten) {
  h.OpenPassive();
  h.Advance(h.parameters.syn_received_timeout);
  EXPECT_EQ(h->state(), State::kClosed);
}

// Original: S13: an active opener became a listener after 45 ticks.
TEST_F(Opening, S13_AnActiveOpenerInSynReceivedKeepsItsPatience) {
  h.OpenActive();
  h.Inject({.flags = "S", .seq = 0});
  h.Advance(h.parameters.syn_received_timeout + 1s);
  EXPECT_EQ(h->state(), State::kSynReceived);
  h.Advance(180s);
  EXPECT_EQ(h->state(), State::kClosed);
}

TEST_F(Opening, Rfc6298_5_7_AfterASynTimeoutTheRtoIsThreeSeconds) {
  h.OpenActive();
  h.TimeToOutput(5s);
  h.Advance(1s);
  h.Drain();
  h.Inject({.flags = "S.", .seq = 0, .ack = 1});
  EXPECT_EQ(h->Info(h.now()).rto, 3s);
}

TEST_F(Opening, Rfc5681_3_1_AfterALostSynTheWindowIsOneSegment) {
  h.OpenActive();
  h.Advance(1500ms);
  h.Inject({.flags = "S.", .seq = 0, .ack = 1, .options = {.mss = 1460}});
  EXPECT_EQ(h->Info(h.now()).cwnd, 1460u);
}

TEST_F(Opening, Rfc6298_3_ASynThatWasRepeatedGivesNoSample) {
  h.OpenActive();
  h.Advance(1500ms);
  h.Inject({.flags = "S.", .seq = 0, .ack = 1});
  EXPECT_EQ(h->Info(h.now()).srtt, 0ms);
  ConnectionHarness once;
  once.OpenActive();
  once.Advance(30ms);
  once.Inject({.flags = "S.", .seq = 0, .ack = 1});
  EXPECT_EQ(once->Info(once.now()).srtt, 30ms);
}

// --- the calls -----------------------------------------------------------------------------------

TEST_F(Opening, NothingCanBeSentOrReadBeforeItIsOpen) {
  h.OpenActive();
  std::array<uint8_t, 8> buffer;
  EXPECT_EQ(h->Send(buffer, h.now()).error(), Error::kWouldBlock);
  EXPECT_EQ(h->Receive(buffer, h.now()).error(), Error::kWouldBlock);
  EXPECT_FALSE(h->writable());
  EXPECT_FALSE(h->readable());
}

TEST_F(Opening, CloseInSynSentForgetsIt) {
  h.OpenActive();
  h.Drain();
  h.Close();
  h.ExpectSilence();
  EXPECT_EQ(h->state(), State::kDestroy);
}

TEST_F(Opening, AbortInSynSentSendsNothing) {
  h.OpenActive();
  h.Drain();
  h.Abort();
  h.ExpectSilence();
  EXPECT_EQ(h->error(), Error::kConnectionAborted);
}

TEST_F(Opening, CloseInSynReceivedIsDoneAfterEstablishing) {
  h.OpenPassive();
  h.Drain();
  h.Close();
  EXPECT_EQ(h->state(), State::kSynReceived);
  h.Inject({.flags = ".", .seq = 1, .ack = 1});
  EXPECT_EQ(h->state(), State::kFinWait1);
  h.Expect({.flags = "F.", .seq = 1, .ack = 1});
}

}  // namespace
}  // namespace nut::tcp
