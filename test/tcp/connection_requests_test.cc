// What the application asks of a connection: in each state the answer, and what is left behind by it.
#include <gtest/gtest.h>

#include "stack/tcp/received_piece.h"
#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

constexpr State kAfterHandshake[] = {State::kEstablished, State::kFinWait1, State::kFinWait2,
                                     State::kCloseWait,   State::kClosing,  State::kLastAck,
                                     State::kTimeWait};

// Why not; nothing where it was done.
using Why = std::optional<Error>;
constexpr Why kFine;

class Requests : public testing::Test {
 protected:
  void In(State state) {
    h.Establish();
    h.MoveTo(state);
  }
  Why SendError(size_t octets = 1) {
    const auto sent = h->Send(AsBytes(std::string(octets, 'x')), h.now());
    return sent ? kFine : Why(sent.error());
  }
  Why ReceiveError() {
    uint8_t room[8];
    const auto got = h->Receive(room, h.now());
    const auto peeked = h->Peek(room);
    EXPECT_EQ(got.has_value(), peeked.has_value());
    if (got) {
      EXPECT_EQ(*got, 0u);
      return kFine;
    }
    EXPECT_EQ(got.error(), peeked.error());
    ReceivedPiece pieces[1];
    EXPECT_EQ(h->ReceivePieces(pieces, h.now()).error(), got.error());
    return got.error();
  }
  Why ShutdownError() {
    const auto done = h->Shutdown(h.now());
    return done ? kFine : Why(done.error());
  }
  Duration LifetimeLeft() {
    const ConnectionInfo info = h->Info(h.now());
    return info.timer == "timewait" ? info.timer_left : Duration{-1};
  }
  ConnectionHarness h;
};

// --- why not

TEST_F(Requests, SendingSaysWhyNot) {
  h.OpenActive();
  EXPECT_EQ(SendError(), Error::kWouldBlock);
  h.OpenPassive();
  EXPECT_EQ(SendError(), Error::kWouldBlock);
  h->OpenFast();
  EXPECT_EQ(SendError(), kFine);
  for (const State state : kAfterHandshake) {
    In(state);
    const bool open = state == State::kEstablished || state == State::kCloseWait;
    EXPECT_EQ(SendError(), open ? kFine : Why(Error::kBrokenPipe)) << NameOf(state);
  }
  h.Establish();
  h.Inject({.flags = "R", .seq = 1});
  EXPECT_EQ(SendError(), Error::kConnectionReset);
  h.Establish();
  h->Abort(Error::kTimedOut, h.now());
  EXPECT_EQ(SendError(), Error::kTimedOut);
  // Closed in order by both, without an error.
  In(State::kLastAck);
  h.Inject({.flags = ".", .seq = 2, .ack = 2});
  ASSERT_EQ(h->state(), State::kClosed);
  EXPECT_EQ(SendError(), Error::kBrokenPipe);
}

TEST_F(Requests, BeforeItIsOpenedNothingIsConnected) {
  const ConnectionSetup setup{.ends = {}};
  Connection fresh(h.parameters, setup, h.statistics());
  EXPECT_EQ(fresh.Send(AsBytes("x"), h.now()).error(), Error::kNotConnected);
  uint8_t room[1];
  EXPECT_EQ(fresh.Receive(room, h.now()).error(), Error::kNotConnected);
  EXPECT_EQ(fresh.Shutdown(h.now()).error(), Error::kNotConnected);
}

TEST_F(Requests, ReceivingSaysWhyNot) {
  h.OpenActive();
  EXPECT_EQ(ReceiveError(), Error::kWouldBlock);
  h.OpenPassive({.flags = "SF", .data = "early"});
  EXPECT_EQ(ReceiveError(), Error::kWouldBlock);
  for (const State state : kAfterHandshake) {
    In(state);
    const bool at_end = state == State::kCloseWait || state == State::kClosing || state == State::kLastAck ||
                        state == State::kTimeWait;
    EXPECT_EQ(ReceiveError(), at_end ? kFine : Why(Error::kWouldBlock)) << NameOf(state);
  }
  h.Establish();
  h.Inject({.flags = "R", .seq = 1});
  EXPECT_EQ(ReceiveError(), Error::kConnectionReset);
  h.OpenActive();
  h.Abort();
  EXPECT_EQ(ReceiveError(), Error::kConnectionAborted);
  h.OpenActive();
  h.Close();
  ASSERT_EQ(h->state(), State::kDestroy);
  EXPECT_EQ(ReceiveError(), Error::kNotConnected);
}

TEST_F(Requests, ShutdownSaysWhyNot) {
  h.OpenActive();
  EXPECT_EQ(ShutdownError(), Error::kNotConnected);
  h.OpenPassive();
  EXPECT_EQ(ShutdownError(), kFine);
  EXPECT_EQ(h->state(), State::kSynReceived) << "it waits for the handshake";
  EXPECT_EQ(ShutdownError(), Error::kBrokenPipe);
  for (const State state : kAfterHandshake) {
    In(state);
    const bool open = state == State::kEstablished || state == State::kCloseWait;
    EXPECT_EQ(ShutdownError(), open ? kFine : Why(Error::kBrokenPipe)) << NameOf(state);
    EXPECT_EQ(h->state(), state == State::kEstablished ? State::kFinWait1
                          : state == State::kCloseWait ? State::kLastAck
                                                       : state);
  }
  h.Establish();
  h.Inject({.flags = "R", .seq = 1});
  EXPECT_EQ(ShutdownError(), Error::kConnectionReset);
}

// --- sending

TEST_F(Requests, WhatFindsNoRoomIsLeftToTheCaller) {
  h.parameters.send_buffer = 1000;
  h.parameters.largest_send_buffer = 0;
  h.Establish(0);
  h.Advance(5s);
  EXPECT_EQ(h->Send(AsBytes(std::string(600, 'x')), h.now()).value(), 600u);
  EXPECT_EQ(h->Info(h.now()).last_activity, h.now());
  EXPECT_EQ(h->Info(h.now()).timer, "persist") << "its timers are set at once";
  EXPECT_EQ(h->Send(AsBytes(std::string(600, 'x')), h.now()).value(), 400u);
  const Instant before = h->Info(h.now()).last_activity;
  h.Advance(100ms);
  EXPECT_EQ(SendError(600), Error::kWouldBlock);
  EXPECT_EQ(h->Info(h.now()).last_activity, before) << "nothing has happened";
  EXPECT_EQ(h->Send({}, h.now()).value(), 0u) << "nothing always fits";
  const link::ChunkRef chunk = link::Chunk::OnHeap(2000);
  chunk->Append(std::vector<uint8_t>(2000));
  EXPECT_EQ(h->SendSlice({chunk, chunk->bytes()}, h.now()).error(), Error::kWouldBlock);
  h.Establish();
  EXPECT_EQ(h->SendSlice({chunk, chunk->bytes()}, h.now()).value(), 1000u);
}

TEST_F(Requests, UrgentIsWhatWasQueued) {
  h.parameters.send_buffer = 10;
  h.parameters.largest_send_buffer = 0;
  h.Establish();
  EXPECT_EQ(h->SendUrgent({}, h.now()).value(), 0u);
  h.Send("a");
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "a"});
  EXPECT_EQ(h->SendUrgent(AsBytes("bc"), h.now()).value(), 2u);
  h.Pump();
  h.Expect({.flags = "PU.", .seq = 2, .ack = 1, .data = "bc", .up = 2});
  EXPECT_EQ(h->SendUrgent(AsBytes("0123456789"), h.now()).value(), 7u);
  h.Pump();
  h.Expect({.flags = "PU.", .seq = 4, .ack = 1, .data = "0123456", .up = 7});
  EXPECT_EQ(h->SendUrgent(AsBytes("x"), h.now()).error(), Error::kWouldBlock);
  h.ExpectSilence();
}

TEST_F(Requests, ThePointerIsSentThoughTheWindowIsShut) {
  h.Establish(0);
  h.Send("a");
  h.ExpectSilence();
  EXPECT_EQ(h->SendUrgent(AsBytes("b"), h.now()).value(), 1u);
  h.Pump();
  h.Expect({.flags = "U.", .seq = 1, .ack = 1, .up = 2});
  h.Establish(1);
  EXPECT_EQ(h->SendUrgent(AsBytes("bc"), h.now()).value(), 2u);
  h.Pump();
  EXPECT_EQ(h.Next()->payload.size(), 1u) << "in the text where that can go";
}

// --- closing

TEST_F(Requests, CloseLimitsTheTimeOfAnOrphanByItsState) {
  h.parameters.linger_orphan = 77s;
  h.parameters.fin_wait_2_orphan = 33s;
  const auto left = [&](State state) {
    In(state);
    h.Close();
    return LifetimeLeft();
  };
  // Where a FIN is out the retransmission timer is named first; the lifetime shows when the peer is silent.
  const auto ends_after = [&](State state) {
    In(state);
    h.Close();
    EXPECT_TRUE(h->is_orphan());
    const Instant begin = h.now();
    while (h->state() != State::kDestroy && h.now() < begin + 1000s) h.Advance(1s);
    return h.now() - begin;
  };
  EXPECT_EQ(ends_after(State::kEstablished), Duration(77s));
  EXPECT_EQ(ends_after(State::kFinWait1), Duration(77s));
  EXPECT_EQ(ends_after(State::kCloseWait), Duration(77s));
  EXPECT_EQ(ends_after(State::kClosing), Duration(77s));
  EXPECT_EQ(ends_after(State::kLastAck), Duration(77s));
  EXPECT_EQ(left(State::kFinWait2), Duration(33s));
  EXPECT_EQ(left(State::kTimeWait), Duration(60s));
  h.OpenPassive();
  h.Close();
  EXPECT_EQ(h->state(), State::kSynReceived);
  const Instant begin = h.now();
  while (h->state() != State::kDestroy && h.now() < begin + 1000s) h.Advance(1s);
  EXPECT_LE(h.now() - begin, Duration(77s));
}

TEST_F(Requests, CloseWithWhatNobodyHasReadResets) {
  h.Establish();
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a"});
  h.Drain();
  h.Close();
  EXPECT_EQ(h->state(), State::kDestroy);
  h.Expect({.flags = "R.", .seq = 1, .ack = 2});
  h.ExpectSilence();
  // In TIME-WAIT the peer knows that all has arrived.
  h.Establish();
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a"});
  h.Shutdown();
  h.Inject({.flags = "F.", .seq = 2, .ack = 2});
  h.Drain();
  h.Close();
  EXPECT_EQ(h->state(), State::kTimeWait);
  h.ExpectSilence();
}

TEST_F(Requests, CloseOnceMoreChangesNothing) {
  h.Establish();
  h.Close();
  h.Drain();
  const Instant poll = h->poll_at();
  h.Advance(100ms);
  h.Close();
  EXPECT_EQ(h->poll_at(), poll);
  h.ExpectSilence();
  EXPECT_EQ(h->state(), State::kFinWait1);
}

// --- windows

TEST_F(Requests, ReadingTellsThePeerWhenHalfTheWindowWasGoneAndAQuarterIsBack) {
  h.parameters.receive_buffer = 40000;
  h.parameters.largest_receive_buffer = 0;
  h.parameters.delayed_ack = 10s;
  const auto filled = [&](size_t octets) {
    h.Establish(65535, {.mss = 1460});
    for (size_t done = 0; done < octets;) {
      const size_t size = std::min<size_t>(1000, octets - done);
      h.Inject(
          {.flags = "P.", .seq = static_cast<uint32_t>(1 + done), .ack = 1, .data = std::string(size, 'x')});
      done += size;
    }
    h.Drain();
  };
  filled(20000);
  h.Receive(9999);
  h.ExpectSilence();
  h.Receive(1);
  h.Expect({.flags = ".", .seq = 1, .ack = 20001, .win = 30000});
  filled(19999);
  h.Receive(19999);
  h.ExpectSilence();
  // After the FIN no window is needed.
  filled(20000);
  h.Inject({.flags = "F.", .seq = 20001, .ack = 1});
  h.Drain();
  h.Receive(20000);
  h.ExpectSilence();
}

TEST_F(Requests, TheWindowGrowsForAReaderWhoIsFasterThanIt) {
  h.parameters.receive_buffer = 10000;
  h.parameters.largest_receive_buffer = 30000;
  h.OpenActive();
  h.Advance(100ms);  // the round trip
  h.Inject({.flags = "S.", .seq = 0, .ack = 1, .options = {.mss = 1460}});
  h.Drain();
  const uint64_t before = h.statistics()[Counter::kTcpWindowsWidened];
  uint32_t next = 1;
  const auto read = [&](size_t octets) {
    for (size_t done = 0; done < octets; done += 1000) {
      h.Inject({.flags = "P.", .seq = next, .ack = 1, .data = std::string(1000, 'x')});
      next += 1000;
    }
    h.Receive();
    h.Drain();
    return h->parameters().receive_buffer;
  };
  h.Advance(100ms);
  EXPECT_EQ(read(6000), 20000u);
  h.Advance(150ms);
  EXPECT_EQ(read(11000), 30000u) << "no more than the largest";
  h.Advance(150ms);
  EXPECT_EQ(read(16000), 30000u);
  EXPECT_EQ(h.statistics()[Counter::kTcpWindowsWidened] - before, 2u);
}

// --- parameters

class NewParameters : public Requests {
 protected:
  void Apply(bool keep_alive, Duration idle = 100s) {
    h->own_parameters().keep_alive = keep_alive;
    h->own_parameters().keep_alive_idle = idle;
    h->ApplyParameters(h.now());
    h.Pump();
  }
  Duration KeepAliveLeft() {
    const ConnectionInfo info = h->Info(h.now());
    return info.timer == "keepalive" ? info.timer_left : Duration{-1};
  }
};

TEST_F(NewParameters, KeepAliveCountsFromWhatWasHeardLast) {
  h.Establish();
  h.Advance(30s);
  Apply(true);
  EXPECT_EQ(KeepAliveLeft(), Duration(70s));
  Apply(true, 20s);
  EXPECT_EQ(KeepAliveLeft(), Duration(0s)) << "it is due at once, and not in the past";
  EXPECT_EQ(h->poll_at(), h.now());
  Apply(false);
  EXPECT_EQ(KeepAliveLeft(), Duration(-1));
}

TEST_F(NewParameters, KeepAliveIsForThoseThatLive) {
  h.OpenActive();
  Apply(true);
  EXPECT_EQ(h->Info(h.now()).timer, "retransmit");
  h.Abort();
  Apply(true);
  EXPECT_EQ(h->poll_at(), kNever);
  In(State::kTimeWait);
  Apply(true, 1s);
  h.Advance(10s);
  h.ExpectSilence();
  EXPECT_EQ(h->state(), State::kTimeWait);
}

TEST_F(NewParameters, SwitchedOffItForgetsItsProbes) {
  h.Establish();
  Apply(true, 10s);
  h.Advance(10s + 75s);
  h.Drain();
  Apply(false);
  Apply(true, 10s);
  h.Advance(1ms);
  h.Drain();
  for (int i = 0; i < 8; ++i) h.Advance(75s);
  EXPECT_EQ(h->state(), State::kEstablished) << "nine again";
}

TEST_F(NewParameters, ALargerBufferIsAWindowUpdateWhereOneIsDue) {
  h.parameters.receive_buffer = 4000;
  h.parameters.largest_receive_buffer = 0;
  h.Establish(65535, {.mss = 1460});
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = std::string(1400, 'x')});
  h.Inject({.flags = "P.", .seq = 1401, .ack = 1, .data = std::string(1400, 'x')});
  h.Drain();
  h->own_parameters().receive_buffer = 40000;
  h->ApplyParameters(h.now());
  h.Pump();
  h.Expect({.flags = ".", .seq = 1, .ack = 2801, .win = 37200});
}

TEST_F(NewParameters, AChangeOfTheUserTimeoutIsToldByThoseThatLive) {
  const auto told = [&] {
    h->own_parameters().user_timeout_option = true;
    h->ApplyParameters(h.now());
    h.Pump();
    const auto segment = h.Next();
    return segment && segment->fields.options.user_timeout;
  };
  h.Establish();
  EXPECT_TRUE(told());
  In(State::kTimeWait);
  EXPECT_FALSE(told());
  h.OpenActive();
  h.Drain();
  EXPECT_FALSE(told());
}

}  // namespace
}  // namespace nut::tcp
