#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::EthernetII;
using Tins::RawPDU;

class NetworkStartTest : public NetworkTest {
 protected:
  Result<void> Begin() {
    network_ =
        std::make_unique<Network>(executor_, device_, pool_, statistics_, log_, Rng("start"), options_);
    return network_->Start();
  }
};

TEST_F(NetworkStartTest, AddressesAndGatewaysThatNoHostCanHaveAreRefused) {
  ASSERT_TRUE(Begin().has_value());
  const auto configure = [&](const char* address, unsigned length, const char* gateway = nullptr) {
    const std::optional<wire::Ipv4Address> gate = gateway ? std::optional(Ip(gateway)) : std::nullopt;
    return network_->Configure(wire::Ipv4Prefix(Ip(address), length), gate);
  };
  for (const char* address :
       {"198.19.0.0", "198.19.0.255", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "0.0.0.1"}) {
    EXPECT_EQ(configure(address, 24).error(), Error::kInvalidArgument) << address;
  }
  EXPECT_EQ(configure("198.19.0.10", 24, "198.19.1.1").error(), Error::kInvalidArgument);
  EXPECT_EQ(configure("198.19.0.10", 24, "198.19.0.10").error(), Error::kInvalidArgument);
  EXPECT_EQ(configure("0.0.0.0", 0, "198.19.0.1").error(), Error::kInvalidArgument);
  EXPECT_TRUE(configure("198.19.0.10", 31).has_value());
  EXPECT_TRUE(configure("198.19.0.10", 24, "198.19.0.1").has_value());
  EXPECT_EQ(network_->interface().address(), Ip(kOwnIp));
}

TEST_F(NetworkStartTest, AnMtuBelow68IsRefused) {
  options_.mtu = 67;
  EXPECT_EQ(Begin().error(), Error::kInvalidArgument);
}

TEST_F(NetworkStartTest, TheMtuIsTheDevicesIfThatIsLess) {
  device_.largest_packet = 1000;
  ASSERT_TRUE(Begin().has_value());
  EXPECT_EQ(network_->interface().mtu(), 1000u);
}

TEST_F(NetworkStartTest, FramesThatCameBeforeTheStartAreTakenThen) {
  Queue(Tins::ARP::make_arp_request(kOwnIp, kPeerIp, kPeerMac).serialize());
  ASSERT_TRUE(Begin().has_value());
  Run();
  EXPECT_EQ(statistics_[Counter::kArpRequestsIn], 1u);
  EXPECT_EQ(statistics_[Counter::kArpRepliesOut], 1u);
}

TEST_F(NetworkTest, ANewAddressForgetsNeighboursAndRoutesAndIsAnnounced) {
  options_.gateway = Ip("198.19.0.254");
  Start();
  IntroducePeer();
  ASSERT_TRUE(network_->Configure(wire::Ipv4Prefix(Ip("10.1.2.3"), 16), Ip("10.1.0.1")).has_value());
  Run();
  const EthernetII announcement = TakeOne();
  EXPECT_EQ(announcement.rfind_pdu<Tins::ARP>().sender_ip_addr(), "10.1.2.3");
  EXPECT_TRUE(network_->ArpEntries().empty());
  const std::vector<Route> expected = {{wire::Ipv4Prefix(Ip("10.1.2.3"), 16), std::nullopt},
                                       {wire::Ipv4Prefix(), Ip("10.1.0.1")}};
  EXPECT_EQ(network_->RouteList(), expected);
  EXPECT_FALSE(network_->IsLocal(Ip(kOwnIp)));
  EXPECT_TRUE(network_->IsLocal(Ip("10.1.2.3")));
}

TEST_F(NetworkTest, TheArpListingShowsStateAgeAndQueue) {
  Start();
  IntroducePeer();
  const UdpHandle udp = *network_->udp().Open(AnyAt(5000));
  ASSERT_TRUE(network_->udp_out().Send(udp, AsBytes("x"), At("198.19.0.99", 7)).has_value());
  RunFor(2s);
  const std::vector<ArpInfo> entries = network_->ArpEntries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].address, Ip(kPeerIp));
  EXPECT_EQ(entries[0].mac, Mac(kPeerMac));
  EXPECT_EQ(entries[0].state, ArpState::kReachable);
  EXPECT_EQ(entries[0].age, 2s);
  EXPECT_EQ(entries[1].state, ArpState::kIncomplete);
  EXPECT_EQ(entries[1].queued, 1u);
}

// --- the receive thread ---

TEST_F(NetworkTest, FramesAreTakenInBatchesAndAFloodLetsThreadsOfBusyPriorityRun) {
  options_.receive.batch = 16;
  Start();
  IntroducePeer();
  const Bytes ping = (FromPeer() / PeerIp() / Echo(1, 1)).serialize();
  // A thread that keeps the flood coming: the node answers 16 pings, then the thread runs again.
  int rounds = 0;
  size_t most = 0;
  const auto thread = executor_.Create("worker", [&] {
    for (; rounds < 20; ++rounds) {
      const uint64_t before = statistics_[Counter::kIcmpOutEchoReplies];
      for (int i = 0; i < 40; ++i) Queue(ping);
      executor_.Yield();
      most = std::max<size_t>(most, statistics_[Counter::kIcmpOutEchoReplies] - before);
    }
  });
  ASSERT_TRUE(thread.has_value());
  Run();
  EXPECT_EQ(rounds, 20);
  EXPECT_LE(most, 16u);
  EXPECT_EQ(statistics_[Counter::kIcmpOutEchoReplies], 800u);
  EXPECT_LE(device_.largest_batch, 16u);
}

TEST_F(NetworkTest, AThreadThatSpinsDoesNotStopTheNetwork) {
  Start();
  bool stop = false;
  const auto thread = executor_.Create("spinner", [&] {
    while (!stop) executor_.Yield();
  });
  ASSERT_TRUE(thread.has_value());
  Queue(Tins::ARP::make_arp_request(kOwnIp, kPeerIp, kPeerMac).serialize());
  RunFor(10ms);
  stop = true;
  EXPECT_EQ(TakeSent().size(), 1u);
  Run();
}

TEST_F(NetworkTest, AStoppedNetworkTakesNothing) {
  Start();
  network_->Stop();
  Receive(Tins::ARP::make_arp_request(kOwnIp, kPeerIp, kPeerMac));
  EXPECT_TRUE(TakeSent().empty());
  EXPECT_EQ(device_.arriving.size(), 1u);
}

TEST_F(NetworkTest, WithoutFramesNothingIsSentAndNothingBreaks) {
  Start();
  IntroducePeer();
  const UdpHandle udp = *network_->udp().Open(AnyAt(5000));
  pool_.FailAt(1);
  EXPECT_EQ(network_->udp_out().Send(udp, AsBytes("x"), At(kPeerIp, 7)).error(), Error::kNoBuffers);
  // No frame for the ARP request: the packet waits, and the next request comes a second later.
  ASSERT_EQ(pool_.in_use(), 0u);
  link::FramePtr frame = network_->Allocate(10);
  frame->Append(10);
  pool_.FailAt(1);
  ASSERT_TRUE(network_->Send(std::move(frame), {.destination = Ip("198.19.0.99")}).has_value());
  EXPECT_TRUE(TakeSent().empty());
  RunFor(1s);
  EXPECT_EQ(TakeSent().size(), 1u);
  EXPECT_EQ(Drops(DropReason::kFramePoolEmpty), 2u);
}

}  // namespace
}  // namespace nut::net
