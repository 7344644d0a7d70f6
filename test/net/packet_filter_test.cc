#include "stack/net/packet_filter.h"

#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::EthernetII;
using Tins::ICMP;
using Tins::IP;
using Tins::RawPDU;
using Tins::TCP;
using Tins::UDP;

class PacketFilterTest : public NetworkTest {
 protected:
  void Begin(std::initializer_list<const char*> rules) {
    options_.filter.rules = Rules(rules);
    Start();
    IntroducePeer();
    network_->RegisterTransport(wire::IpProtocol::kTcp, &tcp_);
  }
  static std::vector<FilterRule> Rules(std::initializer_list<const char*> texts) {
    std::vector<FilterRule> rules;
    for (const char* text : texts) rules.push_back(FilterRule::FromText(text).value());
    return rules;
  }
  static TCP Syn(uint16_t port) {
    TCP syn(port, 4000);
    syn.flags(TCP::SYN);
    return syn;
  }
  // A piece of a TCP packet from the peer.
  static EthernetII Fragment(uint16_t id, size_t offset, const Bytes& bytes, bool more) {
    IP ip = PeerIp();
    ip.protocol(6);
    ip.id(id);
    ip.fragment_offset(static_cast<uint16_t>(offset / 8));
    if (more) ip.flags(IP::MORE_FRAGMENTS);
    return FromPeer() / ip / RawPDU(bytes);
  }
  uint64_t Counted(size_t rule) const { return network_->FilterRules().at(rule).packets; }
  UdpHandle OpenUdp(uint16_t port) { return *network_->udp().Open(AnyAt(port)); }

  RecordingTransport tcp_;
};

TEST_F(PacketFilterTest, TheFirstRuleThatFitsDecides) {
  Begin({"accept in tcp from 198.19.0.1 to any port 80", "drop in tcp to any port 80-90", "drop in icmp"});
  Receive(FromPeer() / PeerIp() / Syn(80));
  EXPECT_EQ(tcp_.packets.size(), 1u);
  ExpectSilentDrop(DropReason::kIpFiltered, [&] { Receive(FromPeer() / PeerIp() / Syn(81)); });
  ExpectSilentDrop(DropReason::kIpFiltered,
                   [&] { Receive(FromPeer() / PeerIp(kOwnIp, "198.19.0.2") / Syn(80)); });
  Receive(FromPeer() / PeerIp() / Syn(91));
  EXPECT_EQ(tcp_.packets.size(), 2u) << "what none fits passes";
  EXPECT_EQ(Counted(0), 1u);
  EXPECT_EQ(Counted(1), 2u);
  EXPECT_EQ(Counted(2), 0u);
  EXPECT_EQ(network_->FilterRules()[1].bytes, 80u);
}

TEST_F(PacketFilterTest, Rfc1812_5_2_7_1_ARejectedPacketsSenderIsTold) {
  Begin({"reject in tcp"});
  Receive(FromPeer() / PeerIp() / Syn(80));
  const EthernetII frame = TakeOne();
  const ICMP& icmp = frame.rfind_pdu<ICMP>();
  EXPECT_EQ(icmp.type(), ICMP::DEST_UNREACHABLE);
  EXPECT_EQ(icmp.code(), 13);
  EXPECT_EQ(frame.rfind_pdu<IP>().dst_addr(), kPeerIp);
  EXPECT_TRUE(tcp_.packets.empty());
  EXPECT_EQ(Drops(DropReason::kIpFiltered), 1u);
}

TEST_F(PacketFilterTest, Rfc1122_3_2_2_NobodyIsToldAboutABroadcast) {
  Begin({"reject in udp"});
  ExpectSilentDrop(DropReason::kIpFiltered, [&] {
    Receive(FromPeer(kBroadcastMac) / PeerIp(kDirectedBroadcast) / UDP(9, 9) / RawPDU("x"));
  });
}

TEST_F(PacketFilterTest, ADroppedDatagramLooksSentToItsSender) {
  Begin({"drop out udp to any port 53", "reject out udp to any port 54"});
  const UdpHandle handle = OpenUdp(1000);
  const auto send = [&](uint16_t port) {
    return network_->udp_out().Send(handle, AsBytes("x"), At(kPeerIp, port));
  };
  EXPECT_TRUE(send(53).has_value());
  EXPECT_EQ(send(54).error(), Error::kHostUnreachable);
  EXPECT_TRUE(TakeSent().empty());
  EXPECT_EQ(Drops(DropReason::kIpFiltered), 2u);
  EXPECT_TRUE(send(55).has_value());
  EXPECT_EQ(TakeOne().rfind_pdu<UDP>().dport(), 55);
}

TEST_F(PacketFilterTest, ARejectedSegmentIsReportedToItsTransport) {
  Begin({"reject out tcp to any port 4000"});
  link::FramePtr frame = network_->Allocate(20);
  const Bytes segment = Syn(4000).serialize();
  std::copy(segment.begin(), segment.end(), frame->Append(20).begin());
  SendParameters parameters;
  parameters.destination = Ip(kPeerIp);
  parameters.protocol = wire::IpProtocol::kTcp;
  EXPECT_EQ(network_->Send(std::move(frame), parameters).error(), Error::kHostUnreachable);
  ASSERT_EQ(tcp_.errors.size(), 1u);
  EXPECT_EQ(tcp_.errors[0].error, Error::kHostUnreachable);
  EXPECT_TRUE(tcp_.errors[0].hard);
  EXPECT_EQ(tcp_.errors[0].local, wire::IpAddress(Ip(kOwnIp)));
  EXPECT_EQ(tcp_.errors[0].remote, wire::IpAddress(Ip(kPeerIp)));
  EXPECT_EQ(tcp_.headers[0], segment);
  EXPECT_TRUE(TakeSent().empty());
}

TEST_F(PacketFilterTest, PacketsOfTheNodeToItselfPass) {
  Begin({"drop"});
  const UdpHandle listener = OpenUdp(9);
  ASSERT_TRUE(network_->udp_out().Send(OpenUdp(1000), AsBytes("x"), At(kOwnIp, 9)).has_value());
  ASSERT_TRUE(network_->udp_out().Send(OpenUdp(1001), AsBytes("x"), At("127.0.0.1", 9)).has_value());
  Run();
  EXPECT_TRUE(network_->udp().Receive(listener).has_value());
  EXPECT_TRUE(network_->udp().Receive(listener).has_value());
}

// RFC 1858 section 3: the first fragment ends before the flags.
TEST_F(PacketFilterTest, Rfc1858_3_TinyFragmentsAreJudgedWhole) {
  Begin({"drop in tcp syn to any port 23"});
  const Bytes syn = Syn(23).serialize();
  Receive(Fragment(1, 0, Bytes(syn.begin(), syn.begin() + 8), true));
  ExpectSilentDrop(DropReason::kIpFiltered,
                   [&] { Receive(Fragment(1, 8, Bytes(syn.begin() + 8, syn.end()), false)); });
  EXPECT_TRUE(tcp_.packets.empty());
  EXPECT_EQ(Counted(0), 1u);
}

// RFC 1858 section 4, RFC 3128: a later fragment writes other flags, or another port, over harmless ones.
TEST_F(PacketFilterTest, Rfc3128_OverlappingFragmentsDoNotGetPast) {
  Begin({"drop in tcp syn to any port 23"});
  Bytes harmless = Syn(80).serialize();
  harmless[13] = 0x10;
  const Bytes syn = Syn(23).serialize();
  Receive(Fragment(1, 0, Bytes(harmless.begin(), harmless.begin() + 16), true));
  Receive(Fragment(1, 0, Bytes(syn.begin(), syn.begin() + 16), true));
  Receive(Fragment(1, 16, Bytes(syn.begin() + 16, syn.end()), false));
  EXPECT_TRUE(tcp_.packets.empty());
  EXPECT_GE(Drops(DropReason::kFragmentOverlap), 1u);
}

TEST_F(PacketFilterTest, AFragmentThatNoHeaderCouldSaveTakesNoMemory) {
  Begin({"accept in tcp to any port 80", "drop in from 198.19.0.1"});
  const Bytes syn = Syn(80).serialize();
  Receive(Fragment(1, 0, Bytes(syn.begin(), syn.begin() + 8), true));
  EXPECT_EQ(network_->Reassemblies().size(), 1u) << "it may be for port 80";
  IP ip = PeerIp();
  ip.protocol(17);
  ip.flags(IP::MORE_FRAGMENTS);
  ExpectSilentDrop(DropReason::kIpFiltered, [&] { Receive(FromPeer() / ip / RawPDU("01234567")); });
  EXPECT_EQ(network_->Reassemblies().size(), 1u);
  Receive(Fragment(1, 8, Bytes(syn.begin() + 8, syn.end()), false));
  EXPECT_EQ(tcp_.packets.size(), 1u);
}

TEST_F(PacketFilterTest, RulesAreReplacedTogetherAndLimited) {
  Begin({"drop in icmp type 8"});
  EXPECT_FALSE(AnswersPing());
  ASSERT_TRUE(network_->SetFilterRules({}).has_value());
  EXPECT_TRUE(AnswersPing());
  const std::vector<FilterRule> many(65, FilterRule{.action = FilterAction::kDrop});
  EXPECT_EQ(network_->SetFilterRules(many).error(), Error::kNoBuffers);
  EXPECT_TRUE(AnswersPing());
  options_.filter.rules = many;
  network_.reset();
  network_ = std::make_unique<Network>(executor_, device_, pool_, statistics_, log_, Rng("again"), options_);
  EXPECT_EQ(network_->Start().error(), Error::kNoBuffers);
}

TEST_F(PacketFilterTest, TheHookIsAskedFirst) {
  Begin({"accept in"});
  network_->SetInputFilter([](wire::Ipv4Address source) { return source != Ip(kPeerIp); });
  ExpectSilentDrop(DropReason::kIpFiltered, [&] { Receive(FromPeer() / PeerIp() / Syn(80)); });
  EXPECT_EQ(Counted(0), 0u);
  network_->SetInputFilter({});
}

}  // namespace
}  // namespace nut::net
