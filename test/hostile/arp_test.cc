// ARP that is cut, lies about lengths and addresses, comes in floods, or never comes.
#include "stack/socket/tcp_stream.h"
#include "test/hostile/hostile_test_base.h"

namespace nut::hostile {
namespace {

class HostileArp : public HostileTest {
 protected:
  // A request for the node's address in the name of `ip` at `mac`.
  static Bytes Request(const std::string& ip, const std::string& mac = kAttackerLinkAddress) {
    Bytes frame = Tins::ARP::make_arp_request(kNode, ip, mac).serialize();
    frame.resize(14 + 28);
    return frame;
  }
  Bytes With(Bytes frame, size_t offset, const Bytes& bytes) {
    std::copy(bytes.begin(), bytes.end(), frame.begin() + 14 + static_cast<long>(offset));
    return frame;
  }
  // The MAC that the node has for `ip`; empty when none.
  std::string Known(const std::string& ip) {
    for (const net::ArpInfo& entry : node().network().ArpEntries()) {
      if (entry.address.ToText() == ip && entry.state != net::ArpState::kIncomplete)
        return entry.mac.ToText();
    }
    return "";
  }
};

// Treck read past the end (Ripple20); lwIP answered runts.
TEST_F(HostileArp, Cve2020_11914_RuntsOfEveryLengthAreDropped) {
  const Bytes whole = Request(kAttacker);
  ExpectDropped(DropReason::kArpTruncated, 28, [&] {
    for (long size = 0; size < 28; ++size) BringBytes(Bytes(whole.begin(), whole.begin() + 14 + size));
  });
  EXPECT_TRUE(TakeArp().empty());
  EXPECT_TRUE(node().network().ArpEntries().empty());
}

TEST_F(HostileArp, LiesAboutLengthsTypesAndOperationsAreDropped) {
  const Bytes whole = Request(kAttacker);
  const std::vector<std::pair<size_t, Bytes>> lies = {{4, {0}},    {4, {255}},  {4, {5}},       {5, {0}},
                                                      {5, {16}},   {5, {255}},  {0, {0, 6}},    {2, {0, 0}},
                                                      {6, {0, 0}}, {6, {0, 3}}, {6, {255, 255}}};
  ExpectDropped(DropReason::kArpBadHeader, lies.size(), [&] {
    for (const auto& [offset, bytes] : lies) BringBytes(With(whole, offset, bytes));
  });
  EXPECT_TRUE(TakeArp().empty());
  EXPECT_TRUE(node().network().ArpEntries().empty());
}

TEST_F(HostileArp, SendersThatCannotBeAreNotLearnt) {
  const std::vector<std::string> addresses = {"255.255.255.255", "224.0.0.1",    "127.0.0.1",
                                              "240.0.0.1",       "198.19.0.255", "0.0.0.7"};
  ExpectDropped(DropReason::kArpBadSender, addresses.size(), [&] {
    for (const std::string& address : addresses) BringBytes(Request(address));
  });
  // Groups as a neighbour would multiply every packet; ourselves would make a loop.
  ExpectDropped(DropReason::kArpBadSender, 4, [&] {
    for (const Bytes& mac :
         {Bytes(6, 0xff), Bytes{1, 0, 0x5e, 0, 0, 1}, Bytes(6, 0), Bytes{2, 0, 0, 0, 0, 0x10}}) {
      BringBytes(With(Request("198.19.0.50"), 8, mac));
    }
  });
  EXPECT_TRUE(TakeArp().empty());
  EXPECT_TRUE(node().network().ArpEntries().empty());
}

// RFC 5227 2.4: the node keeps its address, and does not let itself be made to shout.
TEST_F(HostileArp, ClaimsOfTheNodesOwnAddressAreDefendedNowAndThen) {
  ExpectDropped(DropReason::kArpConflict, 1000, [&] {
    for (int i = 0; i < 1000; ++i) BringBytes(Request(kNode));
  });
  EXPECT_EQ(TakeArp().size(), 1u);
  RunFor(11s);
  BringBytes(Request(kNode));
  EXPECT_EQ(TakeArp().size(), 1u);
}

TEST_F(HostileArp, RepliesThatNobodyAskedForMakeNoEntry) {
  for (int i = 20; i < 200; ++i) {
    Bring(Tins::ARP::make_arp_reply("198.19.0.9", "198.19.0." + std::to_string(i), "02:00:00:00:00:09",
                                    kAttackerLinkAddress));
  }
  EXPECT_TRUE(node().network().ArpEntries().empty());
}

TEST_F(HostileArp, AFloodOfThirtyThousandSendersPushesNoNeighbourOut) {
  Conversation with = Open(kEcho);
  ASSERT_TRUE(Echoes(with));
  const std::string mac = Known(kAttacker);
  ASSERT_FALSE(mac.empty());
  Rng chance("flood");
  for (int i = 0; i < 30'000; ++i) {
    const std::string ip = i % 2 ? "198.19.0." + std::to_string(67 + chance.Below(180))
                                 : wire::Ipv4Address(chance.Next32() & 0x7fffffff).ToText();
    if (ip == kAttacker) continue;
    Bytes random(6);
    chance.Fill(random);
    random[0] = 2;
    BringBytes(With(Request(ip), 8, random));
  }
  EXPECT_LE(node().network().ArpEntries().size(), 1024u);
  EXPECT_EQ(Known(kAttacker), mac);
  Forget();
  EXPECT_TRUE(Echoes(with));
  EXPECT_TRUE(TakeArp().empty()) << "the neighbour had to be asked for again";
}

// gVisor, smoltcp #594, and the original (S15): one host that does not answer must not hold up the others.
TEST_F(HostileArp, PacketsForAnAbsentHostWaitByThemselvesAndWithinTheirLimit) {
  absent_.insert("198.19.0.99");
  for (int i = 0; i < 500; ++i)
    Bring(Frame() / Ip("198.19.0.99") / Tins::ICMP(Tins::ICMP::ECHO_REQUEST) / Raw("x"));
  EXPECT_EQ(Drops(DropReason::kArpQueueFull), 500u - 64);
  EXPECT_TRUE(AnswersPing("198.19.0.2"));
  RunFor(5s);
  EXPECT_EQ(Drops(DropReason::kArpUnresolved), 64u);
  EXPECT_TRUE(node().network().ArpEntries().size() == 1) << "only the one that answered is known";
}

// S15 as it was: a thread that waits for ARP while all of TCP stands still.
TEST_F(HostileArp, TcpGoesOnWhileAThreadWaitsForAnAddress) {
  absent_.insert("198.19.0.99");
  Conversation with = Open(kEcho);
  bool failed = false;
  world().OnThread("caller", [&] {
    failed = !socket::TcpStream::Connect(node().tcp(), {wire::Ipv4Address(198, 19, 0, 99), wire::Port(7)},
                                         {.timeout = 2500ms});
  });
  world().Run();
  const Instant before = world().now();
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(Echoes(with));
  EXPECT_LT(world().now() - before, 200ms);
  EXPECT_FALSE(failed) << "it waits still";
  RunFor(3s);
  EXPECT_TRUE(failed);
}

TEST_F(HostileArp, AMoveOfANeighbourIsFollowedAndNoConnectionLost) {
  // ARP cannot tell a liar from a new network card; what it must not do is break.
  Conversation with = Open(kEcho);
  BringBytes(Request(kAttacker, "02:00:00:00:00:77"));
  EXPECT_EQ(Known(kAttacker), "02:00:00:00:00:77");
  BringBytes(Request(kAttacker));
  EXPECT_TRUE(Echoes(with));
}

}  // namespace
}  // namespace nut::hostile
