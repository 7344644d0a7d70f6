// Design: socket lifetime. Threads close, wait and abort in every order; nothing hangs, nothing leaks,
// nothing is used after it was freed (the address sanitizer runs these as well).
#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

using wire::Port;
using wire::TcpFlags;

constexpr TcpFlags kAckFin = TcpFlags::kAck | TcpFlags::kFin;

class EngineLifetimeTest : public EngineTest {
 protected:
  // Brings a connection of ours into `state`, without anybody waiting on it.
  Opened BringTo(State state) {
    if (state == State::kSynSent) {
      Sent();
      const auto handle = engine_.Connect({kPeer, Port(7)}).value();
      Run();
      const SeenSegment syn = OnlySent();
      return {handle, syn.ends, syn.fields.sequence.number() + 1};
    }
    if (state == State::kSynReceived) {
      Opened opened = BringTo(State::kSynSent);
      Reply(opened, TcpFlags::kSyn, kPeerIss, {}, 1);
      return opened;
    }
    Opened opened = Open();
    switch (state) {
      case State::kFinWait1: Shutdown(opened); break;
      case State::kFinWait2:
        Shutdown(opened);
        Reply(opened, TcpFlags::kAck, kPeerIss + 1);
        break;
      case State::kTimeWait:
        Shutdown(opened);
        Reply(opened, kAckFin, kPeerIss + 1);
        break;
      case State::kClosing:
        Shutdown(opened);
        Reply(opened, kAckFin, kPeerIss + 1, {}, opened.next - 1);
        break;
      case State::kCloseWait: Reply(opened, kAckFin, kPeerIss + 1); break;
      case State::kLastAck:
        Reply(opened, kAckFin, kPeerIss + 1);
        Shutdown(opened);
        break;
      case State::kClosed: Reply(opened, TcpFlags::kRst, kPeerIss + 1); break;
      default: break;
    }
    return opened;
  }
  void Shutdown(Opened& opened) {
    Spawn("shutdown", [&] { EXPECT_TRUE(engine_.Shutdown(opened.handle)); });
    Run();
    ++opened.next;
  }

  static constexpr State kStates[] = {
      State::kSynSent,   State::kSynReceived, State::kEstablished, State::kFinWait1, State::kFinWait2,
      State::kCloseWait, State::kClosing,     State::kLastAck,     State::kTimeWait, State::kClosed};

  // A thread that waits, and what it was told.
  struct Waiter {
    bool over = false;
    Result<void> result;
  };
  void Wait(Waiter& waiter, ConnectionHandle handle, Interest interest, uint8_t priority = 64) {
    Spawn(
        "wait",
        [this, &waiter, handle, interest] {
          waiter.result = engine_.Wait(handle, interest, kForever);
          waiter.over = true;
        },
        priority);
  }
};

TEST_F(EngineLifetimeTest, EveryStateCanBeReached) {
  for (const State state : kStates) {
    EXPECT_EQ(StateOf(BringTo(state).handle), state) << NameOf(state);
  }
}

TEST_F(EngineLifetimeTest, R4_CloseByAnotherThreadWakesWaitersInEveryState) {
  for (const State state : kStates) {
    const Opened opened = BringTo(state);
    for (const Interest interest :
         {Interest::kEstablished, Interest::kReadable, Interest::kWritable, Interest::kDrained}) {
      // What is so already is no wait.
      if (engine_.IsReady(opened.handle, interest)) continue;
      const Opened again = BringTo(state);
      Waiter first;
      Waiter second;
      Wait(first, again.handle, interest);
      Wait(second, again.handle, interest, 20);
      Run();
      EXPECT_FALSE(first.over || second.over);
      Spawn("close", [&] { EXPECT_TRUE(engine_.Close(again.handle)); });
      Run();
      EXPECT_TRUE(first.over && second.over) << NameOf(state);
      EXPECT_EQ(first.result.error(), Error::kStaleHandle);
      EXPECT_EQ(second.result.error(), Error::kStaleHandle);
    }
  }
}

TEST_F(EngineLifetimeTest, EveryClosedConnectionEndsWithinItsLimits) {
  for (const State state : kStates) {
    const Opened opened = BringTo(state);
    Spawn("close", [&] { EXPECT_TRUE(engine_.Close(opened.handle)); });
    // Nobody answers any more: retransmissions, FIN-WAIT-2 and TIME-WAIT all have an end.
    RunFor(1000s);
    EXPECT_EQ(engine_.connection_count(), 0u) << NameOf(state);
  }
}

TEST_F(EngineLifetimeTest, TwoClosers) {
  for (const State state : kStates) {
    const Opened opened = BringTo(state);
    int closed = 0;
    for (int i = 0; i < 3; ++i) {
      Spawn("close", [&] { closed += engine_.Close(opened.handle).has_value(); });
    }
    Run();
    EXPECT_EQ(closed, 1) << NameOf(state);
    EXPECT_EQ(engine_.Close(opened.handle).error(), Error::kStaleHandle);
  }
}

TEST_F(EngineLifetimeTest, AStaleHandleGivesAnErrorFromEveryCall) {
  const ConnectionHandle handle = Open().handle;
  Spawn("close", [&] { EXPECT_TRUE(engine_.Reset(handle)); });
  Run();
  ASSERT_EQ(engine_.connection_count(), 0u);
  Open();  // takes the slot
  uint8_t bytes[1];
  EXPECT_EQ(engine_.Send(handle, bytes).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.SendUrgent(handle, bytes).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.Receive(handle, bytes).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.Peek(handle, bytes).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.Shutdown(handle).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.Close(handle).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.Reset(handle).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.Abort(handle).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.GetParameters(handle).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.SetParameters(handle, {}).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.Wait(handle, Interest::kReadable, 1s).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.Info(handle).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.Ends(handle).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.UrgentBytesAhead(handle).error(), Error::kStaleHandle);
  EXPECT_FALSE(engine_.TakeSoftError(handle));
  EXPECT_TRUE(engine_.IsReady(handle, Interest::kReadable));
  EXPECT_EQ(engine_.Accept({}).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.CloseListener({}).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.Local({}).error(), Error::kStaleHandle);
  EXPECT_EQ(engine_.WaitAcceptable({}, 1s).error(), Error::kStaleHandle);
}

TEST_F(EngineLifetimeTest, AcceptAgainstClose) {
  for (const uint8_t closer : {10, 32, 64, 100}) {
    const ListenerHandle listener = Listen();
    Handshake(Client(closer));
    std::optional<Error> accept_error;
    for (int i = 0; i < 3; ++i) {
      Spawn("accept", [&] {
        while (true) {
          if (auto accepted = engine_.Accept(listener)) {
            static_cast<void>(engine_.Close(*accepted));
          } else if (accepted.error() != Error::kWouldBlock) {
            accept_error = accepted.error();
            return;
          }
          if (auto waited = engine_.WaitAcceptable(listener, kForever); !waited) {
            accept_error = waited.error();
            return;
          }
        }
      });
    }
    Spawn(
        "close", [&] { EXPECT_TRUE(engine_.CloseListener(listener)); }, closer);
    Run();
    EXPECT_EQ(accept_error, Error::kStaleHandle);
    EXPECT_TRUE(engine_.Snapshot().listeners.empty());
  }
}

TEST_F(EngineLifetimeTest, AKilledWaiterLeavesNoPinBehind) {
  const Opened opened = Open();
  Waiter waiter;
  const auto thread =
      Spawn("wait", [&] { waiter.result = engine_.Wait(opened.handle, Interest::kReadable, kForever); });
  Run();
  EXPECT_TRUE(executor_.Kill(thread));
  Spawn("close", [&] { EXPECT_TRUE(engine_.Reset(opened.handle)); });
  Run();
  EXPECT_EQ(engine_.connection_count(), 0u);
}

TEST_F(EngineLifetimeTest, ShutdownWakesEverybodyAndLeavesNothing) {
  std::vector<Waiter> waiters(20);
  size_t next = 0;
  for (const State state : kStates) {
    const Opened opened = BringTo(state);
    if (!engine_.IsReady(opened.handle, Interest::kReadable))
      Wait(waiters.at(next++), opened.handle, Interest::kReadable, 200);
  }
  const ListenerHandle listener = Listen();
  Handshake(Client(1));
  Say({.from = Client(2)});
  Waiter acceptor;
  Spawn("accept", [&] {
    // A port where nobody calls.
    acceptor.result = engine_.WaitAcceptable(engine_.Listen({{}, Port(81)}).value(), kForever);
    acceptor.over = true;
  });
  Run();
  bool over = false;
  // Of higher right than the state machine and than everybody who waits.
  Spawn(
      "shutdown",
      [&] {
        engine_.Shutdown(5s);
        over = true;
        EXPECT_EQ(engine_.connection_count(), 0u);
      },
      5);
  RunFor(6s);
  EXPECT_TRUE(over);
  for (size_t i = 0; i < next; ++i) {
    EXPECT_TRUE(waiters[i].over);
    EXPECT_EQ(waiters[i].result.error(), Error::kInterrupted);
  }
  EXPECT_TRUE(acceptor.over);
  EXPECT_EQ(acceptor.result.error(), Error::kInterrupted);
  EXPECT_EQ(engine_.Accept(listener).error(), Error::kInterrupted);
  EXPECT_EQ(engine_.Connect({kPeer, Port(7)}).error(), Error::kInterrupted);
  EXPECT_EQ(engine_.Listen({{}, Port(7)}).error(), Error::kInterrupted);
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(EngineLifetimeTest, ShutdownGivesConnectionsTheirGraceAndThenAborts) {
  const Opened polite = Open(1);
  const Opened deaf = Open(2);
  Sent();
  Instant end{};
  Spawn("shutdown", [&] {
    engine_.Shutdown(5s);
    end = clock_.Now();
  });
  Run();
  EXPECT_EQ(Sent().size(), 2u) << "a FIN each";
  Say({.from = polite.ends.remote,
       .to = polite.ends.local,
       .sequence = kPeerIss + 1,
       .acknowledgement = polite.next + 1,
       .flags = kAckFin});
  RunFor(10s);
  EXPECT_EQ(end, Instant{} + 5s);
  const auto sent = Sent();
  EXPECT_EQ(sent.back().ends.remote, deaf.ends.remote);
  EXPECT_TRUE(sent.back().fields.flags.rst());
}

TEST_F(EngineLifetimeTest, ShutdownReturnsAtOnceWhenNobodyHasAnythingToSay) {
  Instant end = kNever;
  Spawn("shutdown", [&] {
    engine_.Shutdown(60s);
    end = clock_.Now();
  });
  Run();
  EXPECT_EQ(end, Instant{});
}

// Threads of all priorities connect to hosts that answer, refuse or are silent, and close at odd moments.
TEST_F(EngineLifetimeTest, ConnectAndCloseStorm) {
  ip_.output = [&](link::FramePtr frame, const net::SendParameters& packet) {
    const auto view = wire::TcpView::Parse(frame->data());
    const uint16_t port = view->destination_port().number();
    if (port % 3 == 0) return;  // silence
    const auto flags = view->flags();
    Says says{.from = {packet.destination, view->destination_port()},
              .to = {packet.source, view->source_port()},
              .sequence = port % 3 == 1 ? kPeerIss : 0,
              .acknowledgement = view->sequence().number() + view->sequence_length(),
              .flags = port % 3 == 1 ? TcpFlags::kSyn | TcpFlags::kAck : TcpFlags::kRst | TcpFlags::kAck};
    if (flags.rst()) return;
    if (!flags.syn()) {
      if (!flags.fin()) return;
      says.sequence = kPeerIss + 1;
      says.flags = kAckFin;
    }
    Hear(says);
  };
  Rng rng("storm");
  size_t connected = 0;
  size_t finished = 0;
  for (int thread = 0; thread < 16; ++thread) {
    const auto priority = static_cast<uint8_t>(thread % 4 == 0 ? 20 : thread % 4 == 1 ? 32 : 64 + thread);
    Spawn(
        "storm",
        [&] {
          for (int i = 0; i < 100; ++i) {
            const auto handle = engine_.Connect({kPeer, Port(static_cast<uint16_t>(1 + rng.Below(60000)))});
            if (!handle) continue;
            const auto limit = static_cast<int64_t>(rng.Below(1000)) * 1ms;
            if (engine_.Wait(*handle, Interest::kEstablished, limit)) ++connected;
            switch (rng.Below(4)) {
              case 0: static_cast<void>(engine_.Abort(*handle)); break;
              case 1: static_cast<void>(engine_.Shutdown(*handle)); break;
              case 2: executor_.Sleep(limit); break;
              default: break;
            }
            EXPECT_TRUE(engine_.Close(*handle));
          }
          ++finished;
        },
        priority);
  }
  RunFor(600s);
  EXPECT_EQ(finished, 16u);
  EXPECT_GT(connected, 300u);
  RunFor(1000s);
  EXPECT_EQ(engine_.connection_count(), 0u);
  EXPECT_EQ(pool_.in_use(), 0u);
  EXPECT_GT(statistics_[Counter::kTcpReaped], 1500u);
}

}  // namespace
}  // namespace nut::tcp
