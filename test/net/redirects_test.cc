#include "stack/net/redirects.h"

#include "stack/wire/checksum.h"
#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::ARP;
using Tins::EthernetII;
using Tins::IP;
using Tins::RawPDU;
using Tins::UDP;

const std::string kFar = "192.0.2.1";
const std::string kBetter = "198.19.0.2";
const std::string kBetterMac = "02:00:00:00:00:02";

class RedirectsTest : public NetworkTest {
 protected:
  void Open() {
    options_.gateway = Ip(kPeerIp);
    Start();
    IntroducePeer();
    IntroducePeer(kBetter, kBetterMac);
    device_.sent.clear();
  }
  // `teller` says that our packet to `destination` had better gone to `gateway`.
  void Redirect(const std::string& gateway = kBetter, uint8_t code = 1, const std::string& teller = kPeerIp,
                const std::string& destination = kFar, const std::string& quoted_source = kOwnIp) {
    IP quoted = IP(destination, quoted_source) / UDP(53, 1000) / RawPDU("payload");
    // By hand: libtins turns the gateway's address round.
    Bytes redirect = {5, code, 0, 0, 0, 0, 0, 0};
    Ip(gateway).Store(redirect.data() + 4);
    const Bytes quote = quoted.serialize();
    redirect.insert(redirect.end(), quote.begin(), quote.end());
    StoreBe16(redirect.data() + 2, wire::Checksum(redirect));
    IP ip = PeerIp(kOwnIp, teller);
    ip.protocol(1);
    Receive(FromPeer() / ip / RawPDU(redirect));
  }
  // The MAC to which a packet to `destination` goes.
  std::string NextHop(const std::string& destination = kFar) {
    const UdpHandle handle = *network_->udp().Open(AnyAt(0));
    EXPECT_TRUE(network_->udp_out().Send(handle, AsBytes("x"), At(destination, 9)).has_value());
    Run();
    EXPECT_TRUE(network_->udp().Close(handle).has_value());
    return TakeOne().dst_addr().to_string();
  }
};

TEST_F(RedirectsTest, Rfc1122_3_2_2_2_ThePresentGatewayMayNameABetterOne) {
  for (const uint8_t code : {0, 1, 2, 3}) {
    Open();
    EXPECT_EQ(NextHop(), kPeerMac);
    Redirect(kBetter, code);
    EXPECT_EQ(NextHop(), kBetterMac) << int{code};
    EXPECT_EQ(NextHop("192.0.2.2"), kPeerMac) << "that host alone";
    const net::Route learned{wire::Ipv4Prefix(Ip(kFar), 32), Ip(kBetter)};
    EXPECT_EQ(network_->RouteList().at(0), learned);
  }
}

TEST_F(RedirectsTest, TheNewGatewayMayNameAnother) {
  Open();
  Redirect();
  Redirect("198.19.0.3", 1, kPeerIp);
  EXPECT_EQ(NextHop(), kBetterMac) << "the first one is not asked any more";
  Redirect(kPeerIp, 1, kBetter);
  EXPECT_EQ(NextHop(), kPeerMac);
}

TEST_F(RedirectsTest, Rfc1122_3_2_2_2_OthersAndOtherGatewaysAreNotBelieved) {
  Open();
  const auto refused = [&](auto redirect) {
    ExpectSilentDrop(DropReason::kIcmpUnmatched, redirect);
    EXPECT_EQ(network_->RouteList().size(), 2u);
  };
  refused([&] { Redirect(kBetter, 1, "198.19.0.66"); });              // not the first hop
  refused([&] { Redirect("192.0.2.9"); });                            // not on the link
  refused([&] { Redirect("169.254.1.9"); });                          // nor in our network
  refused([&] { Redirect(kOwnIp); });                                 // ourselves
  refused([&] { Redirect(kPeerIp); });                                // no news
  refused([&] { Redirect("198.19.0.255"); });                         // nobody
  refused([&] { Redirect("0.0.0.0"); });                              //
  refused([&] { Redirect(kBetter, 1, kPeerIp, kPeerIp); });           // a neighbour
  refused([&] { Redirect(kBetter, 1, kPeerIp, kFar, "10.0.0.1"); });  // not our packet
  ExpectSilentDrop(DropReason::kIcmpUnknownType, [&] { Redirect(kBetter, 4); });
  EXPECT_EQ(NextHop(), kPeerMac);
}

TEST_F(RedirectsTest, WithoutAGatewayThereIsNothingToRedirect) {
  Start();
  IntroducePeer();
  ExpectSilentDrop(DropReason::kIcmpUnmatched, [&] { Redirect(); });
}

TEST_F(RedirectsTest, TheyCanBeTurnedOff) {
  options_.redirects.accept = false;
  Open();
  ExpectSilentDrop(DropReason::kIcmpUnknownType, [&] { Redirect(); });
  EXPECT_EQ(NextHop(), kPeerMac);
}

TEST_F(RedirectsTest, TheyAreForgottenAfterAWhile) {
  Open();
  Redirect();
  RunFor(599s);
  EXPECT_EQ(network_->RouteList().size(), 3u);
  RunFor(2s);
  EXPECT_EQ(network_->RouteList().size(), 2u);
}

TEST_F(RedirectsTest, Rfc1122_3_3_1_4_AGatewayThatDoesNotAnswerIsLeft) {
  Open();
  Redirect("198.19.0.77");
  const UdpHandle handle = *network_->udp().Open(AnyAt(1000));
  ASSERT_TRUE(network_->udp_out().Send(handle, AsBytes("x"), At(kFar, 9)).has_value());
  RunFor(5s);
  device_.sent.clear();
  IntroducePeer();
  device_.sent.clear();
  EXPECT_EQ(NextHop(), kPeerMac);
}

TEST_F(RedirectsTest, OtherRoutesMakeThemVoid) {
  Open();
  Redirect();
  ASSERT_TRUE(network_->AddRoute({wire::Ipv4Prefix(Ip("203.0.113.0"), 24), Ip(kBetter)}).has_value());
  EXPECT_EQ(NextHop(), kPeerMac);
  Redirect();
  ASSERT_TRUE(network_->RemoveRoute(wire::Ipv4Prefix(Ip("203.0.113.0"), 24)).has_value());
  EXPECT_EQ(NextHop(), kPeerMac);
}

TEST_F(RedirectsTest, OnlySoManyAreRemembered) {
  Open();
  for (uint32_t i = 0; i < 100; ++i) {
    Redirect(kBetter, 1, kPeerIp, wire::Ipv4Address(Ip("192.0.2.0").number() + i).ToText());
  }
  EXPECT_EQ(network_->RouteList().size(), options_.redirects.maximum_destinations + 2);
  EXPECT_EQ(NextHop("192.0.2.0"), kBetterMac);
  EXPECT_EQ(NextHop("192.0.2.99"), kPeerMac);
}

}  // namespace
}  // namespace nut::net
