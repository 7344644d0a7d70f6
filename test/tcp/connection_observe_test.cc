// Looking at a connection: every number of a listing, the timer that it names, and what is ready when.
#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class Observe : public testing::Test {
 protected:
  ConnectionInfo Info() { return h->Info(h.now()); }
  void ExpectTimer(std::string_view name, Duration left) {
    EXPECT_EQ(Info().timer, name);
    EXPECT_EQ(Info().timer_left, left) << name;
  }
  ConnectionHarness h;
};

TEST_F(Observe, AListingIsEmptyUnlessSaidOtherwise) {
  const ConnectionInfo info;
  EXPECT_EQ(info.state, State::kClosed);
  EXPECT_EQ(info.send_queue + info.receive_queue + info.out_of_order + info.send_mss, 0u);
  EXPECT_EQ(info.iss | info.irs | info.snd_una | info.snd_nxt | info.snd_wnd | info.rcv_nxt | info.rcv_wnd,
            0u);
  EXPECT_EQ(info.cwnd | info.ssthresh | info.pipe | info.sacked | info.lost, 0u);
  EXPECT_EQ(info.srtt + info.rttvar + info.rto + info.timer_left, Duration{});
  EXPECT_EQ(info.snd_wscale | info.rcv_wscale, 0);
  EXPECT_FALSE(info.timestamps || info.sack || info.ecn);
  EXPECT_EQ(info.bytes_sent | info.bytes_acked | info.bytes_received, 0u);
  EXPECT_EQ(info.segments_in | info.segments_out | info.retransmits | info.backoff, 0u);
  EXPECT_EQ(info.opened, Instant{});
  EXPECT_EQ(info.last_activity, Instant{});
  EXPECT_EQ(info.timer, "");
}

TEST_F(Observe, EveryNumberIsThere) {
  h.parameters.window_scaling = h.parameters.timestamps = true;
  h.parameters.receive_buffer = 1 << 18;
  h.parameters.largest_receive_buffer = 0;
  h.OpenActive();
  const Instant opened = h.now();
  h.Advance(100ms);
  wire::TcpOptions options{.mss = 1012, .window_scale = 3, .sack_permitted = true};
  options.timestamps = wire::TcpTimestamps{7, 0};
  h.Inject({.flags = "S.", .seq = 0, .ack = 1, .win = 60000, .options = options});
  const auto inject = [&](Packet packet) {
    packet.options.timestamps = wire::TcpTimestamps{7, 0};
    h.Inject(packet);
  };
  h.Advance(1s);
  h.Send(5500);
  h.Advance(10ms);
  inject({.flags = "P.", .seq = 1, .ack = 1001, .data = "abc", .win = 7500});
  inject({.flags = "P.", .seq = 11, .ack = 1001, .data = "lm", .win = 7500});
  h.Advance(1ms);
  h.Receive(1);
  const ConnectionInfo info = Info();
  EXPECT_EQ(info.ends.local.ToText(), "198.19.0.10:80");
  EXPECT_EQ(info.ends.remote.ToText(), "198.19.0.1:4711");
  EXPECT_EQ(info.state, State::kEstablished);
  EXPECT_EQ(info.send_queue, 4500u);
  EXPECT_EQ(info.receive_queue, 2u);
  EXPECT_EQ(info.out_of_order, 2u);
  EXPECT_EQ(info.send_mss, 1000u);
  EXPECT_EQ(info.iss, h.iss);
  EXPECT_EQ(info.irs, h.irs);
  EXPECT_EQ(info.snd_una, h.iss + 1001);
  EXPECT_EQ(info.snd_nxt, h.iss + 5001);
  EXPECT_EQ(info.snd_wnd, 60000u);
  EXPECT_EQ(info.rcv_nxt, h.irs + 4);
  EXPECT_GT(info.rcv_wnd, 65535u);
  EXPECT_EQ(info.cwnd, 10000u);
  EXPECT_EQ(info.ssthresh, UINT32_MAX);
  EXPECT_EQ(info.pipe, 4000u);
  EXPECT_EQ(info.sacked, 0u);
  EXPECT_EQ(info.lost, 0u);
  EXPECT_EQ(info.srtt, (7 * Duration(100ms) + Duration(10ms)) / 8);
  EXPECT_EQ(info.rttvar, (3 * Duration(50ms) + Duration(90ms)) / 4);
  EXPECT_EQ(info.rto, info.srtt + 4 * info.rttvar);
  EXPECT_EQ(info.snd_wscale, 3);
  EXPECT_EQ(info.rcv_wscale, 3);
  EXPECT_TRUE(info.timestamps);
  EXPECT_TRUE(info.sack);
  EXPECT_FALSE(info.ecn);
  EXPECT_EQ(info.bytes_sent, 5000u);
  EXPECT_EQ(info.bytes_acked, 1000u);
  EXPECT_EQ(info.bytes_received, 3u);
  EXPECT_EQ(info.segments_in, 3u);
  EXPECT_EQ(info.segments_out, h.waiting());
  EXPECT_EQ(info.retransmits, 0u);
  EXPECT_EQ(info.backoff, 0u);
  EXPECT_EQ(info.opened, opened);
  EXPECT_EQ(info.last_activity, h.now());
}

TEST_F(Observe, WhatIsSackedAndLostIsInTheListing) {
  h.Establish(65535, {.mss = 1000, .sack_permitted = true});
  h.Send(10000);
  h.Advance(100ms);
  wire::TcpOptions told;
  told.sack.Add({wire::SequenceNumber(h.iss + 3001), wire::SequenceNumber(h.iss + 8001)});
  h.Drain();
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .options = told});
  const size_t again = h.DrainText();
  EXPECT_EQ(Info().sacked, 5000u);
  EXPECT_EQ(Info().lost, 3000u - again);
  EXPECT_EQ(Info().pipe, 10000u - 5000u - 3000u + again);
  EXPECT_EQ(Info().retransmits, again / 1000 + 1) << "and the probe of the tail";
  // When all is there, nothing is in the network.
  h.Inject({.flags = ".", .seq = 1, .ack = 10001});
  EXPECT_EQ(Info().pipe, 0u);
  EXPECT_EQ(Info().sacked, 0u);
  EXPECT_EQ(Info().lost, 0u);
}

TEST_F(Observe, TheTimerIsTheOneThatMatters) {
  h.parameters.keep_alive = true;
  h.parameters.keep_alive_idle = 100s;
  h.Establish(100);
  ExpectTimer("keepalive", 100s);
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a", .win = 100});
  ExpectTimer("keepalive", 100s);  // beside it the delayed ACK is nothing
  h.Send(100);
  ExpectTimer("retransmit", 200ms);
  h.Advance(50ms);
  ExpectTimer("retransmit", 150ms);
  EXPECT_EQ(h->Info(h.now() + 10s).timer_left, Duration{}) << "it is due";
  h.Send(1000);
  h.Inject({.flags = ".", .seq = 2, .ack = 101, .win = 0});
  ExpectTimer("persist", h->Info(h.now()).rto);
}

TEST_F(Observe, ADelayedAckIsNamedWhereThereIsNothingElse) {
  h.Establish();
  EXPECT_EQ(Info().timer, "");
  EXPECT_EQ(Info().timer_left, Duration{});
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a"});
  ExpectTimer("delack", 40ms);
}

TEST_F(Observe, TheOverrideOfASillyWindowIsAPersistTimer) {
  h.Establish(1000);
  h.Send(1000);
  h.Inject({.flags = ".", .seq = 1, .ack = 1001, .win = 100});
  h.Drain();
  h.Send(1000);
  h.ExpectSilence();
  ExpectTimer("persist", 200ms);
}

TEST_F(Observe, TimeWaitCountsDown) {
  h.Establish();
  h.MoveTo(State::kTimeWait);
  ExpectTimer("timewait", 60s);
}

TEST_F(Observe, TimeoutsInARowAreTheBackoff) {
  h.Establish();
  h.Send(100);
  h.Advance(200ms);
  EXPECT_EQ(Info().backoff, 1u);
  EXPECT_EQ(Info().retransmits, 1u);
  EXPECT_EQ(Info().rto, Duration(400ms));
}

// --- ready?

TEST_F(Observe, ReadableIsWhatReceiveHasAnAnswerTo) {
  h.OpenActive();
  EXPECT_FALSE(h->readable());
  h.Establish();
  EXPECT_FALSE(h->readable());
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a"});
  EXPECT_TRUE(h->readable());
  h.Receive();
  EXPECT_FALSE(h->readable());
  h.Inject({.flags = "P.", .seq = 10, .ack = 1, .data = "later"});
  EXPECT_FALSE(h->readable()) << "behind a gap";
  h.Establish();
  h.Inject({.flags = "F.", .seq = 1, .ack = 1});
  EXPECT_TRUE(h->readable()) << "the end of the stream";
  h.Establish();
  h.Abort();
  ASSERT_EQ(h->state(), State::kClosed);
  EXPECT_TRUE(h->readable()) << "the reason why not";
  h.Close();
  ASSERT_EQ(h->state(), State::kDestroy);
  EXPECT_TRUE(h->readable());
}

TEST_F(Observe, TextOfASynIsNotReadableBeforeItIsEstablished) {
  h.OpenPassive({.flags = "SF", .data = "early"});
  EXPECT_FALSE(h->readable());
  h.Inject({.flags = ".", .seq = 7, .ack = 1});
  EXPECT_TRUE(h->readable());
}

TEST_F(Observe, WritableIsWhatSendHasAnAnswerTo) {
  h.parameters.send_buffer = 1000;
  h.parameters.largest_send_buffer = 0;
  h.OpenActive();
  EXPECT_FALSE(h->writable());
  h.Establish(0);
  EXPECT_TRUE(h->writable());
  h.Send(999);
  EXPECT_TRUE(h->writable());
  h.Send(1);
  EXPECT_FALSE(h->writable());
  h.Shutdown();
  EXPECT_TRUE(h->writable()) << "kBrokenPipe";
  h.Establish();
  h.MoveTo(State::kCloseWait);
  EXPECT_TRUE(h->writable());
  h.OpenPassive();
  EXPECT_FALSE(h->writable());
  h.Shutdown();
  EXPECT_TRUE(h->writable()) << "kBrokenPipe, though it is not open yet";
  h.Abort();
  EXPECT_TRUE(h->writable());
}

TEST_F(Observe, ATextBeforeTheHandshakeIsOverIsWrittenWithFastOpen) {
  h.parameters.send_buffer = 1000;
  h.parameters.largest_send_buffer = 0;
  h.OpenPassive();
  h->OpenFast();
  EXPECT_TRUE(h->writable());
  EXPECT_TRUE(h->is_established_or_later());
  h.Send(1000);
  EXPECT_FALSE(h->writable());
  h.Shutdown();
  EXPECT_TRUE(h->writable());
}

TEST_F(Observe, UrgentOctetsAreCountedToTheirEnd) {
  h.Establish();
  EXPECT_EQ(h->urgent_bytes_ahead(), 0u);
  h.Inject({.flags = "PU.", .seq = 1, .ack = 1, .data = "abcde", .up = 3});
  EXPECT_EQ(h->urgent_bytes_ahead(), 3u);
  h.Receive(2);
  EXPECT_EQ(h->urgent_bytes_ahead(), 1u);
  h.Receive(1);
  EXPECT_EQ(h->urgent_bytes_ahead(), 0u);
  h.Receive(1);
  EXPECT_EQ(h->urgent_bytes_ahead(), 0u);
}

TEST_F(Observe, ASoftErrorIsToldOnceAndFromR1On) {
  h.Establish();
  h.Send(10);
  h->OnIcmpError(Error::kHostUnreachable, false, wire::SequenceNumber(h.iss + 1), h.now());
  EXPECT_FALSE(h->TakeSoftError());
  h.Advance(200ms + 400ms);
  EXPECT_FALSE(h->TakeSoftError());
  h.Advance(800ms);
  EXPECT_EQ(h->TakeSoftError(), Error::kHostUnreachable);
  EXPECT_FALSE(h->TakeSoftError());
  h.OpenActive();
  h->OnIcmpError(Error::kHostUnreachable, false, wire::SequenceNumber(h.iss), h.now());
  EXPECT_EQ(h->TakeSoftError(), Error::kHostUnreachable) << "before it is open, at once";
}

// --- TIME-WAIT

class MayReopen : public Observe {
 protected:
  void SetUp() override { Wait(false); }
  void Wait(bool stamps) {
    h.parameters.timestamps = stamps;
    wire::TcpOptions options{.mss = 1000};
    if (stamps) options.timestamps = wire::TcpTimestamps{100, 0};
    h.Establish(65535, options);
    h.Shutdown();
    h.Inject({.flags = "F.", .seq = 1, .ack = 2, .options = options});
    ASSERT_EQ(h->state(), State::kTimeWait);
  }
  bool May(std::string_view flags, uint32_t seq, std::optional<uint32_t> stamp = {}) {
    IncomingSegment syn{.sequence = wire::SequenceNumber(h.irs + seq)};
    for (const char letter : flags) {
      syn.flags |= letter == 'S'   ? wire::TcpFlags::kSyn
                   : letter == 'F' ? wire::TcpFlags::kFin
                   : letter == 'R' ? wire::TcpFlags::kRst
                                   : wire::TcpFlags::kAck;
    }
    if (stamp) syn.options.timestamps = wire::TcpTimestamps{*stamp, 0};
    return h->MayReopen(syn);
  }
};

TEST_F(MayReopen, ASynBeyondWhatCameLast) {
  EXPECT_TRUE(May("S", 3));
  EXPECT_FALSE(May("S", 2)) << "RCV.NXT itself";
  EXPECT_FALSE(May("S", 1));
  EXPECT_TRUE(May("S", 2u + 0x7fff'ffffu));
  EXPECT_FALSE(May("S", 2u + 0x8000'0001u));
}

TEST_F(MayReopen, OnlyAPlainSyn) {
  for (const std::string_view flags : {"", ".", "F", "R", "S.", "SR", "SF", "SRF", "S.F"}) {
    EXPECT_FALSE(May(flags, 3)) << flags;
  }
  h.Establish();
  EXPECT_FALSE(May("S", 3)) << "ESTABLISHED";
}

TEST_F(MayReopen, StampsDecideWhereBothHaveThem) {
  EXPECT_TRUE(May("S", 3, 1)) << "not agreed: they say nothing";
  Wait(true);
  EXPECT_TRUE(May("S", 1, 101));
  EXPECT_FALSE(May("S", 3, 99));
  EXPECT_TRUE(May("S", 3, 100)) << "equal ones decide nothing";
  EXPECT_FALSE(May("S", 2, 100));
  EXPECT_TRUE(May("S", 3));
  EXPECT_FALSE(May("S", 2));
}

}  // namespace
}  // namespace nut::tcp
