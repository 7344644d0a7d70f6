#include <algorithm>
#include <numeric>

#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::EthernetII;
using Tins::ICMP;
using Tins::IP;
using Tins::RawPDU;

constexpr uint8_t kProtocol = 200;

class ReassemblyTest : public NetworkTest {
 protected:
  void SetUp() override { Open(); }
  void Open() {
    Start();
    IntroducePeer();
    network_->RegisterTransport(static_cast<wire::IpProtocol>(kProtocol), &transport_);
    data_ = Pattern(4096);
  }

  struct Piece {
    size_t offset;
    size_t size;
    bool more;
  };

  EthernetII Fragment(uint16_t id, const Piece& piece, const std::string& from = kPeerIp,
                      const std::string& to = kOwnIp) {
    IP ip = PeerIp(to, from);
    ip.protocol(kProtocol);
    ip.id(id);
    ip.fragment_offset(static_cast<uint16_t>(piece.offset / 8));
    if (piece.more) ip.flags(IP::MORE_FRAGMENTS);
    data_.resize(std::max(data_.size(), piece.offset + piece.size));
    return FromPeer() / ip /
           RawPDU(Bytes(data_.begin() + static_cast<long>(piece.offset),
                        data_.begin() + static_cast<long>(piece.offset + piece.size)));
  }
  void Send(uint16_t id, const Piece& piece) { Receive(Fragment(id, piece)); }

  // The pieces of `size` bytes in steps of `step`.
  static std::vector<Piece> Cut(size_t size, size_t step) {
    std::vector<Piece> pieces;
    for (size_t offset = 0; offset < size; offset += step) {
      pieces.push_back({offset, std::min(step, size - offset), offset + step < size});
    }
    return pieces;
  }
  void ExpectWhole(size_t size) {
    ASSERT_EQ(transport_.packets.size(), 1u);
    EXPECT_EQ(transport_.packets[0].payload, Bytes(data_.begin(), data_.begin() + static_cast<long>(size)));
    transport_.packets.clear();
    EXPECT_TRUE(network_->Reassemblies().empty());
  }

  Bytes data_;  // what fragments are cut from
  RecordingTransport transport_;
};

TEST_F(ReassemblyTest, Rfc815_1_EveryPermutationOfFiveFragmentsMakesTheWhole) {
  std::vector<Piece> pieces = Cut(37, 8);
  std::vector<size_t> order = {0, 1, 2, 3, 4};
  uint16_t id = 0;
  do {
    for (const size_t i : order) Send(id, pieces[i]);
    ExpectWhole(37);
    ++id;
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(id, 120);
  EXPECT_EQ(statistics_[Counter::kIpReassemblyOk], 120u);
  EXPECT_EQ(statistics_[Counter::kIpReassemblyRequired], 600u);
}

TEST_F(ReassemblyTest, Rfc815_1_RandomCutsOrdersAndDuplicatesMakeTheWhole) {
  Rng rng("cuts");
  for (int round = 0; round < 300; ++round) {
    const size_t size = 9 + rng.Below(4000);
    std::vector<Piece> pieces;
    for (size_t offset = 0; offset < size;) {
      const size_t piece = std::min<size_t>(8 * (1 + rng.Below(40)), size - offset);
      pieces.push_back({offset, piece, offset + piece < size});
      offset += piece;
    }
    if (pieces.size() < 2) continue;
    const size_t originals = pieces.size();
    // Duplicates, and overlaps with the same bytes, of all but the one that comes last.
    for (size_t i = 0; i < originals / 2; ++i) {
      const Piece& a = pieces[rng.Below(originals)];
      if (!a.more) continue;
      const size_t end = std::min(size / 8 * 8, a.offset + a.size + 8 * rng.Below(20));
      if (end > a.offset && end < size) pieces.push_back({a.offset, end - a.offset, true});
    }
    for (size_t i = pieces.size(); i > 1; --i) std::swap(pieces[i - 1], pieces[rng.Below(i)]);
    // A duplicate behind the completing piece begins a new datagram: stop at the first whole.
    for (const Piece& piece : pieces) {
      Send(static_cast<uint16_t>(round), piece);
      if (!transport_.packets.empty()) break;
    }
    ExpectWhole(size);
  }
}

TEST_F(ReassemblyTest, TheHeaderIsThatOfTheFirstFragment) {
  IP ip = PeerIp();
  ip.protocol(kProtocol);
  ip.id(5);
  ip.fragment_offset(1);
  ip.ttl(9);
  ip.tos(0x10);
  Receive(FromPeer() / ip / RawPDU("tail"));
  ip.fragment_offset(0);
  ip.flags(IP::MORE_FRAGMENTS);
  ip.ttl(33);
  ip.tos(0x20);
  Receive(FromPeer() / ip / RawPDU("01234567"));
  ASSERT_EQ(transport_.packets.size(), 1u);
  EXPECT_EQ(AsText(transport_.packets[0].payload), "01234567tail");
  EXPECT_EQ(transport_.packets[0].about.ttl, 33);
  EXPECT_EQ(transport_.packets[0].about.tos, 0x20);
  EXPECT_TRUE(transport_.packets[0].about.unicast);
}

TEST_F(ReassemblyTest, Rfc791_3_2_SourceDestinationProtocolAndIdentificationAreTheKey) {
  const auto head = [&](const std::string& from, uint8_t protocol, uint16_t id) {
    IP ip = PeerIp(kOwnIp, from);
    ip.protocol(protocol);
    ip.id(id);
    ip.flags(IP::MORE_FRAGMENTS);
    Receive(FromPeer() / ip / RawPDU("01234567"));
  };
  head("198.19.0.1", 200, 1);
  head("198.19.0.2", 200, 1);
  head("198.19.0.1", 201, 1);
  head("198.19.0.1", 200, 2);
  EXPECT_EQ(network_->Reassemblies().size(), 4u);
  EXPECT_TRUE(transport_.packets.empty());
}

TEST_F(ReassemblyTest, Rfc5722_4_AnOverlapWithOtherBytesCondemnsTheDatagram) {
  Send(1, {0, 64, true});
  data_[40] ^= 1;
  ExpectSilentDrop(DropReason::kFragmentOverlap, [&] { Send(1, {32, 64, true}); });
  // All that still comes of it as well.
  ExpectSilentDrop(DropReason::kFragmentOverlap, [&] { Send(1, {96, 8, false}); });
  data_[40] ^= 1;
  ExpectSilentDrop(DropReason::kFragmentOverlap, [&] { Send(1, {0, 64, true}); });
  EXPECT_TRUE(network_->Reassemblies().at(0).condemned);
  EXPECT_TRUE(transport_.packets.empty());
  // It is forgotten in time, and its identification usable again.
  RunFor(60s);
  EXPECT_TRUE(network_->Reassemblies().empty());
  for (const Piece& piece : Cut(104, 64)) Send(1, piece);
  ExpectWhole(104);
}

TEST_F(ReassemblyTest, Teardrop_Cve1999_0015_IsHarmless) {
  // The second lies wholly inside the first, with other bytes.
  Send(242, {0, 32, true});
  data_[24] ^= 0xff;
  Send(242, {24, 4, false});
  EXPECT_TRUE(transport_.packets.empty());
  EXPECT_TRUE(AnswersPing());
}

TEST_F(ReassemblyTest, Rfc791_3_2_PingOfDeathIsDropped) {
  ExpectSilentDrop(DropReason::kFragmentTooLong, [&] { Send(1, {65528, 8, false}); });
  ExpectSilentDrop(DropReason::kFragmentTooLong, [&] { Send(1, {65512, 8, true}); });
  ExpectSilentDrop(DropReason::kFragmentTooLong, [&] { Send(1, {65528, 1400, false}); });
  // The most there can be: 65535 bytes with the header.
  for (const Piece& piece : Cut(65515, 1480)) Send(2, piece);
  ExpectWhole(65515);
}

TEST_F(ReassemblyTest, AHeaderWithOptionsCountsForTheLimitOfTheWhole) {
  // Fits with the 20 bytes of the last fragment's header, not with the 60 of the first.
  Send(1, {65504, 11, false});
  IP ip = PeerIp();
  ip.protocol(kProtocol);
  ip.id(1);
  ip.flags(IP::MORE_FRAGMENTS);
  for (int i = 0; i < 40; ++i) ip.add_option(IP::option(IP::option_identifier(IP::NOOP, IP::CONTROL, 0)));
  ExpectSilentDrop(DropReason::kFragmentTooLong, [&] { Receive(FromPeer() / ip / RawPDU("01234567")); });
}

TEST_F(ReassemblyTest, Rfc791_3_2_MisalignedAndEmptyFragmentsAreDropped) {
  ExpectSilentDrop(DropReason::kFragmentMisaligned, [&] { Send(1, {0, 9, true}); });
  ExpectSilentDrop(DropReason::kFragmentMisaligned, [&] { Send(1, {8, 7, true}); });
  ExpectSilentDrop(DropReason::kFragmentEmpty, [&] { Send(1, {0, 0, true}); });
  ExpectSilentDrop(DropReason::kFragmentEmpty, [&] { Send(1, {8, 0, false}); });
  EXPECT_TRUE(network_->Reassemblies().empty());
}

TEST_F(ReassemblyTest, Cve2020_17438_TwoEndsThatDisagreeCondemnTheDatagram) {
  Send(1, {16, 8, false});
  ExpectSilentDrop(DropReason::kFragmentInconsistent, [&] { Send(1, {24, 8, false}); });
  Send(2, {16, 8, false});
  ExpectSilentDrop(DropReason::kFragmentInconsistent, [&] { Send(2, {8, 8, false}); });
  // Data behind the end, before and after the end is known.
  Send(3, {32, 8, true});
  ExpectSilentDrop(DropReason::kFragmentInconsistent, [&] { Send(3, {16, 8, false}); });
  Send(4, {16, 8, false});
  ExpectSilentDrop(DropReason::kFragmentInconsistent, [&] { Send(4, {24, 8, true}); });
  EXPECT_TRUE(transport_.packets.empty());
}

TEST_F(ReassemblyTest, Rfc3168_5_3_CongestionSeenByOneFragmentIsSeenByTheWhole) {
  const auto send = [&](uint16_t id, uint8_t first_ecn, uint8_t second_ecn) {
    IP ip = PeerIp();
    ip.protocol(kProtocol);
    ip.id(id);
    ip.flags(IP::MORE_FRAGMENTS);
    ip.tos(static_cast<uint8_t>(0x28 | first_ecn));
    Receive(FromPeer() / ip / RawPDU("01234567"));
    ip.flags(static_cast<IP::Flags>(0));
    ip.fragment_offset(1);
    ip.tos(static_cast<uint8_t>(0x28 | second_ecn));
    Receive(FromPeer() / ip / RawPDU("8"));
  };
  send(1, 2, 3);
  ASSERT_EQ(transport_.packets.size(), 1u);
  EXPECT_EQ(transport_.packets[0].about.tos, 0x2b);
  EXPECT_EQ(transport_.packets[0].about.ecn(), wire::Ecn::kCe);
  send(2, 3, 1);
  ASSERT_EQ(transport_.packets.size(), 2u);
  EXPECT_EQ(transport_.packets[1].about.tos, 0x2b);
  send(3, 2, 2);
  ASSERT_EQ(transport_.packets.size(), 3u);
  EXPECT_EQ(transport_.packets[2].about.ecn(), wire::Ecn::kEct0);
  send(4, 0, 3);
  send(5, 3, 0);
  EXPECT_EQ(transport_.packets.size(), 3u);
  EXPECT_EQ(Drops(DropReason::kFragmentInconsistent), 2u);
}

// --- time ---

TEST_F(ReassemblyTest, Rfc1122_3_3_2_1_ATimeoutIsReportedWhenTheFirstFragmentCame) {
  const Bytes first = Fragment(1, {0, 16, true}).serialize();
  ReceiveBytes(first);
  Send(1, {32, 8, false});
  RunFor(59s);
  EXPECT_TRUE(TakeSent().empty());
  IntroducePeer();
  RunFor(1s);
  const EthernetII frame = TakeOne();
  const ICMP& icmp = frame.rfind_pdu<ICMP>();
  EXPECT_EQ(icmp.type(), ICMP::TIME_EXCEEDED);
  EXPECT_EQ(icmp.code(), 1);
  // The quote ends where bytes are missing.
  EXPECT_EQ(frame.rfind_pdu<RawPDU>().payload(), Bytes(first.begin() + 14, first.begin() + 14 + 36));
  EXPECT_EQ(Drops(DropReason::kFragmentTimeout), 1u);
  EXPECT_TRUE(network_->Reassemblies().empty());
}

TEST_F(ReassemblyTest, Rfc1122_3_3_2_1_ATimeoutWithoutTheFirstFragmentIsSilent) {
  Send(1, {8, 8, true});
  Send(1, {16, 8, false});
  RunFor(61s);
  EXPECT_TRUE(TakeSent().empty());
  EXPECT_EQ(Drops(DropReason::kFragmentTimeout), 1u);
}

TEST_F(ReassemblyTest, LaterFragmentsDoNotProlongTheTime) {
  Send(1, {8, 8, true});
  RunFor(59s);
  Send(1, {16, 8, true});
  RunFor(1s);
  EXPECT_TRUE(network_->Reassemblies().empty());
}

TEST_F(ReassemblyTest, AFragmentedBroadcastIsNotReported) {
  IP ip = PeerIp(kDirectedBroadcast);
  ip.protocol(kProtocol);
  ip.flags(IP::MORE_FRAGMENTS);
  Receive(FromPeer(kBroadcastMac) / ip / RawPDU("01234567"));
  RunFor(61s);
  EXPECT_EQ(Drops(DropReason::kFragmentTimeout), 1u);
  EXPECT_TRUE(TakeSent().empty());
}

// --- limits ---

TEST_F(ReassemblyTest, OrphansNeverKeepOthersOut) {
  // FragmentSmack: first fragments from everywhere that never become whole.
  for (uint32_t i = 0; i < 5000; ++i) {
    Receive(
        Fragment(static_cast<uint16_t>(i), {0, 8, true}, wire::Ipv4Address(0xcb007100 + i % 200).ToText()));
  }
  EXPECT_EQ(network_->Reassemblies().size(), options_.reassembly.maximum_datagrams);
  EXPECT_EQ(Drops(DropReason::kFragmentTableFull), 5000 - options_.reassembly.maximum_datagrams);
  const size_t before = network_->Reassemblies().size();
  for (const Piece& piece : Cut(2000, 1480)) Send(1, piece);
  ASSERT_EQ(transport_.packets.size(), 1u);
  EXPECT_EQ(transport_.packets[0].payload.size(), 2000u);
  EXPECT_EQ(network_->Reassemblies().size(), before - 1);
}

TEST_F(ReassemblyTest, OneSourceCannotTakeAllPlaces) {
  Send(1, {0, 8, true});
  for (uint16_t i = 0; i < 1000; ++i) Receive(Fragment(i, {0, 8, true}, "198.19.0.66"));
  EXPECT_EQ(network_->Reassemblies().size(), options_.reassembly.maximum_datagrams_per_source + 1);
  Send(1, {8, 8, false});
  EXPECT_EQ(transport_.packets.size(), 1u);
}

// One fragment at the far end of a datagram claims a buffer for all of it.
TEST_F(ReassemblyTest, OneSourceCannotTakeAllMemory) {
  options_.reassembly.maximum_bytes_per_source = 300'000;
  Open();
  Send(1, {0, 8, true});
  for (uint16_t i = 0; i < 50; ++i) Receive(Fragment(i, {65000, 8, true}, "198.19.0.66"));
  EXPECT_EQ(network_->Reassemblies().size(), 5u) << "four of 65 KB, and the one of the other source";
  EXPECT_EQ(Drops(DropReason::kFragmentTableFull), 46u);
  Send(1, {8, 8, false});
  EXPECT_EQ(transport_.packets.size(), 1u);
  // The latest are there still.
  Receive(Fragment(49, {65008, 8, false}, "198.19.0.66"));
  Receive(Fragment(49, {0, 65000, true}, "198.19.0.66"));
  EXPECT_EQ(transport_.packets.size(), 2u);
}

TEST_F(ReassemblyTest, AllSourcesTogetherCannotTakeMoreThanTheirShare) {
  options_.reassembly.maximum_bytes = 300'000;
  Open();
  for (uint32_t i = 0; i < 50; ++i) {
    Receive(Fragment(1, {65000, 8, true}, wire::Ipv4Address(0xcb007100 + i).ToText()));
  }
  EXPECT_EQ(network_->Reassemblies().size(), 4u);
  EXPECT_EQ(network_->Reassemblies().at(3).source, wire::Ipv4Address(0xcb007100 + 49));
  RunFor(61s);
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(ReassemblyTest, ABufferThatNobodyCanMakeRoomForCondemnsTheDatagram) {
  options_.reassembly.maximum_bytes_per_source = 10'000;
  Open();
  ExpectSilentDrop(DropReason::kFragmentTableFull, [&] { Send(1, {65000, 8, true}); });
  EXPECT_EQ(pool_.in_use(), 0u);
  for (const Piece& piece : Cut(1400, 800)) Send(2, piece);
  EXPECT_EQ(transport_.packets.size(), 1u);
}

TEST_F(ReassemblyTest, HolesAreBounded) {
  size_t offset = 0;
  for (size_t i = 0; i < options_.reassembly.maximum_holes - 1; ++i, offset += 16)
    Send(1, {offset + 8, 8, true});
  EXPECT_EQ(network_->Reassemblies().at(0).holes, options_.reassembly.maximum_holes);
  ExpectSilentDrop(DropReason::kFragmentTableFull, [&] { Send(1, {offset + 8, 8, true}); });
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(ReassemblyTest, WithoutABufferTheDatagramIsDropped) {
  const Bytes bytes = Fragment(1, {0, 8, true}).serialize();
  Queue(bytes);
  pool_.FailAt(1);
  ExpectSilentDrop(DropReason::kFramePoolEmpty, [&] { Run(); });
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(ReassemblyTest, PiecesGrowingFromSmallToLargeKeepTheirBytes) {
  Send(1, {0, 8, true});
  Send(1, {1600, 8, false});
  Send(1, {8, 1000, true});
  Send(1, {1008, 592, true});
  ExpectWhole(1608);
}

TEST_F(ReassemblyTest, TheListingSaysWhatIsThere) {
  Send(7, {0, 16, true});
  Send(7, {32, 8, false});
  RunFor(5s);
  const auto all = network_->Reassemblies();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].source, Ip(kPeerIp));
  EXPECT_EQ(all[0].identification, 7);
  EXPECT_EQ(all[0].received, 24u);
  EXPECT_EQ(all[0].holes, 1u);
  EXPECT_EQ(all[0].age, 5s);
}

TEST_F(ReassemblyTest, PicoTcpNg6_AFragmentedDatagramOfAnUnknownProtocolIsReportedOnce) {
  network_->RegisterTransport(static_cast<wire::IpProtocol>(kProtocol), nullptr);
  for (const Piece& piece : Cut(2000, 1480)) Send(1, piece);
  const EthernetII frame = TakeOne();
  EXPECT_EQ(frame.rfind_pdu<ICMP>().code(), 2);
  EXPECT_EQ(frame.rfind_pdu<IP>().tot_len(), 576);
  EXPECT_EQ(pool_.in_use(), 0u);
}

}  // namespace
}  // namespace nut::net
