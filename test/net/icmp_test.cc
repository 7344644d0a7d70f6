#include "stack/net/icmp_error_meaning.h"
#include "stack/net/icmp_limiter.h"
#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::EthernetII;
using Tins::ICMP;
using Tins::IP;
using Tins::RawPDU;
using Tins::UDP;

class IcmpTest : public NetworkTest {
 protected:
  void SetUp() override {
    Start();
    IntroducePeer();
  }

  // A router at kPeerIp says that a datagram of ours from port `from` to 198.19.0.1:`to` met with
  // `type`/`code`.
  void ReceiveError(ICMP::Flags type, uint8_t code, uint16_t from, uint16_t to, uint16_t mtu = 0,
                    const std::string& quoted_source = kOwnIp) {
    IP quoted = IP(kPeerIp, quoted_source) / UDP(to, from) / RawPDU("quoted payload");
    ICMP error(type);
    error.code(code);
    if (mtu != 0) error.mtu(mtu);
    Receive(FromPeer() / PeerIp() / error / RawPDU(quoted.serialize()));
  }

  UdpHandle OpenTalkingTo(uint16_t local, uint16_t remote) {
    const auto handle = network_->udp().Open(AnyAt(local));
    EXPECT_TRUE(handle.has_value());
    EXPECT_TRUE(network_->udp_out().Send(*handle, AsBytes("x"), At(kPeerIp, remote)).has_value());
    device_.sent.clear();
    return *handle;
  }
};

// --- echo ---

TEST_F(IcmpTest, Rfc1122_3_2_2_6_EchoReturnsTheSameDataFromTheAddressThatWasAsked) {
  for (const size_t size : {0u, 1u, 2u, 55u, 56u, 57u, 1471u, 1472u}) {
    const Bytes data = Pattern(size);
    Receive(FromPeer() / PeerIp() / Echo(0x1234, 7) / RawPDU(data));
    const EthernetII frame = TakeOne();
    EXPECT_EQ(frame.dst_addr(), kPeerMac);
    EXPECT_EQ(frame.src_addr(), kOwnMac);
    const IP& ip = frame.rfind_pdu<IP>();
    EXPECT_EQ(ip.src_addr(), kOwnIp);
    EXPECT_EQ(ip.dst_addr(), kPeerIp);
    EXPECT_EQ(ip.ttl(), 64);
    const ICMP& icmp = frame.rfind_pdu<ICMP>();
    EXPECT_EQ(icmp.type(), ICMP::ECHO_REPLY);
    EXPECT_EQ(icmp.code(), 0);
    EXPECT_EQ(icmp.id(), 0x1234);
    EXPECT_EQ(icmp.sequence(), 7);
    const auto* payload = frame.find_pdu<RawPDU>();
    EXPECT_EQ(payload != nullptr ? payload->payload() : Bytes(), data) << size;
  }
}

TEST_F(IcmpTest, EchoOf65507BytesCrossesInFragmentsBothWays) {
  const Bytes data = Pattern(65507);
  ICMP echo = Echo(9, 1);
  echo.inner_pdu(RawPDU(data));
  const Bytes message = echo.serialize();
  for (size_t offset = 0; offset < message.size(); offset += 1480) {
    const size_t size = std::min<size_t>(1480, message.size() - offset);
    IP ip = PeerIp();
    ip.id(4711);
    ip.protocol(1);
    ip.fragment_offset(static_cast<uint16_t>(offset / 8));
    if (offset + size < message.size()) ip.flags(IP::MORE_FRAGMENTS);
    Receive(FromPeer() / ip / RawPDU(Bytes(message.begin() + offset, message.begin() + offset + size)));
  }
  EXPECT_EQ(device_.sent.size(), 45u);
  for (const auto& sent : device_.sent) EXPECT_LE(sent.bytes.size(), 1514u);
  const Bytes reply = TakeReassembledPayload();
  ASSERT_EQ(reply.size(), message.size());
  EXPECT_EQ(reply[0], ICMP::ECHO_REPLY);
  EXPECT_TRUE(std::equal(data.begin(), data.end(), reply.begin() + 8));
}

TEST_F(IcmpTest, EchoKeepsTheTypeOfServiceWithoutItsEcnBits) {
  IP ip = PeerIp();
  ip.tos(0x2b);
  Receive(FromPeer() / ip / Echo(1, 1));
  EXPECT_EQ(TakeOne().rfind_pdu<IP>().tos(), 0x28);
}

TEST_F(IcmpTest, Rfc1122_3_2_2_6_BroadcastEchoIsNotAnswered) {
  ExpectSilentDrop(DropReason::kIcmpBroadcastEcho,
                   [&] { Receive(FromPeer(kBroadcastMac) / PeerIp(kDirectedBroadcast) / Echo(1, 1)); });
  ExpectSilentDrop(DropReason::kIcmpBroadcastEcho,
                   [&] { Receive(FromPeer(kBroadcastMac) / PeerIp("255.255.255.255") / Echo(1, 1)); });
  ExpectSilentDrop(DropReason::kIcmpBroadcastEcho,
                   [&] { Receive(FromPeer("01:00:5e:00:00:01") / PeerIp("224.0.0.1") / Echo(1, 1)); });
  // The IP address may lie about the link's.
  ExpectSilentDrop(DropReason::kIcmpBroadcastEcho,
                   [&] { Receive(FromPeer() / PeerIp(kDirectedBroadcast) / Echo(1, 1)); });
}

TEST_F(IcmpTest, ABadChecksumIsDropped) {
  Bytes bytes = (FromPeer() / PeerIp() / Echo(1, 1) / RawPDU("data")).serialize();
  bytes[14 + 20 + 8] ^= 1;
  ExpectSilentDrop(DropReason::kIcmpBadChecksum, [&] { ReceiveBytes(bytes); });
}

TEST_F(IcmpTest, EveryTruncatedMessageIsDropped) {
  const Bytes whole = Echo(1, 1).serialize();
  for (size_t size = 0; size < 8; ++size) {
    IP ip = PeerIp();
    ip.protocol(1);
    ExpectSilentDrop(DropReason::kIcmpTruncated,
                     [&] { Receive(FromPeer() / ip / RawPDU(Bytes(whole.begin(), whole.begin() + size))); });
  }
}

TEST_F(IcmpTest, Rfc1122_3_2_2_1_UnknownTypesAreSilentlyDiscarded) {
  for (int type = 0; type < 256; ++type) {
    if (type == 0 || type == 3 || type == 5 || type == 8 || type == 11 || type == 12) continue;
    ExpectSilentDrop(DropReason::kIcmpUnknownType, [&] {
      Receive(FromPeer() / PeerIp() / ICMP(static_cast<ICMP::Flags>(type)) / RawPDU(Pattern(64)));
    });
  }
}

TEST_F(IcmpTest, AnEchoReplyThatNobodyAskedForIsDropped) {
  ExpectSilentDrop(DropReason::kIcmpUnmatched,
                   [&] { Receive(FromPeer() / PeerIp() / ICMP(ICMP::ECHO_REPLY)); });
}

// --- errors that we send ---

TEST_F(IcmpTest, Rfc1122_3_2_2_1_AnUnknownProtocolIsReportedAndTheQuoteIsUnchanged) {
  IP ip = PeerIp();
  ip.protocol(99);
  ip.id(0x4242);
  const Bytes sent = (FromPeer() / ip / RawPDU(Pattern(100))).serialize();
  ReceiveBytes(sent);
  const EthernetII frame = TakeOne();
  const ICMP& icmp = frame.rfind_pdu<ICMP>();
  EXPECT_EQ(icmp.type(), ICMP::DEST_UNREACHABLE);
  EXPECT_EQ(icmp.code(), 2);
  EXPECT_EQ(frame.rfind_pdu<RawPDU>().payload(), Bytes(sent.begin() + 14, sent.end()));
  EXPECT_EQ(Drops(DropReason::kIpUnknownProtocol), 1u);
}

TEST_F(IcmpTest, AnEmptyPacketOfAnUnknownProtocolIsReportedAsIs) {
  IP ip = PeerIp();
  ip.protocol(99);
  Receive(FromPeer() / ip);
  EXPECT_EQ(TakeOne().rfind_pdu<RawPDU>().payload().size(), 20u);
}

TEST_F(IcmpTest, AnErrorFits576Bytes) {
  Receive(FromPeer() / PeerIp() / UDP(9, 1000) / RawPDU(Pattern(1400)));
  const EthernetII frame = TakeOne();
  EXPECT_EQ(frame.rfind_pdu<IP>().tot_len(), 576);
}

TEST_F(IcmpTest, Rfc1122_3_2_2_NoErrorAboutAnErrorABroadcastAFragmentOrANonHost) {
  const auto unknown = [](const std::string& to = kOwnIp, const std::string& from = kPeerIp) {
    IP ip = PeerIp(to, from);
    ip.protocol(99);
    return ip;
  };
  // Broadcast on the link, in IP, multicast.
  Receive(FromPeer(kBroadcastMac) / unknown(kDirectedBroadcast) / RawPDU("x"));
  Receive(FromPeer(kBroadcastMac) / unknown("255.255.255.255") / RawPDU("x"));
  Receive(FromPeer("01:00:5e:00:00:01") / unknown("224.0.0.1") / RawPDU("x"));
  Receive(FromPeer() / unknown(kDirectedBroadcast) / RawPDU("x"));
  EXPECT_EQ(Drops(DropReason::kIpUnknownProtocol), 4u);
  EXPECT_TRUE(TakeSent().empty());

  // About an ICMP error of any kind, also one too short to say that it is.
  const InterfaceAddress& interface = network_->interface();
  class Drops drops(statistics_, device_);
  IcmpOut out(*network_, interface, Rng("x"), statistics_, drops);
  const auto answers = [&](Bytes packet, link::LinkScope scope = link::LinkScope::kUnicast) {
    device_.sent.clear();
    out.SendUnreachable(packet, scope, wire::UnreachableCode::kPort, clock_.Now());
    return !device_.sent.empty();
  };
  for (const int type : {3, 4, 5, 11, 12}) {
    EXPECT_FALSE(answers((PeerIp() / ICMP(static_cast<ICMP::Flags>(type))).serialize())) << type;
  }
  EXPECT_TRUE(answers((PeerIp() / Echo(1, 1)).serialize()));
  Bytes empty = PeerIp().serialize();
  empty[9] = 1;
  EXPECT_FALSE(answers(empty));

  // About fragments behind the first, and packets that the link brought to everybody.
  IP fragment = unknown();
  fragment.flags(IP::MORE_FRAGMENTS);
  EXPECT_TRUE(answers((fragment / RawPDU("12345678")).serialize()));
  fragment.fragment_offset(1);
  EXPECT_FALSE(answers((fragment / RawPDU("12345678")).serialize()));
  EXPECT_FALSE(answers((unknown() / RawPDU("x")).serialize(), link::LinkScope::kBroadcast));
  EXPECT_FALSE(answers((unknown() / RawPDU("x")).serialize(), link::LinkScope::kMulticast));

  // To what is not one host.
  for (const char* source :
       {"0.0.0.0", "0.1.2.3", "224.0.0.5", "255.255.255.255", "240.0.0.1", "198.19.0.255"}) {
    EXPECT_FALSE(answers((unknown(kOwnIp, source) / RawPDU("x")).serialize())) << source;
  }
}

TEST_F(IcmpTest, ErrorsAreLimitedInRate) {
  for (int i = 0; i < 1000; ++i) Queue((FromPeer() / PeerIp() / UDP(9, 1000)).serialize());
  Run();
  const size_t burst = device_.sent.size();
  EXPECT_GE(burst, 34u);
  EXPECT_LE(burst, 100u);
  EXPECT_EQ(Drops(DropReason::kIcmpRateLimited), 1000 - burst);
  device_.sent.clear();
  // The bucket fills again.
  RunFor(1s);
  Receive(FromPeer() / PeerIp() / UDP(9, 1000));
  EXPECT_EQ(device_.sent.size(), 1u);
}

TEST(IcmpLimiterTest, TheRateHoldsOverTimeAndTheBurstIsNotPredictable) {
  const IcmpLimiterOptions options{.errors_per_second = 100, .burst = 20};
  size_t allowed = 0;
  {
    IcmpLimiter limiter(Rng("a"), options);
    for (int millisecond = 0; millisecond < 10'000; ++millisecond)
      allowed += limiter.Allow(Instant{} + millisecond * 1ms);
  }
  EXPECT_NEAR(static_cast<double>(allowed), 1000.0, 60.0);

  // CVE-2020-25705: an observer must not be able to tell how many tokens others have used.
  std::vector<size_t> bursts;
  for (int seed = 0; seed < 50; ++seed) {
    IcmpLimiter limiter(Rng(std::to_string(seed)), options);
    size_t burst = 0;
    while (limiter.Allow(Instant{} + 1s)) ++burst;
    bursts.push_back(burst);
  }
  EXPECT_NE(*std::min_element(bursts.begin(), bursts.end()), *std::max_element(bursts.begin(), bursts.end()));
}

TEST(IcmpLimiterTest, ARateOfZeroLetsOnlyTheBurstThrough) {
  IcmpLimiter limiter(Rng("a"), {.errors_per_second = 0, .burst = 5});
  size_t allowed = 0;
  for (int second = 0; second < 1000; ++second) allowed += limiter.Allow(Instant{} + second * 1s);
  EXPECT_LE(allowed, 10u);
  EXPECT_GE(allowed, 3u);
}

// --- errors that we receive ---

TEST_F(IcmpTest, Rfc1122_4_1_3_3_AnErrorReachesTheSocketThatSent) {
  const UdpHandle talking = OpenTalkingTo(1000, 53);
  const UdpHandle other = OpenTalkingTo(1001, 53);
  ReceiveError(ICMP::DEST_UNREACHABLE, 3, 1000, 53);
  EXPECT_EQ(network_->udp().Receive(talking).error(), Error::kConnectionRefused);
  EXPECT_EQ(network_->udp().Receive(talking).error(), Error::kWouldBlock);
  EXPECT_EQ(network_->udp().Receive(other).error(), Error::kWouldBlock);
}

TEST_F(IcmpTest, AnErrorAboutAPacketWeCannotHaveSentIsDropped) {
  OpenTalkingTo(1000, 53);
  ExpectSilentDrop(DropReason::kIcmpUnmatched,
                   [&] { ReceiveError(ICMP::DEST_UNREACHABLE, 3, 1000, 53, 0, "198.19.0.99"); });
}

TEST_F(IcmpTest, EveryUnreachableCodeIsSafe) {
  RecordingTransport transport;
  network_->RegisterTransport(wire::IpProtocol::kTcp, &transport);
  for (int code = 0; code < 256; ++code) {
    IP quoted = IP(kPeerIp, kOwnIp) / Tins::TCP(80, 4000) / RawPDU(Pattern(400));
    ICMP error(ICMP::DEST_UNREACHABLE);
    error.code(static_cast<uint8_t>(code));
    Receive(FromPeer() / PeerIp() / error / RawPDU(quoted.serialize()));
  }
  // 0–13; what is beyond means nothing to a host.
  EXPECT_EQ(transport.errors.size(), 14u);
  EXPECT_EQ(Drops(DropReason::kIcmpUnknownType), 242u);
  for (const IcmpErrorReport& report : transport.errors) {
    EXPECT_EQ(report.hard, report.code == 2 || report.code == 3 || report.code == 4) << int{report.code};
    EXPECT_EQ(report.local, wire::IpAddress(Ip(kOwnIp)));
    EXPECT_EQ(report.remote, wire::IpAddress(Ip(kPeerIp)));
    EXPECT_EQ(report.reporter, wire::IpAddress(Ip(kPeerIp)));
  }
  network_->RegisterTransport(wire::IpProtocol::kTcp, nullptr);
}

TEST_F(IcmpTest, Rfc1191_7_ARouterThatDoesNotSayItsMtuGetsThePlateauBelow) {
  RecordingTransport transport;
  network_->RegisterTransport(wire::IpProtocol::kTcp, &transport);
  const auto receive = [&](uint16_t total_length, uint16_t mtu) {
    IP quoted = IP(kPeerIp, kOwnIp) / Tins::TCP(80, 4000);
    Bytes bytes = quoted.serialize();
    StoreBe16(bytes.data() + 2, total_length);
    ICMP error(ICMP::DEST_UNREACHABLE);
    error.code(4);
    if (mtu != 0) error.mtu(mtu);
    Receive(FromPeer() / PeerIp() / error / RawPDU(bytes));
  };
  receive(1500, 1400);
  receive(1500, 0);
  receive(1492, 0);
  receive(69, 0);
  ASSERT_EQ(transport.errors.size(), 4u);
  EXPECT_EQ(transport.errors[0].next_hop_mtu, 1400);
  EXPECT_EQ(transport.errors[1].next_hop_mtu, 1492);
  EXPECT_EQ(transport.errors[2].next_hop_mtu, 1006);
  EXPECT_EQ(transport.errors[3].next_hop_mtu, 68);
  EXPECT_EQ(transport.errors[0].error, Error::kMessageTooLong);
  // RFC 791: nobody has less than 68.
  receive(1500, 67);
  // RFC 5927 7.2: what fitted was not too big.
  receive(1400, 1400);
  receive(60, 0);
  EXPECT_EQ(transport.errors.size(), 4u);
  EXPECT_EQ(Drops(DropReason::kIcmpUnmatched), 3u);
  network_->RegisterTransport(wire::IpProtocol::kTcp, nullptr);
}

TEST_F(IcmpTest, EveryTruncatedQuoteIsDropped) {
  OpenTalkingTo(1000, 53);
  IP quoted = IP(kPeerIp, kOwnIp) / UDP(53, 1000) / RawPDU("payload");
  const Bytes whole = quoted.serialize();
  for (size_t size = 0; size < 28; ++size) {
    ICMP error(ICMP::DEST_UNREACHABLE);
    error.code(3);
    const uint64_t before = Drops(DropReason::kIcmpTruncated) + Drops(DropReason::kIcmpUnmatched);
    Receive(FromPeer() / PeerIp() / error / RawPDU(Bytes(whole.begin(), whole.begin() + size)));
    EXPECT_EQ(Drops(DropReason::kIcmpTruncated) + Drops(DropReason::kIcmpUnmatched), before + 1) << size;
  }
}

TEST_F(IcmpTest, Rfc6633_SourceQuenchChangesNothing) {
  const UdpHandle handle = OpenTalkingTo(1000, 53);
  ReceiveError(ICMP::SOURCE_QUENCH, 0, 1000, 53);
  ReceiveError(ICMP::SOURCE_QUENCH, 1, 1000, 53);
  EXPECT_EQ(Drops(DropReason::kIcmpUnknownType), 2u);
  EXPECT_FALSE(network_->udp().PeekError(handle).has_value());
}

}  // namespace
}  // namespace nut::net
