#include "stack/net/path_mtu_cache.h"
#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::EthernetII;
using Tins::ICMP;
using Tins::IP;
using Tins::RawPDU;
using Tins::UDP;

constexpr size_t kLink = 1500;
constexpr Instant kStart{};
const wire::Ipv4Address kFar(192, 0, 2, 1);
const wire::Ipv4Address kFarther(192, 0, 2, 2);

TEST(PathMtuCacheTest, WhatIsNotKnownGoesAsLargeAsTheLinkAllows) {
  PathMtuCache cache;
  EXPECT_EQ(cache.Limit(kFar, kLink), kLink);
  cache.Lower(kFar, 1000, kStart);
  EXPECT_EQ(cache.Limit(kFar, kLink), 1000u);
  EXPECT_EQ(cache.Limit(kFarther, kLink), kLink);
  EXPECT_EQ(cache.Limit(kFar, 900), 900u);
}

TEST(PathMtuCacheTest, Rfc1191_3_AReportNeverRaisesTheLimit) {
  PathMtuCache cache;
  cache.Lower(kFar, 1000, kStart);
  cache.Lower(kFar, 1400, kStart);
  EXPECT_EQ(cache.Limit(kFar, kLink), 1000u);
}

TEST(PathMtuCacheTest, Rfc1191_6_3_TenMinutesAfterTheLastReportLargerPacketsAreTried) {
  PathMtuCache cache;
  EXPECT_EQ(cache.poll_at(), kNever);
  cache.Lower(kFar, 1000, kStart);
  cache.Lower(kFarther, 1000, kStart + 1min);
  cache.Lower(kFar, 1000, kStart + 5min);
  EXPECT_EQ(cache.poll_at(), kStart + 11min);
  cache.OnTimer(kStart + 11min);
  EXPECT_EQ(cache.Limit(kFarther, kLink), kLink);
  EXPECT_EQ(cache.Limit(kFar, kLink), 1000u);
  cache.OnTimer(kStart + 15min - 1ns);
  EXPECT_EQ(cache.Limit(kFar, kLink), 1000u);
  cache.OnTimer(kStart + 15min);
  EXPECT_EQ(cache.Limit(kFar, kLink), kLink);
  EXPECT_EQ(cache.poll_at(), kNever);
}

TEST(PathMtuCacheTest, ForgedReportsGoNoLowerThanTheFloor) {
  PathMtuCache cache;
  cache.Lower(kFar, 68, kStart);
  EXPECT_EQ(cache.Limit(kFar, kLink), 552u);
}

TEST(PathMtuCacheTest, TheDestinationHeardOfLongestAgoMakesRoom) {
  PathMtuCache cache({.maximum_destinations = 2});
  cache.Lower(kFar, 1000, kStart);
  cache.Lower(kFarther, 1000, kStart + 1s);
  cache.Lower(kFar, 1000, kStart + 2s);
  cache.Lower(wire::Ipv4Address(192, 0, 2, 3), 1000, kStart + 3s);
  EXPECT_EQ(cache.Limit(kFar, kLink), 1000u);
  EXPECT_EQ(cache.Limit(kFarther, kLink), kLink);
  const std::vector<PathMtuInfo> all = cache.Snapshot(kStart + 4s);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].destination, kFar);
  EXPECT_EQ(all[0].left, 598s);
}

TEST(PathMtuCacheTest, WithoutPlaceNothingIsRemembered) {
  PathMtuCache cache({.maximum_destinations = 0});
  cache.Lower(kFar, 1000, kStart);
  EXPECT_EQ(cache.Limit(kFar, kLink), kLink);
}

class PathMtuTest : public NetworkTest {
 protected:
  void SetUp() override {
    options_.gateway = Ip(kPeerIp);
    Start();
    IntroducePeer();
    handle_ = *network_->udp().Open(AnyAt(1000));
    SetDontFragment(true);
    EXPECT_TRUE(Send(1400).has_value());
    device_.sent.clear();
  }
  void SetDontFragment(bool dont) {
    UdpEndpointOptions options = *network_->udp().options(handle_);
    options.dont_fragment = dont;
    ASSERT_TRUE(network_->udp().SetOptions(handle_, options).has_value());
  }
  Result<void> Send(size_t size) {
    return network_->udp_out().Send(handle_, Pattern(size), At("192.0.2.1", 53));
  }
  // The gateway says that our datagram from port `from` was too big for `mtu`.
  void Report(uint16_t mtu, uint16_t from = 1000) {
    IP quoted = IP("192.0.2.1", kOwnIp) / UDP(53, from) / RawPDU(Pattern(1400));
    Bytes bytes = quoted.serialize();
    bytes.resize(28);  // RFC 792: header and 64 bits
    ICMP error(ICMP::DEST_UNREACHABLE);
    error.code(4);
    error.mtu(mtu);
    Receive(FromPeer() / PeerIp() / error / RawPDU(bytes));
  }
  std::optional<size_t> Known() const { return network_->Route(kFar)->path_mtu; }

  UdpHandle handle_;
};

TEST_F(PathMtuTest, Rfc1191_3_AReportAboutOurDatagramIsRemembered) {
  EXPECT_EQ(Known(), std::nullopt);
  Report(1000);
  EXPECT_EQ(Known(), 1000u);
  EXPECT_EQ(network_->Route(kFar)->mtu, 1500u);
  EXPECT_EQ(network_->Route(kFar)->largest_packet(), 1000u);
  EXPECT_EQ(network_->Route(Ip("192.0.2.2"))->path_mtu, std::nullopt);
  ASSERT_EQ(network_->PathMtus().size(), 1u);
  EXPECT_EQ(network_->PathMtus()[0].destination, kFar);
}

TEST_F(PathMtuTest, Rfc1191_6_1_WhatMustNotBeFragmentedAndDoesNotFitIsRefused) {
  Report(1000);
  EXPECT_EQ(Send(1).error(), Error::kMessageTooLong) << "the report itself, once";
  EXPECT_EQ(Send(973).error(), Error::kMessageTooLong);
  EXPECT_EQ(Drops(DropReason::kIpNeedsFragmentation), 1u);
  EXPECT_TRUE(Send(972).has_value());
  EXPECT_EQ(TakeOne().rfind_pdu<IP>().tot_len(), 1000);
}

TEST_F(PathMtuTest, WhatMayBeFragmentedIsCutToFit) {
  Report(1000);
  EXPECT_FALSE(Send(1).has_value());
  SetDontFragment(false);
  ASSERT_TRUE(Send(1400).has_value());
  const std::vector<EthernetII> sent = TakeSent();
  ASSERT_EQ(sent.size(), 2u);
  for (const EthernetII& frame : sent) EXPECT_LE(frame.rfind_pdu<IP>().tot_len(), 1000);
}

TEST_F(PathMtuTest, ATransportThatMindsThePathItselfIsNotRefused) {
  Report(1000);
  link::FramePtr frame = network_->Allocate(1400);
  frame->Append(1400);
  SendParameters parameters;
  parameters.destination = kFar;
  parameters.protocol = static_cast<wire::IpProtocol>(200);
  parameters.dont_fragment = true;
  ASSERT_TRUE(network_->Send(std::move(frame), parameters).has_value());
  EXPECT_EQ(TakeOne().rfind_pdu<IP>().tot_len(), 1420);
}

TEST_F(PathMtuTest, Rfc5927_AReportAboutNothingOfOursTeachesNothing) {
  Report(1000, 1001);
  EXPECT_EQ(Known(), std::nullopt);
  Report(1428);
  EXPECT_EQ(Known(), std::nullopt) << "as large as what it is about";
}

TEST_F(PathMtuTest, Rfc1191_6_3_AfterTenMinutesLargerPacketsAreTried) {
  Report(1000);
  RunFor(9min);
  EXPECT_EQ(Known(), 1000u);
  RunFor(61s);
  EXPECT_EQ(Known(), std::nullopt);
}

TEST_F(PathMtuTest, AnotherAddressMeansOtherPaths) {
  Report(1000);
  ASSERT_TRUE(network_->Configure({Ip("198.19.0.11"), 24}, Ip(kPeerIp)).has_value());
  EXPECT_EQ(Known(), std::nullopt);
}

}  // namespace
}  // namespace nut::net
