// What the engine does with segments before any connection sees them, and with those that belong to none.
#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

using wire::IpAddress;
using wire::Ipv4Address;
using wire::Port;
using wire::TcpFlags;

class EngineInputTest : public EngineTest {
 protected:
  EngineInputTest() : EngineTest({}, {.resets_per_second = 50}) {}

  void ExpectSilentDrop(const Says& says, DropReason reason) {
    Say(says);
    EXPECT_TRUE(Sent().empty());
    EXPECT_EQ(Drops(reason), 1u) << NameOf(reason);
  }
};

TEST_F(EngineInputTest, Rfc9293_3_10_7_1_ClosedPortAnswersSynWithReset) {
  Say({.flags = TcpFlags::kSyn});
  const SeenSegment reset = OnlySent();
  EXPECT_EQ(reset.flags(), "[R.]");
  EXPECT_EQ(reset.fields.sequence.number(), 0u);
  EXPECT_EQ(reset.fields.acknowledgement.number(), kPeerIss + 1);
  EXPECT_EQ(reset.ends.remote, Client(40000));
  EXPECT_EQ(Drops(DropReason::kTcpNoConnection), 1u);
}

TEST_F(EngineInputTest, Rfc9293_3_10_7_1_ClosedPortAnswersAckWithItsNumber) {
  Say({.acknowledgement = 4711, .flags = TcpFlags::kAck, .payload = "data"});
  const SeenSegment reset = OnlySent();
  EXPECT_EQ(reset.flags(), "[R]");
  EXPECT_EQ(reset.fields.sequence.number(), 4711u);
}

TEST_F(EngineInputTest, Rfc9293_3_10_7_1_ClosedPortIsSilentOnReset) {
  ExpectSilentDrop({.flags = TcpFlags::kRst}, DropReason::kTcpNoConnection);
}

TEST_F(EngineInputTest, Rfc9293_3_10_7_2_ListenAnswersAckWithResetAndIgnoresTheRest) {
  Listen();
  Say({.acknowledgement = 4711, .flags = TcpFlags::kAck});
  EXPECT_EQ(OnlySent().flags(), "[R]");
  Say({.acknowledgement = 4711, .flags = TcpFlags::kSyn | TcpFlags::kAck});
  EXPECT_EQ(OnlySent().flags(), "[R]");
  Say({.flags = TcpFlags::kRst});
  Say({.flags = TcpFlags::kFin});
  Say({.flags = TcpFlags()});
  Say({.flags = TcpFlags::kSyn | TcpFlags::kRst});
  EXPECT_TRUE(Sent().empty());
  EXPECT_EQ(engine_.connection_count(), 0u);
}

TEST_F(EngineInputTest, Rfc9293_Must3_BadChecksumIsDroppedWithoutReset) {
  Listen();
  ExpectSilentDrop({.spoil_checksum = true}, DropReason::kTcpBadChecksum);
}

TEST_F(EngineInputTest, ADeviceMayHaveVerifiedTheChecksum) {
  Listen();
  const Says says{.spoil_checksum = true};
  link::FramePtr frame = Frame(pool_, says);
  frame->checksum.state = link::ChecksumState::kVerified;
  engine_.OnPacket({.frame = std::move(frame), .source = kPeer, .destination = kOurs, .unicast = true});
  Run();
  EXPECT_EQ(OnlySent().flags(), "[S.]");
}

TEST_F(EngineInputTest, Rfc9293_Must57_SynToGroupOrBroadcastIsIgnored) {
  Listen();
  ExpectSilentDrop({.unicast = false}, DropReason::kTcpBadAddress);
}

TEST_F(EngineInputTest, Rfc9293_Must63_SynFromImpossibleSourceIsIgnored) {
  Listen();
  for (const Ipv4Address source :
       {Ipv4Address(224, 0, 0, 1), Ipv4Address::Broadcast(), Ipv4Address(), Ipv4Address(198, 19, 0, 255)}) {
    Say({.from = {source, Port(40000)}});
  }
  EXPECT_TRUE(Sent().empty());
  EXPECT_EQ(Drops(DropReason::kTcpBadAddress), 4u);
}

TEST_F(EngineInputTest, LandIsDropped) {
  Listen();
  ExpectSilentDrop({.from = {kOurs, Port(80)}, .to = {kOurs, Port(80)}}, DropReason::kTcpBadAddress);
}

TEST_F(EngineInputTest, PortNoneIsDropped) {
  Say({.from = {kPeer, Port(0)}});
  Say({.to = {kOurs, Port(0)}});
  EXPECT_TRUE(Sent().empty());
  EXPECT_EQ(Drops(DropReason::kTcpBadPort), 2u);
}

TEST_F(EngineInputTest, TruncatedHeadersAreCounted) {
  for (size_t size = 0; size < 20; ++size) {
    link::FramePtr frame = Frame(pool_, {});
    frame->TrimTo(size);
    engine_.OnPacket({.frame = std::move(frame), .source = kPeer, .destination = kOurs, .unicast = true});
  }
  Run();
  EXPECT_TRUE(Sent().empty());
  EXPECT_EQ(Drops(DropReason::kTcpTruncated), 20u);
}

// The packet that stopped the original for good.
TEST_F(EngineInputTest, Rfc9293_Must7_OptionOfLengthZeroIsDropped) {
  Listen();
  const Says says{};
  link::FramePtr frame = Frame(pool_, says);
  const MutableByteView option = frame->Append(4);
  option[0] = 0x63;
  option[1] = option[2] = option[3] = 0;
  frame->mutable_data()[12] = 6 << 4;
  wire::FinishTcpChecksum(frame->mutable_data(), {says.from.address, says.to.address});
  engine_.OnPacket({.frame = std::move(frame), .source = kPeer, .destination = kOurs, .unicast = true});
  Run();
  EXPECT_TRUE(Sent().empty());
  EXPECT_EQ(Drops(DropReason::kTcpBadOptions), 1u);
}

TEST_F(EngineInputTest, ResetsToStrangersAreLimited) {
  for (uint16_t port = 1; port <= 200; ++port) Hear({.from = Client(port)});
  Run();
  EXPECT_EQ(Sent().size(), 50u);
  EXPECT_EQ(Drops(DropReason::kTcpResetLimited), 150u);
  RunFor(1s);
  Say({});
  EXPECT_EQ(OnlySent().flags(), "[R.]");
}

TEST_F(EngineInputTest, ExactAddressComesBeforeEveryAddress) {
  const ListenerHandle every = Listen(80);
  const ListenerHandle exact = Listen(80, 0, kAlsoOurs);
  Handshake(Client(1), {kOurs, Port(80)});
  Handshake(Client(2), {kAlsoOurs, Port(80)});
  const auto first = engine_.Accept(every);
  const auto second = engine_.Accept(exact);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(engine_.Ends(*first)->remote, Client(1));
  EXPECT_EQ(engine_.Ends(*second)->remote, Client(2));
  EXPECT_EQ(engine_.Accept(every).error(), Error::kWouldBlock);
  Spawn("close", [&] {
    static_cast<void>(engine_.Close(*first));
    static_cast<void>(engine_.Close(*second));
  });
  Run();
}

TEST_F(EngineInputTest, ChecksumIsLeftToADeviceThatCan) {
  ip_.checksum_offload = true;
  bool partial = false;
  ip_.output = [&](link::FramePtr frame, const net::SendParameters&) {
    partial = frame->checksum.state == link::ChecksumState::kPartial && frame->checksum.start == 0 &&
              frame->checksum.offset == wire::kTcpChecksumOffset;
  };
  Say({});
  EXPECT_TRUE(partial);
}

class SmallInputQueueTest : public EngineTest {
 protected:
  SmallInputQueueTest() : EngineTest({.maximum_input_queue = 10}, {.maximum_queued_errors = 5}) {}
};

TEST_F(SmallInputQueueTest, OverflowIsCountedAndTheRestIsServed) {
  for (uint16_t port = 1; port <= 30; ++port) Hear({.from = Client(port)});
  Run();
  EXPECT_EQ(Sent().size(), 10u);
  EXPECT_EQ(Drops(DropReason::kTcpInputQueueFull), 20u);
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(SmallInputQueueTest, ErrorsAreLimitedAsWell) {
  const uint8_t quote[8] = {0, 80, 0, 81, 0, 0, 0, 1};
  for (int i = 0; i < 20; ++i) {
    engine_.OnIcmpError({.local = kOurs, .remote = kPeer, .type = 3, .code = 1, .transport_header = quote});
  }
  Run();
  EXPECT_EQ(Drops(DropReason::kTcpInputQueueFull), 15u);
  EXPECT_EQ(Drops(DropReason::kIcmpUnmatched), 5u);
}

}  // namespace
}  // namespace nut::tcp
