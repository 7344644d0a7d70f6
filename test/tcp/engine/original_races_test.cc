// R1–R13: what was still wrong in the original's socket lifetime after its repair of 2014, each as a test of
// what happens here instead. R4 is in engine_lifetime_test, R12 (UDP) and R13 (streams) in test/socket.
#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

using wire::Port;
using wire::TcpFlags;

constexpr TcpFlags kAckFin = TcpFlags::kAck | TcpFlags::kFin;

class OriginalRacesTest : public EngineTest {
 protected:
  ListenerListing Listing() { return engine_.Snapshot().listeners.at(0); }
};

// The original transmitted the queued buffer itself; the connect timeout freed it while ARP still held it.
TEST_F(OriginalRacesTest, R1_ConnectTimeoutLeavesTheSegmentThatWaitsForArpAlone) {
  std::vector<link::FramePtr> arp_queue;
  std::vector<std::string> as_queued;
  ip_.output = [&](link::FramePtr frame, const net::SendParameters&) {
    as_queued.emplace_back(AsText(frame->data()));
    arp_queue.push_back(std::move(frame));
  };
  Error error{};
  Spawn("connect", [&] {
    const auto handle = engine_.Connect({kPeer, Port(7)}).value();
    error = engine_.Wait(handle, Interest::kEstablished, 1500ms).error();
    EXPECT_TRUE(engine_.Close(handle));
  });
  RunFor(2s);
  EXPECT_EQ(error, Error::kTimedOut);
  EXPECT_EQ(engine_.connection_count(), 0u) << "the connection is gone";
  ASSERT_GE(arp_queue.size(), 2u) << "the SYN and its retransmission are not";
  for (size_t i = 0; i < arp_queue.size(); ++i) EXPECT_EQ(AsText(arp_queue[i]->data()), as_queued[i]);
  arp_queue.clear();
  EXPECT_EQ(pool_.in_use(), 0u);
}

// DESTROY did not absorb: a zombie could be revived. Here the record is kept alive by a thread that has not
// run yet, and everything that may happen to a connection happens to it.
TEST_F(OriginalRacesTest, R2_NothingRevivesAConnectionThatHasEnded) {
  const Opened opened = Open();
  bool over = false;
  Spawn(
      "slow",
      [&] {
        EXPECT_EQ(engine_.Wait(opened.handle, Interest::kReadable, kForever).error(), Error::kStaleHandle);
        over = true;
      },
      200);
  Run();
  // One thread of high right does it all before the slow one runs, and lets the machine run in between.
  Spawn(
      "fast",
      [&] {
        EXPECT_TRUE(engine_.Reset(opened.handle));
        executor_.SetPriority(100);
        Sent();
        for (const TcpFlags flags :
             {TcpFlags::kAck, TcpFlags::kSyn | TcpFlags::kAck, kAckFin, TcpFlags::kRst}) {
          Hear({.from = opened.ends.remote,
                .to = opened.ends.local,
                .sequence = kPeerIss + 1,
                .acknowledgement = opened.next,
                .flags = flags,
                .payload = "late"});
        }
        uint8_t quote[8] = {};
        StoreBe16(quote, opened.ends.local.port.number());
        StoreBe16(quote + 2, opened.ends.remote.port.number());
        engine_.OnIcmpError({.local = kOurs,
                             .remote = kPeer,
                             .type = 3,
                             .code = 3,
                             .error = Error::kConnectionRefused,
                             .hard = true,
                             .transport_header = quote});
        executor_.Yield();
        EXPECT_FALSE(over);
        EXPECT_EQ(engine_.connection_count(), 1u) << "pinned by the slow thread";
        EXPECT_TRUE(engine_.Abort(opened.handle).error() == Error::kStaleHandle);
        for (const SeenSegment& sent : Sent()) EXPECT_TRUE(sent.fields.flags.rst()) << "to nobody's segment";
        EXPECT_EQ(Drops(DropReason::kIcmpUnmatched), 1u);
      },
      10);
  Run();
  EXPECT_TRUE(over);
  EXPECT_EQ(engine_.connection_count(), 0u) << "freed once, and only when the slow thread had left";
  EXPECT_EQ(statistics_[Counter::kTcpReaped], 1u);
}

// The collector freed sockets under threads that slept in their queues; their timers then wrote into freed
// memory.
TEST_F(OriginalRacesTest, R3_ASleeperWithATimeoutKeepsItsRecord) {
  const Opened opened = Open();
  Error error{};
  Spawn(
      "sleeper", [&] { error = engine_.Wait(opened.handle, Interest::kReadable, 10s).error(); }, 200);
  Run();
  Spawn(
      "closer",
      [&] {
        EXPECT_TRUE(engine_.Reset(opened.handle));
        // Everybody but the sleeper runs for a while.
        for (int i = 0; i < 100; ++i) executor_.Yield();
        EXPECT_EQ(engine_.connection_count(), 1u);
      },
      20);
  Run();
  EXPECT_EQ(error, Error::kStaleHandle);
  EXPECT_EQ(engine_.connection_count(), 0u);
  RunFor(20s);  // the sleeper's timer is gone
}

// A FIN was counted before a yield and forgotten after it when the woken application had closed meanwhile.
TEST_F(OriginalRacesTest, R5_AFinIsProcessedWholeBeforeAnybodyRuns) {
  const Opened opened = Open();
  // Of higher right than the state machine: runs as early as can be.
  Spawn(
      "reader",
      [&] {
        uint8_t bytes[10];
        EXPECT_TRUE(engine_.Wait(opened.handle, Interest::kReadable, kForever));
        EXPECT_EQ(engine_.Receive(opened.handle, bytes), 3u);
        EXPECT_TRUE(engine_.Close(opened.handle));
      },
      10);
  Run();
  Sent();
  Reply(opened, kAckFin, kPeerIss + 1, "end");
  const auto sent = Sent();
  ASSERT_FALSE(sent.empty());
  const SeenSegment& fin = sent.back();
  EXPECT_EQ(fin.flags(), "[F.]");
  EXPECT_EQ(fin.fields.acknowledgement.number(), kPeerIss + 1 + 3 + 1);
  ASSERT_EQ(engine_.connection_count(), 1u);
  EXPECT_EQ(engine_.Snapshot().connections[0].info.state, State::kLastAck) << "CLOSE-WAIT was not skipped";
  Reply(opened, TcpFlags::kAck, kPeerIss + 5, {}, opened.next + 1);
  EXPECT_EQ(engine_.connection_count(), 0u);
}

// A retransmission that failed aborted the socket in the middle of the handler, which went on.
TEST_F(OriginalRacesTest, R6_ARetransmissionThatCannotBeSentHarmsNothing) {
  const Opened opened = Open();
  Spawn("send", [&] {
    for (int i = 0; i < 8; ++i) EXPECT_TRUE(engine_.Send(opened.handle, AsBytes(std::string(1460, 'x'))));
  });
  Run();
  Sent();
  ip_.send_error = Error::kNetworkDown;
  for (int i = 0; i < 4; ++i) Reply(opened, TcpFlags::kAck, kPeerIss + 1);
  EXPECT_EQ(StateOf(opened.handle), State::kEstablished);
  ip_.send_error.reset();
  RunFor(3s);
  const auto sent = Sent();
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent.front().fields.sequence.number(), opened.next);
}

// Accept processed the SYN in the application's thread and returned in SYN-RECEIVED; the first call on it
// failed.
TEST_F(OriginalRacesTest, R7_AcceptNeverReturnsAHalfOpenConnection) {
  const ListenerHandle listener = Listen();
  Say({.from = Client(1)});
  const SeenSegment syn_ack = OnlySent();
  EXPECT_EQ(engine_.Accept(listener).error(), Error::kWouldBlock);
  State state{};
  Spawn("accept", [&] {
    EXPECT_TRUE(engine_.WaitAcceptable(listener, kForever));
    const auto accepted = engine_.Accept(listener).value();
    state = StateOf(accepted);
    EXPECT_TRUE(engine_.Send(accepted, AsBytes("welcome")));
  });
  Run();
  EXPECT_EQ(state, State::kClosed) << "still waiting";
  Say({.from = Client(1),
       .sequence = kPeerIss + 1,
       .acknowledgement = syn_ack.fields.sequence.number() + 1,
       .flags = TcpFlags::kAck});
  EXPECT_EQ(state, State::kEstablished);
  EXPECT_EQ(OnlySent().payload, "welcome");
}

// The 46th tick turned SYN-RECEIVED into LISTEN with the old retransmission queue, timer and sequence
// numbers.
TEST_F(OriginalRacesTest, R8_AHandshakeThatTimesOutLeavesNothingToTheNext) {
  Listen();
  Say({.from = Client(1)});
  const SeenSegment first = OnlySent();
  RunFor(engine_.parameters().syn_received_timeout + 1s);
  EXPECT_GT(Sent().size(), 2u) << "the SYN-ACK was repeated";
  EXPECT_EQ(engine_.connection_count(), 0u);
  RunFor(300s);
  EXPECT_TRUE(Sent().empty()) << "and then no more";
  Say({.from = Client(1)});
  const SeenSegment second = OnlySent();
  EXPECT_NE(second.fields.sequence, first.fields.sequence);
  RunFor(999ms);
  EXPECT_TRUE(Sent().empty());
  RunFor(2ms);
  EXPECT_EQ(Sent().size(), 1u) << "RFC 6298 2.1: one second again, not what the first had backed off to";
}

// An abort left counters of unread data behind, with nothing to read.
TEST_F(OriginalRacesTest, R9_AfterAResetTheCountersAgreeWithWhatCanBeRead) {
  const Opened opened = Open();
  Reply(opened, TcpFlags::kAck, kPeerIss + 1, "unread");
  Reply(opened, TcpFlags::kRst, kPeerIss + 7);
  EXPECT_EQ(StateOf(opened.handle), State::kClosed);
  EXPECT_EQ(engine_.Info(opened.handle)->send_queue, 0u);
  EXPECT_EQ(engine_.Info(opened.handle)->receive_queue, 6u);
  uint8_t bytes[10];
  EXPECT_EQ(engine_.Receive(opened.handle, bytes).value_or(0), 6u);
  EXPECT_EQ(engine_.Info(opened.handle)->receive_queue, 0u);
  const auto after = engine_.Receive(opened.handle, bytes);
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error(), Error::kConnectionReset);
  EXPECT_FALSE(engine_.Send(opened.handle, bytes));
}

// RST in SYN-RECEIVED woke the application, which closed, and then discarded the closed socket's buffers.
TEST_F(OriginalRacesTest, R10_ResetOfAHandshakeTouchesNeitherListenerNorAcceptor) {
  const ListenerHandle listener = Listen();
  bool accepted = false;
  Spawn(
      "accept",
      [&] {
        EXPECT_TRUE(engine_.WaitAcceptable(listener, kForever));
        accepted = engine_.Accept(listener).has_value();
      },
      10);
  Run();
  Say({.from = Client(1)});
  Say({.from = Client(1), .sequence = kPeerIss + 1, .flags = TcpFlags::kRst});
  EXPECT_EQ(engine_.connection_count(), 0u);
  EXPECT_EQ(Listing().syn_queue, 0u);
  EXPECT_FALSE(accepted);
  Handshake(Client(2));
  EXPECT_TRUE(accepted);
}

// The timer pass left its loop after the first expired TIME-WAIT socket.
TEST_F(OriginalRacesTest, R11_AllThatExpireTogetherGoTogether) {
  std::vector<Opened> opened;
  for (uint16_t port = 1; port <= 50; ++port) opened.push_back(Open(port));
  Spawn("close", [&] {
    for (const Opened& each : opened) EXPECT_TRUE(engine_.Close(each.handle));
  });
  Run();
  for (const Opened& each : opened) {
    Hear({.from = each.ends.remote,
          .to = each.ends.local,
          .sequence = kPeerIss + 1,
          .acknowledgement = each.next + 1,
          .flags = kAckFin});
  }
  Run();
  EXPECT_EQ(engine_.time_wait_count(), 50u);
  RunFor(engine_.parameters().time_wait - 1ms);
  EXPECT_EQ(engine_.time_wait_count(), 50u);
  RunFor(1ms);
  EXPECT_EQ(engine_.connection_count(), 0u);
}

}  // namespace
}  // namespace nut::tcp
