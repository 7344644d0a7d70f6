// Opening from outside: SYN queue, accept queue, floods.
#include <set>

#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

using wire::Port;
using wire::TcpFlags;

class EngineListenTest : public EngineTest {
 protected:
  EngineListenTest() : EngineTest(Small()) {}

  static Parameters Small() {
    Parameters parameters;
    parameters.maximum_syn_queue = 8;
    parameters.syn_cookies = false;
    parameters.syn_received_timeout = 10s;
    parameters.maximum_time_wait = 4;
    return parameters;
  }
  ListenerListing Listing() { return engine_.Snapshot().listeners.at(0); }
  static std::optional<SeenSegment> First(const std::vector<SeenSegment>& seen, std::string_view flags) {
    for (const SeenSegment& segment : seen) {
      if (segment.flags() == flags) return segment;
    }
    return std::nullopt;
  }
};

TEST_F(EngineListenTest, AcceptGivesWhatIsEstablishedOldestFirst) {
  const ListenerHandle listener = Listen();
  Handshake(Client(1));
  Handshake(Client(2));
  EXPECT_EQ(Listing().accept_queue, 2u);
  for (const uint16_t port : {1, 2}) {
    const auto accepted = engine_.Accept(listener);
    ASSERT_TRUE(accepted);
    EXPECT_EQ(engine_.Ends(*accepted)->remote, Client(port));
    EXPECT_EQ(StateOf(*accepted), State::kEstablished);
  }
  EXPECT_EQ(engine_.Accept(listener).error(), Error::kWouldBlock);
  EXPECT_EQ(statistics_[Counter::kTcpPassiveOpens], 2u);
}

TEST_F(EngineListenTest, AConnectionThatThePeerHasClosedAlreadyIsAcceptedWithItsData) {
  const ListenerHandle listener = Listen();
  const uint32_t next = Handshake(Client(1));
  Say({.from = Client(1),
       .sequence = kPeerIss + 1,
       .acknowledgement = next,
       .flags = TcpFlags::kAck | TcpFlags::kFin,
       .payload = "hello"});
  const auto accepted = engine_.Accept(listener);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(StateOf(*accepted), State::kCloseWait);
  Spawn("read", [&] {
    uint8_t bytes[10];
    EXPECT_EQ(engine_.Receive(*accepted, bytes), 5u);
    EXPECT_EQ(engine_.Receive(*accepted, bytes), 0u);
  });
  Run();
}

TEST_F(EngineListenTest, TheLastAckIsNotTakenWhileTheAcceptQueueIsFull) {
  const ListenerHandle listener = Listen(80, 2);
  // Two half-open ones more than there will be room for.
  for (uint16_t port = 1; port <= 4; ++port) Hear({.from = Client(port)});
  Run();
  std::vector<uint32_t> next(5);
  for (const SeenSegment& syn_ack : Sent()) {
    next[syn_ack.ends.remote.port.number()] = syn_ack.fields.sequence.number() + 1;
  }
  const auto ack = [&](uint16_t port) {
    Say({.from = Client(port),
         .sequence = kPeerIss + 1,
         .acknowledgement = next[port],
         .flags = TcpFlags::kAck});
  };
  for (uint16_t port = 1; port <= 4; ++port) ack(port);
  EXPECT_EQ(Listing().accept_queue, 2u);
  EXPECT_EQ(Listing().syn_queue, 2u);
  EXPECT_EQ(Drops(DropReason::kTcpListenAcceptQueueFull), 2u);
  // New SYNs are not taken either, and nobody is refused.
  Say({.from = Client(9)});
  EXPECT_EQ(Drops(DropReason::kTcpListenAcceptQueueFull), 3u);
  EXPECT_TRUE(Sent().empty());
  // The SYN-ACK is repeated meanwhile; its answer is taken once there is room.
  RunFor(1500ms);
  EXPECT_TRUE(First(Sent(), "[S.]"));
  ASSERT_TRUE(engine_.Accept(listener));
  ack(3);
  EXPECT_EQ(Listing().accept_queue, 2u);
  EXPECT_EQ(Listing().syn_queue, 1u);
}

TEST_F(EngineListenTest, Rfc4987_3_1_FloodIsBoundedAndTheOldestGoes) {
  const ListenerHandle listener = Listen();
  for (uint16_t port = 1; port <= 500; ++port) Hear({.from = Client(port)});
  Run();
  EXPECT_EQ(Listing().syn_queue, 8u);
  EXPECT_EQ(engine_.connection_count(), 8u);
  EXPECT_EQ(Drops(DropReason::kTcpListenSynQueueFull), 492u);
  // A real client gets through in the middle of it: its handshake is quicker than seven SYNs of the flood.
  Handshake(Client(1000));
  for (uint16_t port = 501; port <= 600; ++port) Hear({.from = Client(port)});
  Run();
  EXPECT_TRUE(engine_.Accept(listener));
}

TEST_F(EngineListenTest, Rfc4987_3_2_RecoversAfterTheFlood) {
  Listen();
  for (uint16_t port = 1; port <= 500; ++port) Hear({.from = Client(port)});
  Run();
  RunFor(11s);
  EXPECT_EQ(Listing().syn_queue, 0u);
  EXPECT_EQ(engine_.connection_count(), 0u);
  Handshake(Client(1000));
  EXPECT_EQ(Listing().accept_queue, 1u);
}

TEST_F(EngineListenTest, EstablishedConnectionsDoNotFeelTheFlood) {
  const ListenerHandle listener = Listen();
  const uint32_t next = Handshake(Client(1000));
  const auto accepted = engine_.Accept(listener).value();
  for (uint16_t port = 1; port <= 500; ++port) Hear({.from = Client(port)});
  Run();
  Say({.from = Client(1000),
       .sequence = kPeerIss + 1,
       .acknowledgement = next,
       .flags = TcpFlags::kAck | TcpFlags::kPsh,
       .payload = "x"});
  EXPECT_TRUE(engine_.IsReady(accepted, Interest::kReadable));
}

TEST_F(EngineListenTest, ListenerClosedWithQueuesResetsTheEstablishedOnes) {
  const ListenerHandle listener = Listen();
  const uint32_t next = Handshake(Client(1));
  Say({.from = Client(2)});
  Sent();
  Spawn("close", [&] { EXPECT_TRUE(engine_.CloseListener(listener)); });
  Run();
  const auto reset = First(Sent(), "[R.]").value_or(SeenSegment{});
  EXPECT_TRUE(reset.ends.remote == Client(1) || reset.ends.remote == Client(2));
  EXPECT_EQ(engine_.connection_count(), 0u);
  EXPECT_TRUE(engine_.Snapshot().listeners.empty());
  // Nobody is there any more.
  Say({.from = Client(1), .sequence = kPeerIss + 1, .acknowledgement = next, .flags = TcpFlags::kAck});
  EXPECT_EQ(OnlySent().flags(), "[R]");
}

TEST_F(EngineListenTest, APortCanBeListenedOnAgainAtOnce) {
  Spawn(
      "again",
      [&] {
        // Higher in right than the state machine: nothing of the old listener has been cleared away yet.
        const ListenerHandle old = Listen();
        EXPECT_TRUE(engine_.CloseListener(old));
        const auto next = engine_.Listen({{}, Port(80)});
        EXPECT_TRUE(next);
        EXPECT_EQ(engine_.CloseListener(old).error(), Error::kStaleHandle);
      },
      10);
  Run();
  Handshake(Client(1));
  EXPECT_EQ(Listing().accept_queue, 1u);
}

TEST_F(EngineListenTest, ListenErrors) {
  Listen(80);
  EXPECT_EQ(engine_.Listen({{}, Port(80)}).error(), Error::kAddressInUse);
  EXPECT_EQ(engine_.Listen({wire::Ipv4Address(), Port(80)}).error(), Error::kAddressInUse);
  EXPECT_TRUE(engine_.Listen({kOurs, Port(80)}));
  EXPECT_EQ(engine_.Listen({kPeer, Port(80)}).error(), Error::kAddressNotAvailable);
  const auto ephemeral = engine_.Listen({});
  ASSERT_TRUE(ephemeral);
  EXPECT_GE(engine_.Local(*ephemeral)->port.number(), 32768);
}

TEST_F(EngineListenTest, SynIsRepeatedInSynReceivedWithoutASecondConnection) {
  Listen();
  Say({.from = Client(1)});
  const SeenSegment first = OnlySent();
  Say({.from = Client(1)});
  EXPECT_EQ(engine_.connection_count(), 1u);
  for (const SeenSegment& again : Sent()) {
    EXPECT_TRUE(!again.fields.flags.syn() || again.fields.sequence == first.fields.sequence);
    EXPECT_FALSE(again.fields.flags.rst());
  }
}

TEST_F(EngineListenTest, Rfc9293_May2_SynReopensTimeWaitWithALargerSequenceNumber) {
  const ListenerHandle listener = Listen();
  const uint32_t next = Handshake(Client(1));
  const auto accepted = engine_.Accept(listener).value();
  Spawn("close", [&] { EXPECT_TRUE(engine_.Close(accepted)); });
  Run();
  const SeenSegment fin = OnlySent();
  EXPECT_EQ(fin.flags(), "[F.]");
  Say({.from = Client(1),
       .sequence = kPeerIss + 1,
       .acknowledgement = next + 1,
       .flags = TcpFlags::kAck | TcpFlags::kFin});
  EXPECT_EQ(engine_.time_wait_count(), 1u);
  Sent();
  // An old duplicate does not reopen, a SYN beyond does; our own numbers start beyond the old ones, too.
  Say({.from = Client(1), .sequence = kPeerIss - 5000});
  EXPECT_FALSE(First(Sent(), "[S.]"));
  Say({.from = Client(1), .sequence = kPeerIss + 100000});
  const SeenSegment syn_ack = OnlySent();
  EXPECT_EQ(syn_ack.flags(), "[S.]");
  EXPECT_EQ(engine_.time_wait_count(), 0u);
  EXPECT_TRUE(syn_ack.fields.sequence.After(wire::SequenceNumber(next + 1 + 65535)));
}

// A client that aborts and connects from the same port again at once was refused: with both segments in one
// batch, the connection that the RST had ended was still found, and answered the SYN with a RST.
TEST_F(EngineListenTest, ASynRightBehindAResetOpensTheNextConnection) {
  const ListenerHandle listener = Listen();
  const uint32_t next = Handshake(Client(40000));
  const ConnectionHandle first = engine_.Accept(listener).value();
  Hear({.sequence = kPeerIss + 1, .acknowledgement = next, .flags = TcpFlags::kRst | TcpFlags::kAck});
  Say({.sequence = kPeerIss + 70000});
  const SeenSegment answer = OnlySent();
  EXPECT_EQ(answer.flags(), "[S.]");
  EXPECT_EQ(answer.fields.acknowledgement.number(), kPeerIss + 70001);
  // Who holds the first one is told what became of it.
  uint8_t octet = 0;
  EXPECT_EQ(engine_.Receive(first, MutableByteView(&octet, 1)).error(), Error::kConnectionReset);
  EXPECT_TRUE(engine_.Close(first));
  // The second one is a connection like any other.
  Say({.sequence = kPeerIss + 70001,
       .acknowledgement = answer.fields.sequence.number() + 1,
       .flags = TcpFlags::kAck});
  EXPECT_TRUE(engine_.Accept(listener));
  EXPECT_EQ(engine_.connection_count(), 1u);
}

// The same for a client that closed first and whose last ACK and next SYN came in one batch: nobody held the
// connection any more, and the one that had just ended answered the SYN with a RST.
TEST_F(EngineListenTest, ASynRightBehindTheLastAckOpensTheNextConnection) {
  const ListenerHandle listener = Listen();
  const uint32_t next = Handshake(Client(40000));
  const ConnectionHandle first = engine_.Accept(listener).value();
  Say({.sequence = kPeerIss + 1, .acknowledgement = next, .flags = TcpFlags::kFin | TcpFlags::kAck});
  Spawn("close", [&] { EXPECT_TRUE(engine_.Close(first)); });
  Run();
  Sent();
  Hear({.sequence = kPeerIss + 2, .acknowledgement = next + 1, .flags = TcpFlags::kAck});
  Say({.sequence = kPeerIss + 70000});
  const SeenSegment answer = OnlySent();
  EXPECT_EQ(answer.flags(), "[S.]");
  EXPECT_EQ(answer.fields.acknowledgement.number(), kPeerIss + 70001);
  EXPECT_EQ(engine_.connection_count(), 1u);
}

TEST_F(EngineListenTest, TimeWaitIsLimitedAndTheOldestGoes) {
  const ListenerHandle listener = Listen();
  for (uint16_t port = 1; port <= 10; ++port) {
    const uint32_t next = Handshake(Client(port));
    const auto accepted = engine_.Accept(listener).value();
    Spawn("close", [&] { EXPECT_TRUE(engine_.Close(accepted)); });
    Run();
    Say({.from = Client(port),
         .sequence = kPeerIss + 1,
         .acknowledgement = next + 1,
         .flags = TcpFlags::kAck | TcpFlags::kFin});
  }
  EXPECT_EQ(engine_.time_wait_count(), 4u);
  EXPECT_EQ(engine_.connection_count(), 4u);
  EXPECT_EQ(statistics_[Counter::kTcpTimeWaitRecycled], 6u);
  const auto snapshot = engine_.Snapshot();
  for (const ConnectionListing& listing : snapshot.connections)
    EXPECT_GE(listing.info.ends.remote.port, Port(7));
}

TEST_F(EngineListenTest, ManyAcceptorsGetOneConnectionEach) {
  const ListenerHandle listener = Listen();
  std::vector<uint64_t> got;
  for (int i = 0; i < 5; ++i) {
    Spawn("accept", [&] {
      while (true) {
        if (auto waited = engine_.WaitAcceptable(listener, kForever); !waited) return;
        if (auto accepted = engine_.Accept(listener)) {
          got.push_back(accepted->id());
          return;
        }
      }
    });
  }
  Run();
  for (uint16_t port = 1; port <= 5; ++port) Handshake(Client(port));
  EXPECT_EQ(got.size(), 5u);
  EXPECT_EQ(std::set<uint64_t>(got.begin(), got.end()).size(), 5u);
}

TEST_F(EngineListenTest, AcceptWaitTimesOut) {
  const ListenerHandle listener = Listen();
  Result<void> waited;
  Duration took{};
  Spawn("accept", [&] {
    waited = engine_.WaitAcceptable(listener, 700ms);
    took = clock_.Now().time_since_epoch();
  });
  RunFor(2s);
  EXPECT_EQ(waited.error(), Error::kTimedOut);
  EXPECT_EQ(took, 700ms);
}

TEST_F(EngineListenTest, Rfc9293_Must41_ListenerIsUntouchedByItsConnections) {
  const ListenerHandle listener = Listen();
  Handshake(Client(1));
  const auto accepted = engine_.Accept(listener).value();
  Spawn("abort", [&] { EXPECT_TRUE(engine_.Reset(accepted)); });
  Run();
  Handshake(Client(2));
  EXPECT_EQ(Listing().accept_queue, 1u);
}

}  // namespace
}  // namespace nut::tcp
