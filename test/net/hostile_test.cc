// Random and mutated frames into a whole network layer: nothing breaks, nothing leaks, and it answers ping
// afterwards.
#include "test/fuzz/mend.h"
#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::EthernetII;
using Tins::ICMP;
using Tins::IP;
using Tins::RawPDU;
using Tins::UDP;

class HostileTest : public NetworkTest {
 protected:
  void SetUp() override {
    options_.gateway = Ip(kPeerIp);
    Start();
    ASSERT_TRUE(network_->JoinGroup(Ip("239.1.2.3")).has_value());
    for (const uint16_t port : {7, 53, 68}) {
      const auto handle = network_->udp().Open(AnyAt(port));
      ASSERT_TRUE(handle.has_value());
      static_cast<void>(network_->udp_out().Send(*handle, AsBytes("x"), At(kPeerIp, 53)));
    }
    network_->RegisterTransport(wire::IpProtocol::kTcp, &tcp_);
    RunFor(11s);  // the group's second report
    device_.sent.clear();
  }

  // One frame of each kind that gets somewhere in this node.
  static std::vector<Bytes> Samples() {
    std::vector<Bytes> all;
    const auto add = [&](Tins::PDU&& frame) { all.push_back(frame.serialize()); };
    add(Tins::ARP::make_arp_request(kOwnIp, kPeerIp, kPeerMac));
    add(Tins::ARP::make_arp_reply(kOwnIp, kPeerIp, kOwnMac, kPeerMac));
    add(FromPeer() / PeerIp() / Echo(1, 1) / RawPDU(Pattern(56)));
    add(FromPeer() / PeerIp() / UDP(7, 4000) / RawPDU("datagram"));
    add(FromPeer() / PeerIp() / UDP(9, 4000) / RawPDU("for nobody"));
    add(FromPeer() / PeerIp() / Tins::TCP(80, 4000) / RawPDU("segment"));
    add(FromPeer(kBroadcastMac) / PeerIp(kDirectedBroadcast) / UDP(7, 4000) / RawPDU("to all"));
    add(FromPeer("01:00:5e:01:02:03") / PeerIp("239.1.2.3") / UDP(7, 4000) / RawPDU("to some"));
    IP quoted = IP(kPeerIp, kOwnIp) / UDP(53, 7) / RawPDU("sent");
    ICMP unreachable(ICMP::DEST_UNREACHABLE);
    unreachable.code(3);
    add(FromPeer() / PeerIp() / unreachable / RawPDU(quoted.serialize()));
    for (const uint16_t offset : {0, 1, 2}) {
      IP fragment = PeerIp();
      fragment.protocol(17);
      fragment.id(99);
      fragment.fragment_offset(offset);
      if (offset < 2) fragment.flags(IP::MORE_FRAGMENTS);
      add(FromPeer() / fragment / RawPDU("01234567"));
    }
    IP igmp = PeerIp("224.0.0.1");
    igmp.protocol(2);
    add(FromPeer("01:00:5e:00:00:01") / igmp / RawPDU(Bytes{0x11, 10, 0xee, 0xf5, 0, 0, 0, 0}));
    return all;
  }

  void Settle() {
    for (const UdpInfo& info : network_->UdpEndpoints()) {
      // A pending error comes first, once.
      while (network_->udp().Info(info.handle)->queued_packets > 0) {
        static_cast<void>(network_->udp().Receive(info.handle));
      }
    }
    tcp_.packets.clear();
    tcp_.errors.clear();
    tcp_.headers.clear();
    device_.sent.clear();
    device_.dropped.clear();
  }

  RecordingTransport tcp_;
};

TEST_F(HostileTest, AHundredThousandMutatedFramesBreakNothing) {
  const std::vector<Bytes> samples = Samples();
  Rng rng("hostile");
  for (int i = 0; i < 100'000; ++i) {
    Bytes frame = samples[rng.Below(samples.size())];
    const size_t changes = 1 + rng.Below(6);
    for (size_t change = 0; change < changes && !frame.empty(); ++change) {
      // Mostly behind the Ethernet header, or nearly all would end there.
      const size_t first = frame.size() > 14 && !rng.Chance(0.1) ? 14 : 0;
      const size_t place = first + rng.Below(frame.size() - first);
      switch (rng.Below(5)) {
        case 0: frame[place] ^= static_cast<uint8_t>(1u << rng.Below(8)); break;
        case 1: frame[place] = static_cast<uint8_t>(rng.Next32()); break;
        case 2: frame[place] = rng.Chance(0.5) ? 0x00 : 0xff; break;
        case 3: frame.resize(place); break;
        case 4:
          frame.insert(frame.begin() + static_cast<long>(place), rng.Below(40),
                       static_cast<uint8_t>(rng.Next32()));
          break;
      }
    }
    // Three of four get past the checksums.
    if (rng.Chance(0.75)) fuzz::MendChecksums(frame);
    Queue(frame);
    if (rng.Chance(0.2)) RunFor(rng.Below(50) * 1ms);
    if (i % 1000 == 0) Settle();
  }
  RunFor(120s);
  Settle();
  EXPECT_TRUE(network_->Reassemblies().empty());
  EXPECT_EQ(pool_.in_use(), 0u);
  EXPECT_TRUE(AnswersPing());
}

TEST_F(HostileTest, RandomBytesBreakNothing) {
  Rng rng("noise");
  for (int i = 0; i < 20'000; ++i) {
    Bytes frame(rng.Below(200));
    rng.Fill(frame);
    if (frame.size() >= 14 && rng.Chance(0.9)) {
      Mac(kOwnMac).Store(frame.data());
      Mac(kPeerMac).Store(frame.data() + 6);
      StoreBe16(frame.data() + 12, rng.Chance(0.8) ? 0x0800 : 0x0806);
      if (frame.size() > 14 && rng.Chance(0.9)) frame[14] = 0x45;
      if (rng.Chance(0.9)) fuzz::MendChecksums(frame);
    }
    Queue(frame);
    if (i % 64 == 0) RunFor(1ms);
  }
  RunFor(120s);
  Settle();
  EXPECT_EQ(pool_.in_use(), 0u);
  EXPECT_TRUE(AnswersPing());
}

TEST_F(HostileTest, EveryTruncationOfEverySampleBreaksNothing) {
  for (const Bytes& sample : Samples()) {
    for (size_t size = 0; size <= sample.size(); ++size) {
      Bytes frame(sample.begin(), sample.begin() + static_cast<long>(size));
      ReceiveBytes(frame);
      // The same with lengths that match what is left.
      if (size > 34 && frame[12] == 0x08 && frame[13] == 0x00) {
        StoreBe16(frame.data() + 16, static_cast<uint16_t>(size - 14));
        fuzz::MendChecksums(frame);
        ReceiveBytes(frame);
      }
    }
  }
  RunFor(120s);
  Settle();
  EXPECT_EQ(pool_.in_use(), 0u);
  EXPECT_TRUE(AnswersPing());
}

TEST_F(HostileTest, Land_Cve1999_0016_IsDropped) {
  for (const std::string& address : {kOwnIp, std::string("127.0.0.1")}) {
    ExpectSilentDrop(DropReason::kIpBadSource,
                     [&] { Receive(FromPeer() / PeerIp(kOwnIp, address) / Tins::TCP(80, 80)); });
  }
}

TEST_F(HostileTest, ASmurfAmplifiesNothing) {
  for (int i = 0; i < 100; ++i) {
    Receive(FromPeer(kBroadcastMac) / PeerIp(kDirectedBroadcast, "198.19.0.77") / Echo(1, 1));
    Receive(FromPeer() / PeerIp(kOwnIp, kDirectedBroadcast) / Echo(1, 1));
  }
  EXPECT_TRUE(TakeSent().empty());
}

TEST_F(HostileTest, NestedIpIsAnUnknownProtocol) {
  // Ripple20 (CVE-2020-11896): IP in IP with lengths that disagree.
  IP inner = IP(kOwnIp, kPeerIp) / UDP(7, 4000) / RawPDU("x");
  Bytes lying = inner.serialize();
  StoreBe16(lying.data() + 2, 4000);
  IP outer = PeerIp();
  outer.protocol(4);
  Receive(FromPeer() / outer / RawPDU(lying));
  EXPECT_EQ(Drops(DropReason::kIpUnknownProtocol), 1u);
}

}  // namespace
}  // namespace nut::net
