// SYNs and segments where something is full, taken, or late: who is answered, who waits, and what is counted.
#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

using wire::Port;
using wire::TcpFlags;

constexpr TcpFlags kAck = TcpFlags::kAck;
constexpr TcpFlags kAckFin = TcpFlags::kAck | TcpFlags::kFin;

class EngineQueuesTest : public EngineTest {
 protected:
  explicit EngineQueuesTest(Parameters parameters = {}, EngineOptions options = {})
      : EngineTest(std::move(parameters), options) {}
  uint64_t Count(Counter counter) const { return statistics_[counter]; }
};

// --- frames

TEST_F(EngineQueuesTest, TheFramesOfABatchAreBackBeforeAnythingIsSent) {
  const Opened opened = Open();
  std::vector<size_t> in_use;
  const auto keep = std::exchange(
      ip_.output, [&](link::FramePtr, const net::SendParameters&) { in_use.push_back(pool_.in_use()); });
  for (uint32_t i = 0; i < 3; ++i) {
    Hear({.from = opened.ends.remote,
          .to = opened.ends.local,
          .sequence = kPeerIss + 100000 + i,
          .acknowledgement = opened.next,
          .flags = kAck});
  }
  Run();
  EXPECT_EQ(in_use, std::vector<size_t>{1}) << "its own";
  ip_.output = keep;
}

TEST_F(EngineQueuesTest, WhatGoesOnIsJoinedWhereTheHeadersLieInFront) {
  const Opened opened = Open();
  const std::string text(100, 'x');
  uint32_t next = kPeerIss + 1;
  const auto frame = [&](uint32_t sequence) {
    const size_t in_front = wire::kEthernetHeaderSize + wire::kIpv4HeaderSize;
    const size_t size = in_front + wire::kTcpHeaderSize + text.size();
    link::FramePtr made = pool_.Allocate(size);
    const MutableByteView bytes = made->Append(size);
    wire::Emit(bytes, wire::EthernetFields{wire::MacAddress({2, 0, 0, 0, 0, 2}),
                                           wire::MacAddress({2, 0, 0, 0, 0, 1})});
    wire::Emit(bytes.subspan(wire::kEthernetHeaderSize),
               wire::Ipv4Fields{.source = kPeer,
                                .destination = kOurs,
                                .protocol = wire::IpProtocol::kTcp,
                                .dont_fragment = true,
                                .payload_size = wire::kTcpHeaderSize + text.size()});
    const MutableByteView segment = bytes.subspan(in_front);
    wire::Emit(segment, wire::TcpFields{.source_port = opened.ends.remote.port,
                                        .destination_port = opened.ends.local.port,
                                        .sequence = wire::SequenceNumber(sequence),
                                        .acknowledgement = wire::SequenceNumber(opened.next),
                                        .flags = kAck,
                                        .window = 65535});
    std::copy(text.begin(), text.end(), segment.begin() + wire::kTcpHeaderSize);
    wire::FinishTcpChecksum(segment, {kPeer, kOurs});
    return made;
  };
  // The first as the network layer hands it over, the second whole.
  const auto joined = [&](bool has_link_header, uint16_t segment_size, bool whole_header = true) {
    link::FramePtr first = frame(next);
    first->network_header = static_cast<uint16_t>(first->position() + wire::kEthernetHeaderSize);
    first->TrimFront(wire::kEthernetHeaderSize + wire::kIpv4HeaderSize);
    if (!whole_header) --first->network_header;
    first->segmentation.segment_size = segment_size;
    engine_.OnPacket({.frame = std::move(first),
                      .source = kPeer,
                      .destination = kOurs,
                      .protocol = static_cast<uint8_t>(wire::IpProtocol::kTcp),
                      .unicast = true,
                      .has_link_header = has_link_header});
    link::FramePtr second = frame(next + 100);
    const bool is_joined = engine_.OnContinuation(second);
    Run();
    next += is_joined ? 200 : 100;
    return is_joined;
  };
  EXPECT_TRUE(joined(true, 0));
  EXPECT_EQ(Count(Counter::kTcpCoalesced), 1u);
  EXPECT_FALSE(joined(false, 0)) << "nobody knows what lies in front";
  EXPECT_FALSE(joined(true, 60)) << "a super-segment";
  EXPECT_FALSE(joined(true, 0, false)) << "IP options";
  EXPECT_TRUE(joined(true, 0));
  EXPECT_EQ(Count(Counter::kTcpCoalesced), 2u);
  EXPECT_EQ(engine_.Info(opened.handle)->receive_queue, next - kPeerIss - 1);
}

// --- the accept queue

TEST_F(EngineQueuesTest, ASynIsAnsweredAgainThoughNobodyCouldBeAccepted) {
  const ListenerHandle listener = Listen(80, 1);
  Say({.from = Client(1)});
  const SeenSegment syn_ack = OnlySent();
  Handshake(Client(2));
  ASSERT_TRUE(engine_.IsAcceptable(listener));
  Sent();
  Say({.from = Client(1)});
  EXPECT_EQ(OnlySent().fields.sequence, syn_ack.fields.sequence) << "the SYN-ACK once more";
  const Says last{.from = Client(1),
                  .sequence = kPeerIss + 1,
                  .acknowledgement = syn_ack.fields.sequence.number() + 1,
                  .flags = kAck};
  Say(last);
  EXPECT_EQ(Drops(DropReason::kTcpListenAcceptQueueFull), 1u);
  // A RST is heard all the same.
  Say({.from = Client(1), .sequence = kPeerIss + 1, .flags = TcpFlags::kRst | kAck});
  EXPECT_EQ(engine_.connection_count(), 1u);
  EXPECT_TRUE(engine_.Accept(listener));
}

class NoRoomTest : public EngineQueuesTest {
 protected:
  NoRoomTest() : EngineQueuesTest({.maximum_syn_queue = 1, .syn_cookies = false}) {}
  // A connection of Client(9)'s with port 80 in TIME-WAIT.
  void LeaveTimeWait(ListenerHandle listener) {
    const uint32_t next = Handshake(Client(9));
    const ConnectionHandle accepted = engine_.Accept(listener).value();
    EXPECT_TRUE(engine_.Close(accepted));
    Run();
    Say({.from = Client(9), .sequence = kPeerIss + 1, .acknowledgement = next + 1, .flags = kAckFin});
    ASSERT_EQ(engine_.time_wait_count(), 1u);
    Sent();
  }
  const Says again_{.from = Client(9), .sequence = kPeerIss + 100000};
};

TEST_F(NoRoomTest, TimeWaitIsReopenedOnlyWhereThereIsRoomForIt) {
  const ListenerHandle listener = Listen(80, 1);
  LeaveTimeWait(listener);
  Handshake(Client(1));
  Sent();
  Say(again_);
  EXPECT_EQ(engine_.time_wait_count(), 1u) << "the accept queue is full";
  EXPECT_NE(OnlySent().flags(), "[S.]");
  EXPECT_TRUE(engine_.Accept(listener));
  Say({.from = Client(2)});
  Sent();
  Say(again_);
  EXPECT_EQ(engine_.time_wait_count(), 1u) << "the SYN queue is full";
  Sent();
  Say({.from = Client(2), .sequence = kPeerIss + 1, .flags = TcpFlags::kRst});
  Say({.from = Client(9), .sequence = kPeerIss + 100000, .flags = TcpFlags::kSyn | kAck});
  EXPECT_EQ(engine_.time_wait_count(), 1u) << "no plain SYN";
  Sent();
  Say(again_);
  EXPECT_EQ(engine_.time_wait_count(), 0u);
  EXPECT_EQ(OnlySent().flags(), "[S.]");
}

TEST_F(NoRoomTest, TheOldestHandshakeMakesRoomAndIsCounted) {
  Listen();
  Say({.from = Client(1)});
  Say({.from = Client(2)});
  EXPECT_EQ(Count(Counter::kTcpAttemptFails), 1u);
  EXPECT_EQ(Drops(DropReason::kTcpListenSynQueueFull), 1u);
  EXPECT_EQ(engine_.connection_count(), 1u);
}

TEST_F(NoRoomTest, AHandshakeThatNobodyFinishesIsCountedAsAFailure) {
  Listen();
  Say({.from = Client(1)});
  EXPECT_EQ(Count(Counter::kTcpAttemptFails), 0u);
  RunFor(63s - 1ms);
  EXPECT_EQ(engine_.connection_count(), 1u);
  RunFor(1ms);
  EXPECT_EQ(engine_.connection_count(), 0u);
  EXPECT_EQ(Count(Counter::kTcpAttemptFails), 1u);
}

TEST_F(NoRoomTest, WhereNumbersHaveGoneOnTheNextOnesAreTheClocks) {
  const ListenerHandle listener = Listen(80, 1);
  LeaveTimeWait(listener);
  const uint32_t before = engine_.Snapshot().connections[0].info.snd_nxt;
  RunFor(1s);
  Say(again_);
  const uint32_t ahead = OnlySent().fields.sequence.number() - before;
  EXPECT_GT(ahead, 240000u) << "four microseconds each";
  EXPECT_LT(ahead, 260000u);
}

TEST_F(EngineQueuesTest, ASynWithoutAWayBackIsDropped) {
  Listen();
  ip_.route_error = Error::kNetworkUnreachable;
  Say({.from = Client(1)});
  EXPECT_EQ(Drops(DropReason::kIpNoRoute), 1u);
  EXPECT_EQ(engine_.connection_count(), 0u);
  ip_.route_error.reset();
}

TEST_F(EngineQueuesTest, OneConnectionSendsSoManySegmentsInAPass) {
  const Opened opened = Open();
  Spawn("send", [&] { EXPECT_TRUE(engine_.Send(opened.handle, AsBytes(std::string(100000, 'x')))); });
  Run();
  EXPECT_EQ(Sent().size(), 10u) << "the initial window, in one pass";
}

// --- cookies

class CookieQueueTest : public EngineQueuesTest {
 protected:
  CookieQueueTest() : EngineQueuesTest({.maximum_connections = 2, .maximum_syn_queue = 1}) {}
};

TEST_F(CookieQueueTest, ACookieMakesNoConnectionWhereTheTableIsFull) {
  Listen();
  Say({.from = Client(1)});
  Sent();
  Say({.from = Client(2)});
  const SeenSegment cookie = OnlySent();
  const auto other = engine_.Connect({kPeer, Port(7)}).value();
  Run();
  Say({.from = Client(2),
       .sequence = kPeerIss + 1,
       .acknowledgement = cookie.fields.sequence.number() + 1,
       .flags = kAck});
  EXPECT_EQ(Drops(DropReason::kTcpConnectionTableFull), 1u);
  EXPECT_EQ(Count(Counter::kTcpSynCookiesReceived), 0u);
  EXPECT_EQ(engine_.connection_count(), 2u);
  EXPECT_TRUE(engine_.Reset(other));
}

TEST_F(CookieQueueTest, OnlyAnAckBringsACookie) {
  Listen();
  Say({.from = Client(1)});
  Sent();
  Say({.from = Client(2)});
  const SeenSegment cookie = OnlySent();
  for (const TcpFlags flags :
       {TcpFlags::kRst | kAck, TcpFlags::kSyn | kAck, TcpFlags::kRst | TcpFlags::kSyn | kAck}) {
    Say({.from = Client(2),
         .sequence = kPeerIss + 1,
         .acknowledgement = cookie.fields.sequence.number() + 1,
         .flags = flags});
    EXPECT_EQ(engine_.connection_count(), 1u);
  }
  EXPECT_EQ(Count(Counter::kTcpSynCookiesReceived), 0u);
  EXPECT_EQ(Count(Counter::kTcpSynCookiesFailed), 0u);
}

TEST_F(CookieQueueTest, NobodyBringsACookieWhenTheLastOneIsTooOld) {
  Listen();
  Say({.from = Client(1)});
  Say({.from = Client(2)});
  const Says nonsense{.from = Client(3), .sequence = kPeerIss + 1, .acknowledgement = 77, .flags = kAck};
  RunFor(2 * SynCookies::kSlot - 1ns);
  Say(nonsense);
  EXPECT_EQ(Count(Counter::kTcpSynCookiesFailed), 1u);
  RunFor(1ns);
  Say(nonsense);
  EXPECT_EQ(Count(Counter::kTcpSynCookiesFailed), 1u) << "not even looked at";
}

// --- Fast Open

class FastOpenQueueTest : public EngineQueuesTest {
 protected:
  FastOpenQueueTest() : EngineQueuesTest({.fast_open = true}) {}
};

TEST_F(FastOpenQueueTest, WhatMayNotBeTakenIsDroppedWithTheFinBehindIt) {
  const ListenerHandle listener = Listen();
  Say({.from = Client(1),
       .flags = TcpFlags::kSyn | TcpFlags::kFin,
       .options = {.mss = 1460, .fast_open = wire::TcpFastOpenCookie{}},
       .payload = "GET"});
  const SeenSegment syn_ack = OnlySent();
  EXPECT_EQ(syn_ack.fields.acknowledgement.number(), kPeerIss + 1);
  Say({.from = Client(1),
       .sequence = kPeerIss + 1,
       .acknowledgement = syn_ack.fields.sequence.number() + 1,
       .flags = kAck});
  EXPECT_EQ(StateOf(engine_.Accept(listener).value()), State::kEstablished);
}

TEST_F(FastOpenQueueTest, OnlyTheAnswerToASynBringsACookie) {
  const wire::TcpFastOpenCookie cookie{.size = 4, .octets = {1, 2, 3, 4}};
  const Opened opened = Open();
  Say({.from = opened.ends.remote,
       .to = opened.ends.local,
       .sequence = kPeerIss + 1,
       .acknowledgement = opened.next,
       .flags = kAck,
       .options = {.fast_open = cookie},
       .payload = "late"});
  Sent();
  const auto second = engine_.Connect({kPeer, Port(8)}).value();
  Run();
  EXPECT_TRUE(OnlySent().options.fast_open->is_request()) << "none is known";
  EXPECT_TRUE(engine_.Reset(second));
}

TEST_F(EngineQueuesTest, WhereItIsNotAskedForNoCookieIsKept) {
  const auto first = engine_.Connect({kPeer, Port(7)}).value();
  Run();
  const SeenSegment syn = OnlySent();
  EXPECT_FALSE(syn.options.fast_open);
  Say({.from = syn.ends.remote,
       .to = syn.ends.local,
       .acknowledgement = syn.fields.sequence.number() + 1,
       .flags = TcpFlags::kSyn | kAck,
       .options = {.mss = 1460, .fast_open = wire::TcpFastOpenCookie{.size = 4, .octets = {1, 2, 3, 4}}}});
  Sent();
  const Parameters fast = Prompt({.fast_open = true});
  const auto second = engine_.Connect({kPeer, Port(8)}, {}, &fast).value();
  Run();
  EXPECT_TRUE(OnlySent().options.fast_open->is_request());
  EXPECT_TRUE(engine_.Reset(first));
  EXPECT_TRUE(engine_.Reset(second));
}

// --- SYNs that wait

class HeldQueueTest : public EngineQueuesTest {
 protected:
  HeldQueueTest() : EngineQueuesTest({}, {.maximum_held_syns = 8, .held_syn_patience = 1200ms}) {}
};

TEST_F(HeldQueueTest, OneThatIsRefusedAfterAllIsCounted) {
  Say({.from = Client(1)});
  EXPECT_EQ(Drops(DropReason::kTcpNoConnection), 0u);
  RunFor(1200ms);
  EXPECT_EQ(Drops(DropReason::kTcpNoConnection), 1u);
}

TEST_F(HeldQueueTest, WhosePairIsTakenMeanwhileIsRefused) {
  Say({.from = Client(1)});
  const auto ours = engine_.Connect({kPeer, Port(1)}, {kOurs, Port(80)}).value();
  Run();
  EXPECT_EQ(OnlySent().flags(), "[S]");
  Listen(80);
  Run();
  EXPECT_EQ(OnlySent().flags(), "[R.]");
  EXPECT_EQ(engine_.connection_count(), 1u);
  EXPECT_TRUE(engine_.Reset(ours));
}

// --- what no log wants is not written, and what it wants is

class KeepingLog final : public Log {
 public:
  bool Wants(LogLevel level, std::string_view) const override { return level == LogLevel::kDebug; }
  void Write(LogLevel, std::string_view, std::string_view text) override {
    lines.emplace_back(text.substr(text.rfind(':') + 1));
  }
  std::vector<std::string> lines;
};

TEST_F(EngineQueuesTest, TheLogTellsTheLifeOfAConnection) {
  KeepingLog log;
  Engine engine({executor_, ip_, statistics_, log}, Rng("logged"), Prompt({}));
  ASSERT_TRUE(engine.Start());
  const ListenerHandle listener = engine.Listen({{}, Port(80)}).value();
  const auto hear = [&](const Says& says) {
    engine.OnPacket(
        {.frame = Frame(pool_, says), .source = says.from.address, .destination = kOurs, .unicast = true});
    Run();
  };
  hear({});
  const uint32_t next = OnlySent().fields.sequence.number() + 1;
  hear({.sequence = kPeerIss + 1, .acknowledgement = next, .flags = kAck});
  const ConnectionHandle accepted = engine.Accept(listener).value();
  EXPECT_TRUE(engine.Shutdown(accepted));
  Run();
  hear({.sequence = kPeerIss + 1, .acknowledgement = next + 1, .flags = kAck});
  EXPECT_TRUE(engine.Close(accepted));
  Run();
  hear({.sequence = kPeerIss + 1, .acknowledgement = next + 1, .flags = TcpFlags::kRst | kAck});
  EXPECT_EQ(log.lines,
            (std::vector<std::string>{
                "40000 LISTEN -> SYN-RECEIVED", "40000 SYN-RECEIVED -> ESTABLISHED", "40000 accepted",
                "40000 half closed", "40000 ESTABLISHED -> FIN-WAIT-1", "40000 FIN-WAIT-1 -> FIN-WAIT-2",
                "40000 closed", "40000 FIN-WAIT-2 -> DESTROY", "40000 forgotten", "40000 freed"}));
  Spawn("end", [&] { engine.Shutdown(0s); });
  RunFor(1s);
}

}  // namespace
}  // namespace nut::tcp
