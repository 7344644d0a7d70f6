#include <set>

#include "stack/net/ip_identification.h"
#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::EthernetII;
using Tins::IP;
using Tins::RawPDU;

constexpr auto kProtocol = static_cast<wire::IpProtocol>(200);

class Ipv4OutTest : public NetworkTest {
 protected:
  void Open() {
    Start();
    IntroducePeer();
  }
  link::FramePtr Payload(const Bytes& bytes) {
    link::FramePtr frame = network_->Allocate(bytes.size());
    std::copy(bytes.begin(), bytes.end(), frame->Append(bytes.size()).begin());
    return frame;
  }
  static SendParameters To(const std::string& destination) {
    SendParameters parameters;
    parameters.destination = Ip(destination);
    parameters.protocol = kProtocol;
    return parameters;
  }
  Result<void> Send(const SendParameters& parameters, const Bytes& bytes = {1, 2, 3}) {
    const Result<void> result = network_->Send(Payload(bytes), parameters);
    Run();
    return result;
  }
};

TEST_F(Ipv4OutTest, TheHeaderIsWhatWasAskedFor) {
  Open();
  SendParameters parameters = To(kPeerIp);
  parameters.ttl = 33;
  parameters.tos = 0xb8;
  ASSERT_TRUE(Send(parameters).has_value());
  const EthernetII frame = TakeOne();
  EXPECT_EQ(frame.payload_type(), 0x0800);
  const IP& ip = frame.rfind_pdu<IP>();
  EXPECT_EQ(ip.version(), 4);
  EXPECT_EQ(ip.head_len(), 5);
  EXPECT_EQ(ip.tot_len(), 23);
  EXPECT_EQ(ip.src_addr(), kOwnIp);
  EXPECT_EQ(ip.dst_addr(), kPeerIp);
  EXPECT_EQ(ip.protocol(), 200);
  EXPECT_EQ(ip.ttl(), 33);
  EXPECT_EQ(ip.tos(), 0xb8);
  EXPECT_EQ(ip.flags(), 0);
}

TEST_F(Ipv4OutTest, RouterAlertIsAnOptionOfFourBytes) {
  Open();
  SendParameters parameters = To(kPeerIp);
  parameters.router_alert = true;
  ASSERT_TRUE(Send(parameters).has_value());
  const EthernetII frame = TakeOne();
  const IP& ip = frame.rfind_pdu<IP>();
  EXPECT_EQ(ip.head_len(), 6);
  ASSERT_EQ(ip.options().size(), 1u);
  EXPECT_EQ(ip.options().front().option().number, 20);
}

TEST_F(Ipv4OutTest, Rfc1122_3_2_1_7_ATtlOfZeroIsNotSent) {
  Open();
  SendParameters parameters = To(kPeerIp);
  parameters.ttl = 0;
  EXPECT_EQ(Send(parameters).error(), Error::kInvalidArgument);
  EXPECT_EQ(Drops(DropReason::kIpTtlExpired), 1u);
  EXPECT_TRUE(TakeSent().empty());
}

TEST_F(Ipv4OutTest, Rfc1122_3_2_1_3_OnlyOurOwnAddressIsASource) {
  Open();
  SendParameters parameters = To(kPeerIp);
  parameters.source = Ip(kOwnIp);
  EXPECT_TRUE(Send(parameters).has_value());
  for (const char* source : {"198.19.0.11", "255.255.255.255", "224.0.0.1", "127.0.0.1"}) {
    parameters.source = Ip(source);
    EXPECT_EQ(Send(parameters).error(), Error::kAddressNotAvailable) << source;
  }
  EXPECT_EQ(Drops(DropReason::kIpNoSourceAddress), 4u);
  EXPECT_EQ(TakeSent().size(), 1u);
}

TEST_F(Ipv4OutTest, DestinationsThatAreNoneAreRefused) {
  options_.gateway = Ip(kPeerIp);
  Open();
  for (const char* destination : {"0.0.0.0", "0.1.2.3", "240.0.0.1", "254.255.255.255"}) {
    EXPECT_EQ(Send(To(destination)).error(), Error::kNetworkUnreachable) << destination;
  }
  EXPECT_EQ(Send({.destination = {}, .protocol = kProtocol}).error(), Error::kNetworkUnreachable);
  EXPECT_EQ(Drops(DropReason::kIpNoRoute), 5u);
  EXPECT_TRUE(TakeSent().empty());
}

TEST_F(Ipv4OutTest, BroadcastAndMulticastNeedNoNeighbour) {
  Open();
  const std::pair<const char*, const char*> ways[] = {{"255.255.255.255", "ff:ff:ff:ff:ff:ff"},
                                                      {"198.19.0.255", "ff:ff:ff:ff:ff:ff"},
                                                      {"224.0.0.251", "01:00:5e:00:00:fb"},
                                                      {"239.255.129.7", "01:00:5e:7f:81:07"}};
  for (const auto& [ip, mac] : ways) {
    ASSERT_TRUE(Send(To(ip)).has_value());
    EXPECT_EQ(TakeOne().dst_addr().to_string(), mac);
    EXPECT_TRUE(network_->IsBroadcastOrMulticast(Ip(ip)));
    EXPECT_FALSE(network_->IsLocal(Ip(ip)));
  }
  EXPECT_FALSE(network_->IsBroadcastOrMulticast(Ip(kPeerIp)));
}

// --- routes ---

TEST_F(Ipv4OutTest, Rfc1122_3_3_1_1_TheLongestPrefixDecides) {
  options_.gateway = Ip("198.19.0.254");
  Open();
  ASSERT_TRUE(network_->AddRoute({wire::Ipv4Prefix(Ip("203.0.0.0"), 8), Ip("198.19.0.2")}).has_value());
  ASSERT_TRUE(network_->AddRoute({wire::Ipv4Prefix(Ip("203.0.113.0"), 24), Ip("198.19.0.3")}).has_value());
  ASSERT_TRUE(network_->AddRoute({wire::Ipv4Prefix(Ip("203.0.112.0"), 23), Ip("198.19.0.4")}).has_value());
  ASSERT_TRUE(network_->AddRoute({wire::Ipv4Prefix(Ip("203.0.113.9"), 32), Ip("198.19.0.5")}).has_value());
  const std::pair<const char*, const char*> cases[] = {
      {"8.8.8.8", "198.19.0.254"},   {"203.9.9.9", "198.19.0.2"},   {"203.0.113.1", "198.19.0.3"},
      {"203.0.112.1", "198.19.0.4"}, {"203.0.113.9", "198.19.0.5"}, {"198.19.0.77", "198.19.0.77"}};
  for (const auto& [destination, neighbour] : cases) {
    ASSERT_TRUE(Send(To(destination)).has_value());
    EXPECT_EQ(TakeOne().rfind_pdu<Tins::ARP>().target_ip_addr().to_string(), neighbour) << destination;
  }
  EXPECT_EQ(network_->RouteList().size(), 6u);
  EXPECT_TRUE(network_->RemoveRoute(wire::Ipv4Prefix(Ip("203.0.113.0"), 24)).has_value());
  EXPECT_EQ(network_->RemoveRoute(wire::Ipv4Prefix(Ip("203.0.113.0"), 24)).error(), Error::kNotFound);
}

TEST_F(Ipv4OutTest, WithoutARouteThereIsNoWay) {
  Open();
  EXPECT_EQ(Send(To("203.0.113.1")).error(), Error::kNetworkUnreachable);
  EXPECT_EQ(network_->Route(Ip("203.0.113.1")).error(), Error::kNetworkUnreachable);
  EXPECT_EQ(network_->Route({}).error(), Error::kNetworkUnreachable);
}

TEST_F(Ipv4OutTest, AGatewayMustBeOnTheLink) {
  Open();
  const wire::Ipv4Prefix somewhere(Ip("203.0.113.0"), 24);
  for (const char* gateway : {"203.0.113.1", "0.0.0.0", "198.19.0.255", "224.0.0.1"}) {
    EXPECT_EQ(network_->AddRoute({somewhere, Ip(gateway)}).error(), Error::kInvalidArgument) << gateway;
  }
}

TEST_F(Ipv4OutTest, TheTableOfRoutesIsBoundedAndReplacesEqualOnes) {
  options_.routes.maximum_routes = 3;
  Open();
  for (const char* gateway : {"198.19.0.2", "198.19.0.3"}) {
    EXPECT_TRUE(network_->AddRoute({wire::Ipv4Prefix(Ip("203.0.113.77"), 24), Ip(gateway)}).has_value());
  }
  EXPECT_EQ(network_->RouteList().size(), 2u);
  EXPECT_TRUE(network_->AddRoute({wire::Ipv4Prefix(Ip("203.0.114.0"), 24), Ip("198.19.0.2")}).has_value());
  EXPECT_EQ(network_->AddRoute({wire::Ipv4Prefix(Ip("203.0.115.0"), 24), Ip("198.19.0.2")}).error(),
            Error::kNoBuffers);
}

TEST_F(Ipv4OutTest, RouteSaysSourceMtuAndLoopback) {
  options_.mtu = 1400;
  Open();
  const auto peer = network_->Route(Ip(kPeerIp));
  ASSERT_TRUE(peer.has_value());
  EXPECT_EQ(peer->source, wire::IpAddress(Ip(kOwnIp)));
  EXPECT_EQ(peer->mtu, 1400u);
  EXPECT_FALSE(peer->loopback);
  EXPECT_TRUE(network_->Route(Ip(kOwnIp))->loopback);
  EXPECT_EQ(network_->Route(Ip("127.0.0.1"))->source, wire::IpAddress(Ip("127.0.0.1")));
}

// --- fragmentation ---

TEST_F(Ipv4OutTest, Rfc791_3_2_EverySizeAroundTheMtuArrivesWhole) {
  options_.mtu = 576;
  Open();
  for (const size_t size :
       {0u, 1u, 555u, 556u, 557u, 1103u, 1104u, 1105u, 1656u, 1657u, 20000u, 65514u, 65515u}) {
    const Bytes payload = Pattern(size);
    ASSERT_TRUE(Send(To(kPeerIp), payload).has_value()) << size;
    std::set<uint16_t> ids;
    for (const auto& sent : device_.sent) {
      EXPECT_LE(sent.bytes.size(), 14u + 576u);
      ids.insert(LoadBe16(sent.bytes.data() + 18));
    }
    EXPECT_EQ(ids.size(), 1u);
    EXPECT_EQ(device_.sent.size(), size <= 556 ? 1 : (size + 551) / 552) << size;
    if (size > 0) {
      EXPECT_EQ(TakeReassembledPayload(), payload) << size;
    }
    device_.sent.clear();
  }
  EXPECT_EQ(Send(To(kPeerIp), Bytes(65516)).error(), Error::kMessageTooLong);
  EXPECT_EQ(Drops(DropReason::kIpTooLong), 1u);
}

TEST_F(Ipv4OutTest, DontFragmentIsObeyed) {
  Open();
  SendParameters parameters = To(kPeerIp);
  parameters.dont_fragment = true;
  EXPECT_TRUE(Send(parameters, Bytes(1480)).has_value());
  EXPECT_EQ(TakeOne().rfind_pdu<IP>().flags(), IP::DONT_FRAGMENT);
  EXPECT_EQ(Send(parameters, Bytes(1481)).error(), Error::kMessageTooLong);
  EXPECT_EQ(Drops(DropReason::kIpNeedsFragmentation), 1u);
  EXPECT_TRUE(TakeSent().empty());
}

TEST_F(Ipv4OutTest, WithoutFramesForAllFragmentsNoneIsSent) {
  Open();
  link::FramePtr frame = Payload(Bytes(20000));
  pool_.FailAt(5);
  EXPECT_EQ(network_->Send(std::move(frame), To(kPeerIp)).error(), Error::kNoBuffers);
  EXPECT_EQ(Drops(DropReason::kFramePoolEmpty), 1u);
  EXPECT_TRUE(TakeSent().empty());
}

// --- identification (RFC 6864) ---

TEST(IpIdentificationTest, Rfc6864_4_3_NoValueComesAgainWithin65536Packets) {
  Rng rng("id");
  IpIdentification identification(rng);
  std::set<uint16_t> seen;
  for (int i = 0; i < 65536; ++i) {
    seen.insert(identification.Next(Ip(kOwnIp), Ip(kPeerIp), wire::IpProtocol::kUdp));
  }
  EXPECT_EQ(seen.size(), 65536u);
}

TEST(IpIdentificationTest, Rfc6864_4_1_3_PacketsToOneDoNotShowInPacketsToAnother) {
  Rng rng("id");
  IpIdentification identification(rng);
  const auto to_victim = [&] {
    return identification.Next(Ip(kOwnIp), Ip("198.19.0.20"), wire::IpProtocol::kUdp);
  };
  const uint16_t before = to_victim();
  for (int i = 0; i < 1000; ++i) identification.Next(Ip(kOwnIp), Ip("198.19.0.66"), wire::IpProtocol::kUdp);
  EXPECT_EQ(static_cast<uint16_t>(to_victim() - before), 1);
}

TEST(IpIdentificationTest, CountedItIsOneForAllFromZero) {
  Rng rng("id");
  IpIdentification identification(rng, /*counted=*/true);
  for (uint16_t i = 0; i < 10; ++i) {
    const auto to = i % 2 == 0 ? Ip(kPeerIp) : Ip("198.19.0.66");
    EXPECT_EQ(identification.Next(Ip(kOwnIp), to, wire::IpProtocol::kUdp), i);
  }
}

TEST(IpIdentificationTest, TheSeedDecides) {
  const auto first = [](const char* seed) {
    Rng rng(seed);
    return IpIdentification(rng).Next(Ip(kOwnIp), Ip(kPeerIp), wire::IpProtocol::kUdp);
  };
  EXPECT_EQ(first("a"), first("a"));
  EXPECT_NE(first("a"), first("b"));
}

// --- loopback ---

class LoopbackTest : public Ipv4OutTest {
 protected:
  void SetUp() override {
    options_.loopback.maximum_frames = 8;
    Open();
    network_->RegisterTransport(kProtocol, &transport_);
  }
  RecordingTransport transport_;
};

TEST_F(LoopbackTest, PacketsToOurselvesNeverReachTheWire) {
  for (const char* ip : {"198.19.0.10", "127.0.0.1", "127.9.9.9"}) {
    transport_.packets.clear();
    ASSERT_TRUE(Send(To(ip), Pattern(20000)).has_value());
    ASSERT_EQ(transport_.packets.size(), 1u) << ip;
    EXPECT_EQ(transport_.packets[0].payload, Pattern(20000));
    EXPECT_EQ(transport_.packets[0].about.source, wire::IpAddress(Ip(ip)));
    EXPECT_TRUE(transport_.packets[0].about.unicast);
    EXPECT_TRUE(network_->IsLocal(Ip(ip)));
  }
  EXPECT_TRUE(TakeSent().empty());
}

TEST_F(LoopbackTest, AChecksumLeftToTheDeviceCountsAsVerified) {
  link::FramePtr frame = Payload(Pattern(40));
  frame->checksum = {link::ChecksumState::kPartial, 0, 16};
  ASSERT_TRUE(network_->Send(std::move(frame), To(kOwnIp)).has_value());
  Run();
  ASSERT_EQ(transport_.packets.size(), 1u);
  EXPECT_EQ(transport_.packets[0].checksum, link::ChecksumState::kVerified);
}

TEST_F(LoopbackTest, TheQueueIsBounded) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(network_->Send(Payload({1}), To(kOwnIp)).has_value());
  Run();
  EXPECT_EQ(transport_.packets.size(), 8u);
  EXPECT_EQ(Drops(DropReason::kLoopbackQueueFull), 2u);
}

TEST_F(LoopbackTest, Rfc1112_6_1_WhatGoesToAJoinedGroupComesHereAsWell) {
  ASSERT_TRUE(network_->JoinGroup(Ip("239.1.1.1")).has_value());
  device_.sent.clear();
  SendParameters parameters = To("239.1.1.1");
  ASSERT_TRUE(Send(parameters, Pattern(3000)).has_value());
  ASSERT_EQ(transport_.packets.size(), 1u);
  EXPECT_EQ(transport_.packets[0].payload, Pattern(3000));
  EXPECT_FALSE(transport_.packets[0].about.unicast);
  EXPECT_EQ(device_.sent.size(), 3u);
  parameters.loop_multicast = false;
  ASSERT_TRUE(Send(parameters).has_value());
  parameters = To("239.1.1.2");  // not joined
  ASSERT_TRUE(Send(parameters).has_value());
  EXPECT_EQ(transport_.packets.size(), 1u);
}

// --- offload ---

TEST_F(Ipv4OutTest, NotesForTheDeviceAreMovedByTheHeadersInFront) {
  device_.capable = {.checksum = true, .tcp_segmentation = true};
  Open();
  EXPECT_TRUE(network_->offloads_checksum());
  EXPECT_TRUE(network_->offloads_segmentation());
  link::FramePtr frame = Payload(Pattern(20000));
  frame->checksum = {link::ChecksumState::kPartial, 0, 16};
  frame->segmentation = {1460, 20};
  SendParameters parameters = To(kPeerIp);
  parameters.dont_fragment = true;
  ASSERT_TRUE(network_->Send(std::move(frame), parameters).has_value());
  ASSERT_EQ(device_.sent.size(), 1u);
  EXPECT_EQ(device_.sent[0].checksum.start, 34);
  EXPECT_EQ(device_.sent[0].checksum.offset, 16);
  EXPECT_EQ(device_.sent[0].segmentation.header_size, 54);
  EXPECT_EQ(device_.sent[0].segmentation.segment_size, 1460);
}

TEST_F(Ipv4OutTest, AFragmentedPacketGetsItsChecksumInSoftware) {
  device_.capable = {.checksum = true};
  Open();
  Bytes segment = Pattern(3000);
  StoreBe16(segment.data() + 16, 0x1234);  // the pseudo header's sum
  link::FramePtr frame = Payload(segment);
  frame->checksum = {link::ChecksumState::kPartial, 0, 16};
  ASSERT_TRUE(network_->Send(std::move(frame), To(kPeerIp)).has_value());
  for (const auto& sent : device_.sent) EXPECT_EQ(sent.checksum.state, link::ChecksumState::kAbsent);
  const Bytes whole = TakeReassembledPayload();
  ASSERT_EQ(whole.size(), 3000u);
  // With the pseudo header's sum instead of the field, the field completes it to zero.
  uint32_t sum = 0x1234;
  for (size_t i = 0; i < whole.size(); i += 2) sum += LoadBe16(whole.data() + i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  EXPECT_EQ(sum, 0xffffu);
}

}  // namespace
}  // namespace nut::net
