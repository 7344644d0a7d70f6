#include "stack/net/link_local.h"

#include <set>

#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::ARP;
using Tins::EthernetII;
using Tins::ICMP;
using Tins::IP;

const std::string kRival = "02:00:00:00:00:66";

class LinkLocalTest : public NetworkTest {
 protected:
  LinkLocalTest() {
    options_.link_local = true;
    options_.address = {};
  }
  void Begin() {
    network_ = std::make_unique<Network>(executor_, device_, pool_, statistics_, log_, Rng("run"), options_);
    ASSERT_TRUE(network_->Start().has_value());
    Run();
  }
  void BeginAndTake() {
    Begin();
    RunFor(15s);
    ASSERT_TRUE(network_->interface().usable());
    device_.sent.clear();
  }
  wire::Ipv4Address address() const { return network_->interface().address(); }
  std::string text() const { return address().ToText(); }
  // Somebody else says that the address is his.
  void Claim(const std::string& ip) {
    ARP arp(ip, ip, "00:00:00:00:00:00", kRival);
    arp.opcode(ARP::REQUEST);
    Receive(EthernetII(kBroadcastMac, kRival) / arp);
  }
  void IntroduceTo(const std::string& peer_ip) {
    ARP arp(text(), peer_ip, "00:00:00:00:00:00", kPeerMac);
    arp.opcode(ARP::REQUEST);
    Receive(EthernetII(kBroadcastMac, kPeerMac) / arp);
  }
  Result<void> SendTo(const std::string& destination) {
    const UdpHandle handle = *network_->udp().Open(AnyAt(0));
    const Result<void> sent = network_->udp_out().Send(handle, AsBytes("x"), At(destination, 9));
    Run();
    return sent;
  }
};

TEST_F(LinkLocalTest, Rfc3927_2_2_1_ThreeProbesPrecedeTheAddressAndTwoAnnouncementsFollow) {
  Begin();
  EXPECT_FALSE(network_->interface().usable());
  const wire::Ipv4Address chosen = address();
  EXPECT_TRUE(chosen.is_link_local());
  RunFor(15s);
  EXPECT_TRUE(network_->interface().usable());
  EXPECT_EQ(address(), chosen);
  EXPECT_EQ(network_->interface().prefix().length(), 16u);
  const std::vector<EthernetII> sent = TakeSent();
  ASSERT_EQ(sent.size(), 5u);
  for (size_t i = 0; i < 5; ++i) {
    const ARP& arp = sent[i].rfind_pdu<ARP>();
    EXPECT_EQ(sent[i].dst_addr(), kBroadcastMac);
    EXPECT_EQ(arp.target_ip_addr(), text());
    EXPECT_EQ(arp.sender_ip_addr().to_string(), i < 3 ? "0.0.0.0" : text());
  }
}

TEST_F(LinkLocalTest, Rfc3927_2_1_TheMacDecidesAndTheEndsOfTheRangeAreLeftOut) {
  std::set<uint32_t> chosen;
  for (unsigned last = 0; last < 200; ++last) {
    options_.mac = Mac(fmt::format("02:00:00:00:01:{:02x}", last));
    Begin();
    const uint32_t number = address().number();
    EXPECT_GE(number, Ip("169.254.1.0").number());
    EXPECT_LE(number, Ip("169.254.254.255").number());
    chosen.insert(number);
    Begin();
    EXPECT_EQ(address().number(), number) << "the same node, the same address";
  }
  EXPECT_GE(chosen.size(), 198u);
}

TEST_F(LinkLocalTest, Rfc3927_2_2_1_AnAddressThatSomebodyHasIsLeftForAnother) {
  Begin();
  std::set<std::string> tried = {text()};
  for (int i = 0; i < 3; ++i) {
    RunFor(500ms);
    const std::string before = text();
    Claim(before);
    EXPECT_TRUE(tried.insert(text()).second) << "another one, at once";
    EXPECT_FALSE(network_->interface().usable());
  }
  // Somebody probes for it at the same time.
  ARP probe(text(), "0.0.0.0", "00:00:00:00:00:00", kRival);
  probe.opcode(ARP::REQUEST);
  Receive(EthernetII(kBroadcastMac, kRival) / probe);
  EXPECT_TRUE(tried.insert(text()).second);
  RunFor(15s);
  EXPECT_TRUE(network_->interface().usable());
}

TEST_F(LinkLocalTest, Rfc3927_2_2_1_AfterTenConflictsOneAddressAMinuteIsTried) {
  Begin();
  for (int i = 0; i < 11; ++i) Claim(text());
  EXPECT_EQ(network_->interface().state(), AddressState::kUnconfigured);
  RunFor(59s);
  EXPECT_EQ(network_->interface().state(), AddressState::kUnconfigured);
  RunFor(2s);
  EXPECT_EQ(network_->interface().state(), AddressState::kTentative);
  Claim(text());
  EXPECT_EQ(network_->interface().state(), AddressState::kUnconfigured);
  RunFor(80s);
  EXPECT_TRUE(network_->interface().usable());
  // Its luck has turned: the next conflicts are new ones.
  Claim(text());
  Claim(text());
  EXPECT_EQ(network_->interface().state(), AddressState::kTentative);
}

TEST_F(LinkLocalTest, Rfc3927_2_5_TheAddressIsDefendedOnceAndThenGivenUp) {
  BeginAndTake();
  const std::string before = text();
  Claim(before);
  EXPECT_EQ(TakeOne().rfind_pdu<ARP>().sender_ip_addr().to_string(), before);
  RunFor(11s);
  Claim(before);
  EXPECT_EQ(TakeOne().rfind_pdu<ARP>().sender_ip_addr().to_string(), before) << "more than ten seconds later";
  EXPECT_EQ(text(), before);
  RunFor(9s);
  Claim(before);
  EXPECT_NE(text(), before);
  EXPECT_FALSE(network_->IsLocal(Ip(before)));
  RunFor(15s);
  EXPECT_TRUE(network_->interface().usable());
}

TEST_F(LinkLocalTest, Rfc3927_2_5_ArpRepliesAreBroadcast) {
  BeginAndTake();
  IntroduceTo("169.254.9.9");
  const EthernetII reply = TakeOne();
  EXPECT_EQ(reply.rfind_pdu<ARP>().opcode(), ARP::REPLY);
  EXPECT_EQ(reply.dst_addr(), kBroadcastMac);
}

TEST_F(LinkLocalTest, NeighboursTalkToIt) {
  BeginAndTake();
  IntroduceTo("169.254.9.9");
  device_.sent.clear();
  Receive(FromPeer() / PeerIp(text(), "169.254.9.9") / Echo(1, 1));
  const EthernetII reply = TakeOne();
  EXPECT_EQ(reply.dst_addr(), kPeerMac);
  EXPECT_EQ(reply.rfind_pdu<IP>().src_addr(), text());
}

TEST_F(LinkLocalTest, Rfc3927_2_6_2_EverybodyIsAskedForOnTheLink) {
  BeginAndTake();
  ASSERT_TRUE(SendTo("192.0.2.1").has_value());
  EXPECT_EQ(TakeOne().rfind_pdu<ARP>().target_ip_addr(), "192.0.2.1");
  IntroduceTo("192.0.2.1");
  const std::vector<EthernetII> sent = TakeSent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].rfind_pdu<IP>().dst_addr(), "192.0.2.1");
  EXPECT_EQ(sent[0].rfind_pdu<IP>().src_addr(), text());
}

TEST_F(LinkLocalTest, Rfc3927_2_6_2_ThereAreNoGateways) {
  BeginAndTake();
  EXPECT_EQ(network_->AddRoute({wire::Ipv4Prefix(Ip("192.0.2.0"), 24), Ip("169.254.9.9")}).error(),
            Error::kInvalidArgument);
  EXPECT_EQ(network_->Configure({Ip("169.254.9.1"), 16}, Ip("169.254.9.9")).error(), Error::kInvalidArgument);
}

TEST_F(LinkLocalTest, AnAddressGivenByHandEndsTheSearch) {
  Begin();
  const std::string before = text();
  ASSERT_TRUE(network_->Configure({Ip(kOwnIp), 24}, std::nullopt).has_value());
  EXPECT_TRUE(network_->interface().usable());
  Claim(before);
  RunFor(100s);
  EXPECT_EQ(text(), kOwnIp);
  network_->ConfigureLinkLocal();
  RunFor(15s);
  EXPECT_TRUE(address().is_link_local());
}

TEST_F(LinkLocalTest, Rfc3376_GroupsAreReportedWhenTheAddressIsUsable) {
  Begin();
  ASSERT_TRUE(network_->JoinGroup(Ip("239.1.2.3")).has_value());
  RunFor(15s);
  bool reported = false;
  for (const EthernetII& frame : TakeSent()) {
    const IP* const ip = frame.find_pdu<IP>();
    reported |= ip != nullptr && ip->protocol() == 2 && ip->src_addr() == text();
  }
  EXPECT_TRUE(reported);
}

// A host with another address talks to one with such an address.
class LinkLocalPeerTest : public NetworkTest {};

TEST_F(LinkLocalPeerTest, Rfc3927_2_6_2_PacketsToALinkLocalAddressDoNotGoToTheGateway) {
  options_.gateway = Ip(kPeerIp);
  Start();
  const UdpHandle handle = *network_->udp().Open(AnyAt(1000));
  ASSERT_TRUE(network_->udp_out().Send(handle, AsBytes("x"), At("169.254.9.9", 9)).has_value());
  Run();
  EXPECT_EQ(TakeOne().rfind_pdu<ARP>().target_ip_addr(), "169.254.9.9");
  Receive(ARP::make_arp_reply(kOwnIp, "169.254.9.9", kOwnMac, kPeerMac));
  EXPECT_EQ(TakeOne().rfind_pdu<IP>().dst_addr(), "169.254.9.9");
}

}  // namespace
}  // namespace nut::net
