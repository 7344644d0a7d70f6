// The handshake from both ends: what the first segments say, what they change, and what the path does to it.
#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class Handshake : public testing::Test {
 protected:
  ConnectionInfo Info() { return h->Info(h.now()); }
  ConnectionHarness h;
};

TEST_F(Handshake, AnActiveOpenIsCountedAndHasItsTime) {
  h.OpenActive();
  EXPECT_EQ(h.statistics()[Counter::kTcpActiveOpens], 1u);
  EXPECT_EQ(h.statistics()[Counter::kTcpPassiveOpens], 0u);
  EXPECT_EQ(h->opened(), h.now());
  EXPECT_EQ(Info().last_activity, h.now());
  EXPECT_EQ(Info().snd_nxt, h.iss + 1);
  EXPECT_EQ(Info().snd_una, h.iss);
  EXPECT_EQ(Info().timer, "retransmit");
  EXPECT_EQ(Info().timer_left, Duration(1s));
  const auto syn = h.Next();
  EXPECT_EQ(syn->fields.window, 65535);
  EXPECT_EQ(syn->fields.options.mss, 1460);
  EXPECT_TRUE(syn->fields.options.sack_permitted);
  EXPECT_FALSE(syn->fields.options.window_scale);
  EXPECT_FALSE(syn->fields.options.timestamps);
}

TEST_F(Handshake, APassiveOpenIsCountedAndKnowsItsPeer) {
  h.OpenPassive({.flags = "S", .win = 5000, .options = {.mss = 700}});
  EXPECT_EQ(h.statistics()[Counter::kTcpPassiveOpens], 1u);
  EXPECT_EQ(Info().state, State::kSynReceived);
  EXPECT_EQ(Info().snd_wnd, 5000u);
  EXPECT_EQ(Info().rcv_nxt, h.irs + 1);
  EXPECT_EQ(Info().irs, h.irs);
  EXPECT_EQ(Info().send_mss, 700u);
  EXPECT_EQ(h->opened(), h.now());
  EXPECT_FALSE(h->syn_was_lost());
  EXPECT_FALSE(h->is_fast_open());
  h.Expect({.flags = "S.", .seq = 0, .ack = 1, .win = 65535});
  h.ExpectSilence();
}

TEST_F(Handshake, ASmallBufferIsASmallWindowFromTheFirstSegmentOn) {
  h.parameters.receive_buffer = 3000;
  h.parameters.largest_receive_buffer = 0;
  h.OpenActive();
  h.Expect({.flags = "S", .seq = 0, .win = 3000});
  h.OpenPassive();
  h.Expect({.flags = "S.", .seq = 0, .ack = 1, .win = 3000});
}

TEST_F(Handshake, SimultaneousOpensAgreeOnWhatBothHaveSaid) {
  h.OpenActive();
  h.Drain();
  h.Inject({.flags = "S", .seq = 0, .win = 4000, .options = {.mss = 700}});
  EXPECT_EQ(Info().state, State::kSynReceived);
  EXPECT_EQ(Info().snd_wnd, 4000u) << "from here on";
  EXPECT_EQ(Info().send_mss, 700u);
  h.Expect({.flags = "S.", .seq = 0, .ack = 1});
  h.Advance(20ms);
  h.Inject({.flags = "S.", .seq = 0, .ack = 1, .win = 3000});
  EXPECT_EQ(Info().state, State::kEstablished);
  EXPECT_EQ(Info().snd_wnd, 3000u);
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
  // The peer was heard just now.
  h->own_parameters().keep_alive = true;
  h->own_parameters().keep_alive_idle = 100s;
  h->ApplyParameters(h.now());
  EXPECT_EQ(Info().timer, "keepalive");
  EXPECT_EQ(Info().timer_left, Duration(100s));
}

TEST_F(Handshake, WhereBothOpenOnlyTheRightAckEstablishes) {
  h.OpenActive();
  h.Drain();
  h.Inject({.flags = "S", .seq = 0});
  h.Drain();
  h.Inject({.flags = "S.", .seq = 0, .ack = 2});
  EXPECT_EQ(Info().state, State::kSynReceived);
  h.Expect({.flags = "S.", .seq = 0, .ack = 1});
  h.Inject({.flags = "S.", .seq = 0, .ack = 0});
  EXPECT_EQ(Info().state, State::kSynReceived);
  h.Drain();
  IncomingSegment unsaid{.sequence = wire::SequenceNumber(h.irs),
                         .acknowledgement = wire::SequenceNumber(h.iss + 1),
                         .flags = wire::TcpFlags::kSyn};
  h->OnSegment(unsaid, h.now());
  EXPECT_EQ(Info().state, State::kSynReceived) << "a number without the flag is none";
}

TEST_F(Handshake, OpenedByACookieTheSynIsAnsweredAlready) {
  const ConnectionSetup setup{.ends = {}, .initial_sequence = wire::SequenceNumber(5)};
  Connection connection(h.parameters, setup, h.statistics());
  connection.OpenByCookie({.sequence = wire::SequenceNumber(9), .flags = wire::TcpFlags::kSyn}, h.now());
  EXPECT_EQ(connection.state(), State::kSynReceived);
  EXPECT_FALSE(connection.wants_output());
}

TEST_F(Handshake, TheMssIsMirroredInAnswersAlone) {
  h.parameters.mirror_mss = true;
  h.OpenActive();
  EXPECT_EQ(h.Next()->fields.options.mss, 1460);
  h.OpenPassive({.flags = "S", .options = {.mss = 700}});
  EXPECT_EQ(h.Next()->fields.options.mss, 700);
  h.OpenPassive({.flags = "S", .options = {.mss = 5000}});
  EXPECT_EQ(h.Next()->fields.options.mss, 1460);
}

TEST_F(Handshake, TextThatGoesWithASynIsCounted) {
  h.parameters.fast_open = true;
  h.parameters.fast_open_cookie = wire::TcpFastOpenCookie{.size = 4, .octets = {1, 2, 3, 4}};
  h.parameters.fast_open_mss = 1000;
  h.first = "hello";
  h.OpenActive();
  EXPECT_EQ(h.Next()->text(), "hello");
  EXPECT_EQ(Info().bytes_sent, 5u);
  EXPECT_EQ(Info().snd_nxt, h.iss + 6);
  EXPECT_EQ(h.statistics()[Counter::kTcpBytesOut], 5u);
  EXPECT_EQ(h.statistics()[Counter::kTcpFastOpensOut], 1u);
  h.first = "";
  h.OpenActive();
  EXPECT_EQ(h.Next()->text(), "");
  EXPECT_EQ(h.statistics()[Counter::kTcpFastOpensOut], 1u) << "nothing was said";
}

TEST_F(Handshake, AResetWithASynIsNoRepeatedSyn) {
  h.OpenPassive();
  h.Drain();
  h.Inject({.flags = "SR", .seq = 0});
  h.ExpectSilence();
  EXPECT_EQ(Info().state, State::kSynReceived);
  h.Inject({.flags = "S", .seq = 0});
  h.Expect({.flags = "S.", .seq = 0, .ack = 1});
}

TEST_F(Handshake, RepeatedSynsAreAnsweredSoOften) {
  h.parameters.challenge_acks_per_second = 2;
  h.OpenPassive();
  h.Drain();
  for (int i = 0; i < 5; ++i) h.Inject({.flags = "S", .seq = 0});
  EXPECT_EQ(h.waiting(), 2u);
}

TEST_F(Handshake, TheAckThatEstablishesIsASampleAndAWindow) {
  h.OpenPassive();
  h.Drain();
  h.Advance(30ms);
  h.Inject({.flags = "U.", .seq = 1, .ack = 1, .win = 2000, .up = 5});
  EXPECT_EQ(Info().state, State::kEstablished);
  EXPECT_EQ(Info().srtt, Duration(30ms));
  EXPECT_EQ(Info().snd_wnd, 2000u);
  EXPECT_EQ(h->urgent_bytes_ahead(), 5u);
}

TEST_F(Handshake, TheSynAckIsASampleAWindowAndMayBeUrgent) {
  h.OpenActive();
  h.Drain();
  h.Advance(30ms);
  h.Inject({.flags = "SU.", .seq = 0, .ack = 1, .win = 2000, .up = 5});
  EXPECT_EQ(Info().state, State::kEstablished);
  EXPECT_EQ(Info().srtt, Duration(30ms));
  EXPECT_EQ(Info().snd_wnd, 2000u);
  EXPECT_EQ(h->urgent_bytes_ahead(), 4u) << "counted from the SYN";
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
}

TEST_F(Handshake, WhatGoesTwiceIsNoSample) {
  h.OpenActive();
  h.Advance(1s);
  h.Inject({.flags = "S.", .seq = 0, .ack = 1});
  EXPECT_EQ(Info().srtt, Duration(0));
  EXPECT_TRUE(h->syn_was_lost());
  EXPECT_EQ(Info().retransmits, 1u);
}

TEST_F(Handshake, WithoutPatienceTheAckOfASynAckGoesAtOnce) {
  h.parameters.syn_ack_patience = 100us;
  h.OpenActive();
  h.Drain();
  h.Inject({.flags = "S.", .seq = 0, .ack = 1});
  h.ExpectSilence();
  EXPECT_EQ(h->poll_at(), h.now() + 100us);
  h.parameters.delayed_ack = 50us;
  h.OpenActive();
  h.Drain();
  h.Inject({.flags = "S.", .seq = 0, .ack = 1});
  EXPECT_EQ(h->poll_at(), h.now() + 50us) << "no longer than any other ACK";
  h.parameters.delayed_ack = 0s;
  h.OpenActive();
  h.Drain();
  h.Inject({.flags = "S.", .seq = 0, .ack = 1});
  h.Expect({.flags = ".", .seq = 1, .ack = 1});
}

// --- the path

class PathMtu : public Handshake {
 protected:
  void SetUp() override {
    h.Establish(65535, {.mss = 1460});
    h.Send(5000);
    h.Drain();
  }
  bool Report(size_t mtu, uint32_t seq = 1) {
    const bool news = h->OnPathMtu(mtu, wire::SequenceNumber(h.iss + seq), h.now());
    h.Pump();
    return news;
  }
};

TEST_F(PathMtu, OnlyWhatIsSmallerIsNews) {
  EXPECT_FALSE(Report(1500));
  EXPECT_FALSE(Report(1501));
  EXPECT_FALSE(Report(1000, 0)) << "of what was acknowledged";
  EXPECT_FALSE(Report(1000, 5001)) << "of what was never sent";
  h.ExpectSilence();
  EXPECT_EQ(Info().send_mss, 1460u);
  EXPECT_TRUE(Report(1499));
  EXPECT_EQ(Info().send_mss, 1459u);
  EXPECT_EQ(h.Next()->payload.size(), 1459u) << "sent again at once";
  EXPECT_TRUE(Report(1000, 5000));
  EXPECT_EQ(Info().send_mss, 960u);
}

TEST_F(PathMtu, WhereTheSegmentStaysAsItIsNothingGoesAgain) {
  h.Establish(65535, {.mss = 500});
  h.Send(3000);
  h.Drain();
  EXPECT_TRUE(Report(1000));
  EXPECT_EQ(Info().send_mss, 500u);
  h.ExpectSilence();
  EXPECT_TRUE(Report(539));
  EXPECT_EQ(Info().send_mss, 499u);
  EXPECT_GT(h.DrainText(), 0u);
}

TEST_F(PathMtu, NoReportMakesSegmentsOfNothing) {
  EXPECT_TRUE(Report(0));
  EXPECT_EQ(Info().send_mss, 48u);
  EXPECT_FALSE(Report(0));
}

TEST_F(PathMtu, BeforeItIsEstablishedNothingGoesAgain) {
  h.OpenActive();
  h.Drain();
  EXPECT_TRUE(Report(1000, 0));
  h.ExpectSilence();
  h.Inject({.flags = "S.", .seq = 0, .ack = 1, .options = {.mss = 1460}});
  EXPECT_EQ(Info().send_mss, 960u);
}

// --- ICMP

TEST_F(Handshake, HardErrorsEndAnOpeningAndWhatTheyQuoteIsOutstanding) {
  const auto report = [&](uint32_t seq, bool hard = true) {
    h->OnIcmpError(Error::kConnectionRefused, hard, wire::SequenceNumber(h.iss + seq), h.now());
    return h->state();
  };
  h.OpenActive();
  EXPECT_EQ(report(1), State::kSynSent);
  EXPECT_EQ(report(0, false), State::kSynSent);
  EXPECT_EQ(h->TakeSoftError(), Error::kConnectionRefused);
  EXPECT_EQ(report(0), State::kClosed);
  EXPECT_EQ(h->error(), Error::kConnectionRefused);
  h.OpenPassive();
  EXPECT_EQ(report(0), State::kClosed);
  h.Establish();
  h.Send(10);
  EXPECT_EQ(report(1), State::kEstablished);
  EXPECT_EQ(report(10), State::kEstablished);
}

}  // namespace
}  // namespace nut::tcp
