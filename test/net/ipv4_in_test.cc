#include "stack/wire/checksum.h"
#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::EthernetII;
using Tins::IP;
using Tins::RawPDU;

constexpr uint8_t kProtocol = 200;

// The layer's own ground: a transport of a made-up protocol records what comes through.
class Ipv4InTest : public NetworkTest {
 protected:
  void SetUp() override {
    Start();
    network_->RegisterTransport(static_cast<wire::IpProtocol>(kProtocol), &transport_);
  }

  static IP Packet(const std::string& to = kOwnIp, const std::string& from = kPeerIp) {
    IP ip = PeerIp(to, from);
    ip.protocol(kProtocol);
    return ip;
  }
  static Bytes Serialized(IP ip, const std::string& payload = "payload") {
    return (FromPeer() / ip / RawPDU(payload)).serialize();
  }
  // Changes a byte of the IP header and mends its checksum.
  static Bytes Altered(Bytes frame, size_t place, uint8_t value) {
    frame[14 + place] = value;
    frame[14 + 10] = frame[14 + 11] = 0;
    const size_t size = std::min<size_t>((frame[14] & 0x0f) * 4u, frame.size() - 14);
    StoreBe16(frame.data() + 14 + 10, wire::Checksum(ByteView(frame).subspan(14, size)));
    return frame;
  }
  Bytes last_payload() const {
    return transport_.packets.empty() ? Bytes() : transport_.packets.back().payload;
  }

  RecordingTransport transport_;
};

TEST_F(Ipv4InTest, APacketForUsReachesItsTransportWithoutPadding) {
  IP ip = Packet();
  ip.ttl(17);
  ip.tos(0xb9);
  ReceiveBytes(Serialized(ip, "ab"));
  ASSERT_EQ(transport_.packets.size(), 1u);
  const auto& packet = transport_.packets[0];
  EXPECT_EQ(packet.payload, ToBytes(AsBytes("ab")));
  EXPECT_EQ(packet.about.source, wire::IpAddress(Ip(kPeerIp)));
  EXPECT_EQ(packet.about.destination, wire::IpAddress(Ip(kOwnIp)));
  EXPECT_EQ(packet.about.protocol, kProtocol);
  EXPECT_EQ(packet.about.ttl, 17);
  EXPECT_EQ(packet.about.tos, 0xb9);
  EXPECT_TRUE(packet.about.unicast);
  EXPECT_EQ(packet.about.arrival, clock_.Now());
}

TEST_F(Ipv4InTest, EthernetFiltersWhatANetworkCardWould) {
  const auto frame = [](const std::string& to, const std::string& from) {
    return (EthernetII(to, from) / Packet() / RawPDU("x")).serialize();
  };
  ExpectSilentDrop(DropReason::kEthernetNotForUs,
                   [&] { ReceiveBytes(frame("02:00:00:00:00:77", kPeerMac)); });
  ExpectSilentDrop(DropReason::kEthernetBadSource, [&] { ReceiveBytes(frame(kOwnMac, kBroadcastMac)); });
  ExpectSilentDrop(DropReason::kEthernetBadSource,
                   [&] { ReceiveBytes(frame(kOwnMac, "01:00:5e:00:00:01")); });
  ExpectSilentDrop(DropReason::kEthernetBadSource, [&] { ReceiveBytes(frame(kOwnMac, kOwnMac)); });
  Bytes other = frame(kOwnMac, kPeerMac);
  for (const uint16_t type : {0x86dd, 0x8100, 0x0040, 0x05ff, 0xffff}) {
    StoreBe16(other.data() + 12, type);
    ExpectSilentDrop(DropReason::kEthernetUnknownType, [&] { ReceiveBytes(other); });
  }
  for (size_t size = 0; size < 14; ++size) {
    ExpectSilentDrop(DropReason::kEthernetTruncated, [&] { ReceiveBytes(ByteView(other).first(size)); });
  }
  EXPECT_TRUE(transport_.packets.empty());
}

TEST_F(Ipv4InTest, Rfc1122_3_2_1_1_OtherVersionsAreSilentlyDropped) {
  for (const uint8_t version : {0, 3, 5, 6, 15}) {
    ExpectSilentDrop(DropReason::kIpBadVersion, [&] {
      ReceiveBytes(Altered(Serialized(Packet()), 0, static_cast<uint8_t>(version << 4 | 5)));
    });
  }
}

TEST_F(Ipv4InTest, Rfc1122_3_2_1_2_ABadHeaderChecksumIsSilentlyDropped) {
  for (size_t place = 1; place < 20; ++place) {
    if (place == 2 || place == 3) continue;  // the length: told by its own reason
    Bytes bytes = Serialized(Packet());
    bytes[14 + place] ^= 0x10;
    ExpectSilentDrop(DropReason::kIpBadChecksum, [&] { ReceiveBytes(bytes); });
  }
}

TEST_F(Ipv4InTest, LengthsThatLieAreDropped) {
  for (const uint8_t words : {0, 1, 4}) {
    ExpectSilentDrop(DropReason::kIpBadHeaderLength, [&] {
      ReceiveBytes(Altered(Serialized(Packet()), 0, static_cast<uint8_t>(0x40 | words)));
    });
  }
  // Total length below the header's, and above the frame's.
  ExpectSilentDrop(DropReason::kIpBadTotalLength,
                   [&] { ReceiveBytes(Altered(Serialized(Packet()), 3, 19)); });
  ExpectSilentDrop(DropReason::kIpBadTotalLength,
                   [&] { ReceiveBytes(Altered(Serialized(Packet()), 2, 0x40)); });
  const Bytes whole = Serialized(Packet());
  for (size_t size = 14; size < 34; ++size) {
    ExpectSilentDrop(DropReason::kIpTruncated, [&] { ReceiveBytes(ByteView(whole).first(size)); });
  }
  EXPECT_TRUE(transport_.packets.empty());
}

TEST_F(Ipv4InTest, Rfc1122_3_2_1_3_InvalidSourcesAreDropped) {
  for (const char* source : {"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255", "224.0.0.1", "239.1.2.3",
                             "240.0.0.1", "255.255.255.255", "198.19.0.255", "198.19.0.10"}) {
    ExpectSilentDrop(DropReason::kIpBadSource, [&] { ReceiveBytes(Serialized(Packet(kOwnIp, source))); });
  }
  EXPECT_TRUE(transport_.packets.empty());
}

TEST_F(Ipv4InTest, Rfc1122_3_2_1_3_OwnAddressBroadcastsAndJoinedGroupsAreAccepted) {
  ASSERT_TRUE(network_->JoinGroup(Ip("239.1.2.3")).has_value());
  const std::pair<const char*, const char*> accepted[] = {{"198.19.0.10", "02:00:00:00:00:10"},
                                                          {"255.255.255.255", "ff:ff:ff:ff:ff:ff"},
                                                          {"198.19.0.255", "ff:ff:ff:ff:ff:ff"},
                                                          {"224.0.0.1", "01:00:5e:00:00:01"},
                                                          {"239.1.2.3", "01:00:5e:01:02:03"}};
  for (const auto& [ip, mac] : accepted) {
    transport_.packets.clear();
    Receive(FromPeer(mac) / Packet(ip) / RawPDU("x"));
    ASSERT_EQ(transport_.packets.size(), 1u) << ip;
    EXPECT_EQ(transport_.packets[0].about.unicast, ip == kOwnIp) << ip;
  }
  device_.sent.clear();
  for (const char* ip :
       {"198.19.0.11", "198.19.0.0", "203.0.113.1", "239.1.2.4", "0.0.0.0", "240.0.0.1", "198.19.1.255"}) {
    ExpectSilentDrop(DropReason::kIpNotForUs, [&] { Receive(FromPeer() / Packet(ip) / RawPDU("x")); });
  }
  ExpectSilentDrop(DropReason::kIpBadDestination,
                   [&] { Receive(FromPeer() / Packet("127.0.0.1") / RawPDU("x")); });
}

TEST_F(Ipv4InTest, Rfc1122_3_3_6_AUnicastPacketInALinkBroadcastIsDropped) {
  for (const std::string& mac : {kBroadcastMac, std::string("01:00:5e:00:00:01")}) {
    ExpectSilentDrop(DropReason::kIpBadDestination, [&] { Receive(FromPeer(mac) / Packet() / RawPDU("x")); });
  }
}

TEST_F(Ipv4InTest, Rfc1122_3_2_1_7_ATtlOfZeroOrOneIsStillForUs) {
  for (const uint8_t ttl : {0, 1}) {
    ReceiveBytes(Altered(Serialized(Packet()), 8, ttl));
    EXPECT_EQ(transport_.packets.size(), ttl + 1u);
  }
}

TEST_F(Ipv4InTest, Rfc1122_3_2_1_8_UnknownOptionsAreIgnored) {
  Bytes frame = Serialized(Packet());
  const Bytes options = {0x07, 0x07, 0x04, 0,    0,    0,
                         0,    0x01, 0x5e, 0x04, 0xaa, 0xbb};  // record route, NOP, unknown
  frame.insert(frame.begin() + 34, options.begin(), options.end());
  frame = Altered(frame, 0, 0x48);
  StoreBe16(frame.data() + 16, static_cast<uint16_t>(LoadBe16(frame.data() + 16) + options.size()));
  ReceiveBytes(Altered(frame, 0, 0x48));
  EXPECT_EQ(last_payload(), ToBytes(AsBytes("payload")));
}

// (c), (e): what routers shall write down is nothing to us; a pointer behind the end, or in front, is not
// followed.
TEST_F(Ipv4InTest, Rfc1122_3_2_1_8_RecordRouteAndTimestampAreSteppedOver) {
  IntroducePeer();
  for (const std::array<uint8_t, 8>& options : {std::array<uint8_t, 8>{7, 7, 4, 0, 0, 0, 0, 0},
                                                {7, 7, 255, 0, 0, 0, 0, 0},
                                                {7, 3, 0, 0, 0, 0, 0, 0},
                                                {68, 8, 5, 0, 0, 0, 0, 0},
                                                {68, 8, 9, 0xf1, 0, 0, 0, 0},
                                                {68, 4, 1, 0xff, 1, 1, 1, 0}}) {
    Bytes frame = (FromPeer() / PeerIp() / Echo(1, 1) / RawPDU("echo")).serialize();
    frame.insert(frame.begin() + 34, options.begin(), options.end());
    StoreBe16(frame.data() + 16, static_cast<uint16_t>(LoadBe16(frame.data() + 16) + options.size()));
    ReceiveBytes(Altered(frame, 0, 0x47));
    const EthernetII reply = TakeOne();
    EXPECT_TRUE(reply.rfind_pdu<IP>().options().empty());
    EXPECT_EQ(reply.rfind_pdu<RawPDU>().payload(), ToBytes(AsBytes("echo")));
  }
}

TEST_F(Ipv4InTest, Rfc1122_3_2_1_8_SourceRoutesAndMalformedOptionsAreDropped) {
  const auto with_options = [&](std::array<uint8_t, 8> options) {
    Bytes frame = Serialized(Packet());
    frame.insert(frame.begin() + 34, options.begin(), options.end());
    StoreBe16(frame.data() + 16, static_cast<uint16_t>(LoadBe16(frame.data() + 16) + options.size()));
    return Altered(frame, 0, 0x47);
  };
  for (const uint8_t type : {131, 137}) {
    ExpectSilentDrop(DropReason::kIpSourceRoute, [&] {
      ReceiveBytes(with_options({type, 7, 4, 198, 19, 0, 1, 0}));
    });
    // URGENT/11 (CVE-2019-12256): twice, and cut.
    ExpectSilentDrop(DropReason::kIpSourceRoute, [&] {
      ReceiveBytes(with_options({type, 3, 4, type, 3, 4, 0, 0}));
    });
  }
  ExpectSilentDrop(DropReason::kIpBadOptions, [&] { ReceiveBytes(with_options({99, 0, 0, 0, 0, 0, 0, 0})); });
  ExpectSilentDrop(DropReason::kIpBadOptions, [&] { ReceiveBytes(with_options({99, 1, 0, 0, 0, 0, 0, 0})); });
  ExpectSilentDrop(DropReason::kIpBadOptions, [&] { ReceiveBytes(with_options({99, 9, 0, 0, 0, 0, 0, 0})); });
  ExpectSilentDrop(DropReason::kIpBadOptions, [&] { ReceiveBytes(with_options({1, 1, 1, 1, 1, 1, 1, 99})); });
  EXPECT_TRUE(transport_.packets.empty());
}

TEST_F(Ipv4InTest, AnEmptyPacketIsHandedOn) {
  // libtins forgets the protocol of a packet without payload.
  ReceiveBytes(Altered((FromPeer() / Packet()).serialize(), 9, kProtocol));
  ASSERT_EQ(transport_.packets.size(), 1u);
  EXPECT_TRUE(transport_.packets[0].payload.empty());
}

TEST_F(Ipv4InTest, Rfc6864_4_2_TheIdentificationOfAWholePacketMeansNothing) {
  for (int i = 0; i < 2; ++i) {
    IP ip = Packet();
    ip.id(7);
    ReceiveBytes(Serialized(ip));
  }
  EXPECT_EQ(transport_.packets.size(), 2u);
}

TEST_F(Ipv4InTest, TheFilterDecidesBySource) {
  network_->SetInputFilter([](wire::Ipv4Address source) { return source != Ip("198.19.0.66"); });
  ExpectSilentDrop(DropReason::kIpFiltered, [&] { ReceiveBytes(Serialized(Packet(kOwnIp, "198.19.0.66"))); });
  ReceiveBytes(Serialized(Packet()));
  EXPECT_EQ(transport_.packets.size(), 1u);
}

class UnconfiguredTest : public NetworkTest {};

TEST_F(UnconfiguredTest, Rfc2131_4_1_UdpToOurMacIsTakenAndBroadcastsGoOutFromNowhere) {
  options_.address = {};
  Start();
  const UdpHandle client = *network_->udp().Open(AnyAt(68));
  ASSERT_TRUE(network_->udp_out().Send(client, AsBytes("discover"), At("255.255.255.255", 67)).has_value());
  const EthernetII frame = TakeOne();
  EXPECT_EQ(frame.dst_addr(), kBroadcastMac);
  EXPECT_EQ(frame.rfind_pdu<IP>().src_addr(), "0.0.0.0");
  Receive(FromPeer() / PeerIp("198.19.0.44") / Tins::UDP(68, 67) / RawPDU("offer"));
  const auto offer = network_->udp().Receive(client);
  ASSERT_TRUE(offer.has_value());
  EXPECT_EQ(ToBytes(offer->frame->data()), ToBytes(AsBytes("offer")));
  // Nothing else is ours, and nothing is answered.
  Receive(FromPeer() / PeerIp("198.19.0.44") / Echo(1, 1));
  Receive(FromPeer() / PeerIp("198.19.0.44") / Tins::UDP(69, 67));
  EXPECT_TRUE(TakeSent().empty());
  EXPECT_EQ(network_->udp_out().Send(client, AsBytes("x"), At(kPeerIp, 67)).error(),
            Error::kAddressNotAvailable);
}

}  // namespace
}  // namespace nut::net
