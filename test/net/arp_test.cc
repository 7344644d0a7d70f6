#include <set>

#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::ARP;
using Tins::EthernetII;
using Tins::IP;
using Tins::RawPDU;
using Tins::UDP;

class ArpTest : public NetworkTest {
 protected:
  void Open() {
    Start();
    udp_ = *network_->udp().Open(AnyAt(5000));
  }
  Result<void> SendTo(const std::string& ip, std::string_view text = "hello") {
    return network_->udp_out().Send(udp_, AsBytes(text), At(ip, 7));
  }
  void ReceiveReply(const std::string& ip = kPeerIp, const std::string& mac = kPeerMac) {
    Receive(ARP::make_arp_reply(kOwnIp, ip, kOwnMac, mac));
  }
  const ArpInfo* Entry(const std::string& ip = kPeerIp) {
    entries_ = network_->ArpEntries();
    for (const ArpInfo& entry : entries_) {
      if (entry.address == Ip(ip)) return &entry;
    }
    return nullptr;
  }
  size_t CountRequests() {
    size_t count = 0;
    for (const EthernetII& frame : TakeSent()) {
      const auto* arp = frame.find_pdu<ARP>();
      count += arp != nullptr && arp->opcode() == ARP::REQUEST;
    }
    return count;
  }

  UdpHandle udp_;
  std::vector<ArpInfo> entries_;
};

// --- asking ---

TEST_F(ArpTest, TheFirstPacketAsksByBroadcastAndIsNotLost) {
  Open();
  ASSERT_TRUE(SendTo(kPeerIp, "first").has_value());
  Run();
  const EthernetII frame = TakeOne();
  EXPECT_EQ(frame.dst_addr(), kBroadcastMac);
  const ARP& arp = frame.rfind_pdu<ARP>();
  EXPECT_EQ(arp.opcode(), ARP::REQUEST);
  EXPECT_EQ(arp.hw_addr_format(), 1);
  EXPECT_EQ(arp.prot_addr_format(), 0x0800);
  EXPECT_EQ(arp.hw_addr_length(), 6);
  EXPECT_EQ(arp.prot_addr_length(), 4);
  EXPECT_EQ(arp.sender_hw_addr(), kOwnMac);
  EXPECT_EQ(arp.sender_ip_addr(), kOwnIp);
  EXPECT_EQ(arp.target_ip_addr(), kPeerIp);
  EXPECT_EQ(arp.target_hw_addr(), "00:00:00:00:00:00");

  ReceiveReply();
  const EthernetII data = TakeOne();
  EXPECT_EQ(data.dst_addr(), kPeerMac);
  EXPECT_EQ(data.rfind_pdu<RawPDU>().payload(), ToBytes(AsBytes("first")));
}

TEST_F(ArpTest, Rfc1122_2_3_2_2_PacketsWaitInOrderUpToTheLimit) {
  options_.arp_cache.maximum_waiting_per_entry = 5;
  Open();
  for (const char* text : {"1", "2", "3", "4", "5"}) EXPECT_TRUE(SendTo(kPeerIp, text).has_value());
  EXPECT_EQ(SendTo(kPeerIp, "6").error(), Error::kNoBuffers);
  EXPECT_EQ(Drops(DropReason::kArpQueueFull), 1u);
  EXPECT_EQ(Entry()->queued, 5u);
  device_.sent.clear();
  ReceiveReply();
  std::string seen;
  for (const EthernetII& frame : TakeSent()) seen += AsText(frame.rfind_pdu<RawPDU>().payload());
  EXPECT_EQ(seen, "12345");
  EXPECT_EQ(Entry()->queued, 0u);
}

TEST_F(ArpTest, AllEntriesTogetherMayKeepOnlySoMany) {
  options_.arp_cache.maximum_waiting = 3;
  Open();
  EXPECT_TRUE(SendTo("198.19.0.20").has_value());
  EXPECT_TRUE(SendTo("198.19.0.21").has_value());
  EXPECT_TRUE(SendTo("198.19.0.22").has_value());
  EXPECT_FALSE(SendTo("198.19.0.23").has_value());
  EXPECT_EQ(Drops(DropReason::kArpQueueFull), 1u);
}

TEST_F(ArpTest, Rfc1122_2_3_2_1_AtMostOneRequestPerSecondAndAddress) {
  Open();
  for (int i = 0; i < 40; ++i) {
    static_cast<void>(SendTo(kPeerIp));
    RunFor(20ms);
  }
  EXPECT_EQ(CountRequests(), 1u);
  // Given up and asked again at once: still one per second.
  std::vector<Instant> asked;
  for (int i = 0; i < 1000; ++i) {
    static_cast<void>(SendTo(kPeerIp));
    RunFor(10ms);
    for (size_t n = CountRequests(); n > 0; --n) asked.push_back(clock_.Now());
  }
  ASSERT_GE(asked.size(), 9u);
  for (size_t i = 1; i < asked.size(); ++i) EXPECT_GE(asked[i] - asked[i - 1], 990ms);
}

TEST_F(ArpTest, ANeighbourThatDoesNotAnswerIsGivenUpAndItsSendersAreTold) {
  RecordingTransport transport;
  Open();
  network_->RegisterTransport(wire::IpProtocol::kTcp, &transport);
  link::FramePtr frame = network_->Allocate(20);
  std::fill_n(frame->Append(20).begin(), 20, uint8_t{0x5a});
  ASSERT_TRUE(
      network_->Send(std::move(frame), {.destination = Ip(kPeerIp), .protocol = wire::IpProtocol::kTcp})
          .has_value());
  ASSERT_TRUE(SendTo(kPeerIp).has_value());
  RunFor(2999ms);
  EXPECT_EQ(CountRequests(), 3u);
  EXPECT_TRUE(transport.errors.empty());
  RunFor(1ms);
  EXPECT_EQ(Entry(), nullptr);
  EXPECT_EQ(Drops(DropReason::kArpUnresolved), 2u);
  ASSERT_EQ(transport.errors.size(), 1u);
  EXPECT_EQ(transport.errors[0].error, Error::kHostDown);
  EXPECT_FALSE(transport.errors[0].hard);
  EXPECT_EQ(transport.errors[0].local, wire::IpAddress(Ip(kOwnIp)));
  EXPECT_EQ(transport.errors[0].remote, wire::IpAddress(Ip(kPeerIp)));
  EXPECT_EQ(transport.headers[0], Bytes(20, 0x5a));
  EXPECT_EQ(network_->udp().Receive(udp_).error(), Error::kHostDown);
  EXPECT_TRUE(TakeSent().empty());
  network_->RegisterTransport(wire::IpProtocol::kTcp, nullptr);
}

TEST_F(ArpTest, AnAbsentHostHoldsUpNobodyElse) {
  Open();
  IntroducePeer();
  ASSERT_TRUE(SendTo("198.19.0.99").has_value());
  ASSERT_TRUE(SendTo(kPeerIp).has_value());
  Run();
  EXPECT_EQ(TakeSent().size(), 2u);  // the question, and the packet to the peer
}

TEST_F(ArpTest, TheGatewayIsAskedForRemoteDestinations) {
  options_.gateway = Ip("198.19.0.254");
  Open();
  ASSERT_TRUE(SendTo("203.0.113.5").has_value());
  EXPECT_EQ(TakeOne().rfind_pdu<ARP>().target_ip_addr(), "198.19.0.254");
}

// --- ageing ---

TEST_F(ArpTest, Rfc1122_2_3_2_1_AnEntryInUseIsPolledByUnicastAndGoesOnWorking) {
  Open();
  IntroducePeer();
  RunFor(50s);
  ASSERT_TRUE(SendTo(kPeerIp).has_value());
  device_.sent.clear();
  RunFor(10s);
  const EthernetII frame = TakeOne();
  EXPECT_EQ(frame.dst_addr(), kPeerMac);
  EXPECT_EQ(frame.rfind_pdu<ARP>().opcode(), ARP::REQUEST);
  EXPECT_EQ(Entry()->state, ArpState::kPolling);
  ASSERT_TRUE(SendTo(kPeerIp, "meanwhile").has_value());
  EXPECT_EQ(TakeOne().dst_addr(), kPeerMac);
  ReceiveReply();
  EXPECT_EQ(Entry()->state, ArpState::kReachable);
  EXPECT_EQ(Entry()->age, 0s);
}

TEST_F(ArpTest, AnEntryWhosePollsStayUnansweredGoes) {
  Open();
  IntroducePeer();
  RunFor(50s);
  ASSERT_TRUE(SendTo(kPeerIp).has_value());
  device_.sent.clear();
  RunFor(13s);
  EXPECT_EQ(CountRequests(), 3u);
  EXPECT_EQ(Entry(), nullptr);
}

TEST_F(ArpTest, Rfc1122_2_3_2_1_AnUnusedEntryIsFlushedAfterAMinute) {
  Open();
  IntroducePeer();
  RunFor(59s);
  ASSERT_NE(Entry(), nullptr);
  EXPECT_EQ(Entry()->age, 59s);
  RunFor(1s);
  EXPECT_EQ(Entry(), nullptr);
  EXPECT_TRUE(TakeSent().empty());
}

// --- answering and learning ---

TEST_F(ArpTest, Rfc826_3_ARequestForUsIsAnsweredByUnicast) {
  Open();
  Receive(ARP::make_arp_request(kOwnIp, kPeerIp, kPeerMac));
  const EthernetII frame = TakeOne();
  EXPECT_EQ(frame.dst_addr(), kPeerMac);
  const ARP& arp = frame.rfind_pdu<ARP>();
  EXPECT_EQ(arp.opcode(), ARP::REPLY);
  EXPECT_EQ(arp.sender_hw_addr(), kOwnMac);
  EXPECT_EQ(arp.sender_ip_addr(), kOwnIp);
  EXPECT_EQ(arp.target_hw_addr(), kPeerMac);
  EXPECT_EQ(arp.target_ip_addr(), kPeerIp);
}

TEST_F(ArpTest, Rfc826_2_OnlyPacketsForUsMakeEntriesAndOthersUpdateThem) {
  Open();
  ExpectSilentDrop(DropReason::kArpNotForUs,
                   [&] { Receive(ARP::make_arp_request("198.19.0.77", kPeerIp, kPeerMac)); });
  EXPECT_EQ(Entry(), nullptr);
  IntroducePeer();
  EXPECT_EQ(Entry()->mac, Mac(kPeerMac));
  ExpectSilentDrop(DropReason::kArpNotForUs,
                   [&] { Receive(ARP::make_arp_request("198.19.0.77", kPeerIp, "02:00:00:00:00:55")); });
  EXPECT_EQ(Entry()->mac, Mac("02:00:00:00:00:55"));
}

TEST_F(ArpTest, ASenderBehindNoRouteIsAnsweredButNotLearned) {
  Open();
  Receive(ARP::make_arp_request(kOwnIp, "203.0.113.9", kPeerMac));
  EXPECT_EQ(TakeSent().size(), 1u);
  EXPECT_EQ(Entry("203.0.113.9"), nullptr);
}

TEST_F(ArpTest, Rfc826_1_ForeignHardwareProtocolAndLengthsAreDropped) {
  Open();
  const Bytes good = ARP::make_arp_request(kOwnIp, kPeerIp, kPeerMac).serialize();
  for (const auto& [place, value] :
       {std::pair{15, 6}, {16, 9}, {18, 8}, {19, 16}, {18, 0}, {19, 0}, {21, 0}, {21, 3}}) {
    Bytes bad = good;
    bad[static_cast<size_t>(place)] = static_cast<uint8_t>(value);
    ExpectSilentDrop(DropReason::kArpBadHeader, [&] { ReceiveBytes(bad); });
  }
  EXPECT_EQ(Entry(), nullptr);
}

TEST_F(ArpTest, ArpRobust4_EveryRuntIsDropped) {
  Open();
  const Bytes good = ARP::make_arp_request(kOwnIp, kPeerIp, kPeerMac).serialize();
  for (size_t size = 14; size < 14 + 28; ++size) {
    ExpectSilentDrop(DropReason::kArpTruncated, [&] { ReceiveBytes(ByteView(good).first(size)); });
  }
}

TEST_F(ArpTest, ArpRobust1_AGroupZeroOrOurselvesIsNobodysMac) {
  Open();
  for (const std::string& mac :
       {kBroadcastMac, std::string("01:00:5e:00:00:01"), std::string("00:00:00:00:00:00"), kOwnMac}) {
    ARP arp(kOwnIp, kPeerIp, kOwnMac, mac);
    arp.opcode(ARP::REQUEST);
    ExpectSilentDrop(DropReason::kArpBadSender, [&] { Receive(EthernetII(kOwnMac, kPeerMac) / arp); });
  }
  for (const char* ip :
       {"224.0.0.1", "255.255.255.255", "127.0.0.1", "198.19.0.255", "0.0.0.1", "240.0.0.1"}) {
    ExpectSilentDrop(DropReason::kArpBadSender,
                     [&] { Receive(ARP::make_arp_request(kOwnIp, ip, kPeerMac)); });
  }
  EXPECT_TRUE(network_->ArpEntries().empty());
}

TEST_F(ArpTest, ArpRobust2_AFloodOfSendersEvictsStrangersFirst) {
  Open();
  options_.address = wire::Ipv4Prefix(Ip("10.0.0.10"), 8);
  ASSERT_TRUE(network_->Configure(options_.address, {}).has_value());
  const auto introduce = [&](uint32_t number) {
    ARP arp = ARP("10.0.0.10", wire::Ipv4Address(number).ToText(), "00:00:00:00:00:00", kPeerMac);
    arp.opcode(ARP::REQUEST);
    Receive(EthernetII(kBroadcastMac, kPeerMac) / arp);
  };
  introduce(Ip("10.0.0.1").number());
  ASSERT_TRUE(SendTo("10.0.0.1").has_value());  // somebody we talk to
  ASSERT_TRUE(SendTo("10.0.0.2").has_value());  // somebody we wait for
  for (uint32_t i = 0; i < 30'000; ++i) introduce(Ip("10.1.0.0").number() + i);
  device_.sent.clear();
  EXPECT_EQ(network_->ArpEntries().size(), options_.arp_cache.maximum_entries);
  ASSERT_NE(Entry("10.0.0.1"), nullptr);
  ASSERT_NE(Entry("10.0.0.2"), nullptr);
  EXPECT_EQ(Entry("10.0.0.2")->queued, 1u);
  EXPECT_EQ(Entry("10.1.0.0"), nullptr);  // the earliest stranger went
  ASSERT_TRUE(SendTo("10.0.0.1").has_value());
  EXPECT_EQ(TakeOne().dst_addr(), kPeerMac);
}

TEST_F(ArpTest, AbsentHostsDoNotPushOutNeighboursInUse) {
  options_.arp_cache.maximum_entries = 16;
  Open();
  IntroducePeer();
  ASSERT_TRUE(SendTo(kPeerIp).has_value());
  for (int host = 20; host < 200; ++host) static_cast<void>(SendTo("198.19.0." + std::to_string(host)));
  ASSERT_NE(Entry(), nullptr);
  EXPECT_EQ(network_->ArpEntries().size(), 16u);
  EXPECT_GT(Drops(DropReason::kArpTableFull), 0u);
}

// --- conflicts (RFC 5227) ---

class ConflictTest : public ArpTest {
 protected:
  // Without what Start() of the harness forgets.
  void Begin() {
    network_ =
        std::make_unique<Network>(executor_, device_, pool_, statistics_, log_, Rng("conflict"), options_);
    ASSERT_TRUE(network_->Start().has_value());
    Run();
  }
  static EthernetII Claim(const std::string& mac) {
    ARP arp(kPeerIp, kOwnIp, "00:00:00:00:00:00", mac);
    arp.opcode(ARP::REQUEST);
    return EthernetII(kBroadcastMac, mac) / arp;
  }
};

TEST_F(ConflictTest, Rfc5227_2_3_TheAddressIsAnnouncedTwice) {
  Begin();
  for (int i = 0; i < 2; ++i) {
    const EthernetII frame = TakeOne();
    EXPECT_EQ(frame.dst_addr(), kBroadcastMac);
    const ARP& arp = frame.rfind_pdu<ARP>();
    EXPECT_EQ(arp.opcode(), ARP::REQUEST);
    EXPECT_EQ(arp.sender_ip_addr(), kOwnIp);
    EXPECT_EQ(arp.target_ip_addr(), kOwnIp);
    RunFor(2s);
  }
  RunFor(60s);
  EXPECT_TRUE(TakeSent().empty());
}

TEST_F(ConflictTest, Rfc5227_2_4_TheAddressIsDefendedOnceInTenSeconds) {
  Open();
  const std::string rogue = "02:00:00:00:00:66";
  Receive(Claim(rogue));
  EXPECT_EQ(TakeOne().rfind_pdu<ARP>().target_ip_addr(), kOwnIp);
  EXPECT_EQ(Drops(DropReason::kArpConflict), 1u);
  for (int i = 0; i < 9; ++i) {
    RunFor(1s);
    Receive(Claim(rogue));
  }
  EXPECT_TRUE(TakeSent().empty());
  RunFor(1s);
  Receive(Claim(rogue));
  EXPECT_EQ(TakeSent().size(), 1u);
  EXPECT_EQ(network_->address_conflicts(), 11u);
  EXPECT_EQ(Entry(kOwnIp), nullptr);
  EXPECT_TRUE(AnswersPing());
}

TEST_F(ConflictTest, Rfc5227_2_1_1_AProbeForOurAddressIsAnswered) {
  Open();
  ARP probe(kOwnIp, "0.0.0.0", "00:00:00:00:00:00", kPeerMac);
  probe.opcode(ARP::REQUEST);
  Receive(EthernetII(kBroadcastMac, kPeerMac) / probe);
  const EthernetII frame = TakeOne();
  EXPECT_EQ(frame.dst_addr(), kPeerMac);
  EXPECT_EQ(frame.rfind_pdu<ARP>().opcode(), ARP::REPLY);
  EXPECT_TRUE(network_->ArpEntries().empty());
}

TEST_F(ConflictTest, Rfc5227_2_1_1_ThreeProbesPrecedeUse) {
  options_.conflict.probe = true;
  Begin();
  const Instant begin = clock_.Now();
  std::vector<Instant> probes;
  while (!network_->interface().usable() && clock_.Now() - begin < 20s) {
    // Nobody may use the address yet.
    EXPECT_FALSE(network_->IsLocal(Ip(kOwnIp)));
    RunFor(10ms);
    for (const EthernetII& frame : TakeSent()) {
      const ARP& arp = frame.rfind_pdu<ARP>();
      EXPECT_EQ(arp.target_ip_addr(), kOwnIp);
      if (arp.sender_ip_addr() == Tins::IPv4Address("0.0.0.0")) probes.push_back(clock_.Now());
    }
  }
  ASSERT_EQ(probes.size(), 3u);
  EXPECT_LE(probes[0] - begin, 1010ms);
  for (size_t i = 1; i < 3; ++i) {
    EXPECT_GE(probes[i] - probes[i - 1], 990ms);
    EXPECT_LE(probes[i] - probes[i - 1], 2010ms);
  }
  EXPECT_GE(clock_.Now() - probes[2], 1990ms);
  EXPECT_TRUE(AnswersPing());
}

TEST_F(ConflictTest, Rfc5227_2_1_1_AnAddressThatSomebodyHasIsNotTaken) {
  options_.conflict.probe = true;
  Begin();
  RunFor(1s);
  Receive(ARP::make_arp_reply("0.0.0.0", kOwnIp, kOwnMac, "02:00:00:00:00:66"));
  EXPECT_EQ(network_->interface().state(), AddressState::kConflict);
  RunFor(60s);
  device_.sent.clear();
  EXPECT_FALSE(AnswersPing());
}

TEST_F(ConflictTest, Rfc5227_2_1_1_TwoThatProbeForTheSameAddressBothLeaveIt) {
  options_.conflict.probe = true;
  Begin();
  ARP probe(kOwnIp, "0.0.0.0", "00:00:00:00:00:00", "02:00:00:00:00:66");
  probe.opcode(ARP::REQUEST);
  Receive(EthernetII(kBroadcastMac, "02:00:00:00:00:66") / probe);
  EXPECT_EQ(network_->interface().state(), AddressState::kConflict);
}

}  // namespace
}  // namespace nut::net
