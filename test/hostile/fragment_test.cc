// Fragments that overlap, overflow, disagree, never end, or are too many.
#include "test/hostile/hostile_test_base.h"

namespace nut::hostile {
namespace {

constexpr size_t kDatagrams = 256;
constexpr size_t kDatagramsPerSource = 64;

class HostileFragment : public HostileTest {
 protected:
  // Bytes `offset` to `offset` + `size` of a datagram that is all `fill`.
  Tins::EthernetII Piece(uint16_t id, size_t offset, size_t size, bool more, uint8_t fill = 'a',
                         uint8_t protocol = 17, const std::string& from = kAttacker) {
    Tins::IP ip = Ip(from);
    ip.id(id);
    ip.fragment_offset(static_cast<uint16_t>(offset / 8));
    if (more) ip.flags(Tins::IP::MORE_FRAGMENTS);
    ip.protocol(protocol);
    return Frame() / ip / Raw(Bytes(size, fill));
  }
  void ExpectNothingDelivered() {
    EXPECT_EQ(Count(Counter::kIpReassemblyOk), 0u);
    EXPECT_EQ(sent_count(), 0u);
  }
  // A datagram in two pieces that does nobody harm is put together, whatever else is going on.
  void ExpectReassemblyWorks() {
    const uint64_t before = Count(Counter::kIpReassemblyOk);
    Bring(Piece(9999, 0, 64, true, 'b', 200, "198.19.0.3"));
    Bring(Piece(9999, 64, 10, false, 'b', 200, "198.19.0.3"));
    EXPECT_EQ(Count(Counter::kIpReassemblyOk) - before, 1u);
  }
};

TEST_F(HostileFragment, Cve1999_0015_TeardropOverlapsWithOtherBytesAreDropped) {
  Bring(Piece(1, 0, 40, true, 'a'));
  ExpectDropped(DropReason::kFragmentOverlap, 1, [&] { Bring(Piece(1, 24, 32, false, 'X')); });
  ExpectNothingDelivered();
  // RFC 5722 section 4: all of it, later pieces too.
  ExpectDropped(DropReason::kFragmentOverlap, 1, [&] { Bring(Piece(1, 40, 8, false, 'a')); });
  ExpectNothingDelivered();
  ExpectReassemblyWorks();
}

TEST_F(HostileFragment, TeardropInsideAnotherFragmentIsDropped) {
  Bring(Piece(1, 0, 64, true, 'a'));
  ExpectDropped(DropReason::kFragmentOverlap, 1, [&] { Bring(Piece(1, 8, 8, true, 'X')); });
  ExpectDropped(DropReason::kFragmentInconsistent, 1, [&] {
    Bring(Piece(2, 0, 64, true, 'a'));
    Bring(Piece(2, 24, 4, false, 'a'));
  });
  ExpectNothingDelivered();
}

TEST_F(HostileFragment, Cve1996_PingOfDeathIsLongerThanAnyPacket) {
  ExpectDropped(DropReason::kFragmentTooLong, 2, [&] {
    Bring(Piece(1, 65528, 1400, false, 'a', 1));
    Bring(Piece(2, 65512, 8, false, 'a', 1));
  });
  ExpectNothingDelivered();
  // The whole train, as it was sent to everybody in 1996.
  for (size_t offset = 0; offset < 65536 - 1480; offset += 1480) Bring(Piece(3, offset, 1480, true, 'a', 1));
  ExpectDropped(DropReason::kFragmentTooLong, 1, [&] { Bring(Piece(3, 65120, 1480, false, 'a', 1)); });
  ExpectNothingDelivered();
}

TEST_F(HostileFragment, Jolt2TheSameLastFragmentForEverCostsOneEntry) {
  for (int i = 0; i < 10'000; ++i) Bring(Piece(1109, 65520 - 1480, 9, false, 'a', 1));
  ExpectNothingDelivered();
  EXPECT_EQ(node().network().Reassemblies().size(), 1u);
  ExpectReassemblyWorks();
}

// The Rose attack: the first and the last piece of many datagrams, and nothing in between.
TEST_F(HostileFragment, RoseLeavesRoomForOthers) {
  for (uint16_t id = 0; id < 5000; ++id) {
    Bring(Piece(id, 0, 8, true));
    Bring(Piece(id, 64000, 8, false));
  }
  EXPECT_LE(node().network().Reassemblies().size(), kDatagramsPerSource);
  EXPECT_GE(Drops(DropReason::kFragmentTableFull), 5000u - kDatagramsPerSource);
  ExpectReassemblyWorks();
  RunFor(61s);
  EXPECT_TRUE(node().network().Reassemblies().empty());
}

TEST_F(HostileFragment, Cve2018_5391_FragmentSmackFromManySourcesKeepsItsLimits) {
  for (unsigned i = 0; i < 5000; ++i) {
    const std::string from = "203.0." + std::to_string(i / 250) + "." + std::to_string(1 + i % 250);
    Bring(Piece(static_cast<uint16_t>(i), 8 * (i % 100), 8, true, 'a', 17, from));
  }
  EXPECT_LE(node().network().Reassemblies().size(), kDatagrams);
  ExpectReassemblyWorks();
}

TEST_F(HostileFragment, TinyFragmentsKeepTheLimitOnHoles) {
  // Every second unit of eight bytes: each makes a hole.
  for (size_t unit = 1; unit < 2000; unit += 2) Bring(Piece(1, unit * 8, 8, true));
  EXPECT_GT(Drops(DropReason::kFragmentTableFull), 0u);
  ExpectNothingDelivered();
  ExpectReassemblyWorks();
}

// A header of TCP cut in two, to slip past filters: it is put together first, or not at all.
TEST_F(HostileFragment, ATransportHeaderCutIntoTinyPiecesIsWholeOrNothing) {
  Conversation with{.port = 49000};
  const Bytes segment = (Frame() / Ip() / Segment(with, kSyn)).serialize();
  const auto piece = [&](size_t offset, size_t size, bool more) {
    Tins::IP ip = Ip();
    ip.id(7);
    ip.fragment_offset(static_cast<uint16_t>(offset / 8));
    if (more) ip.flags(Tins::IP::MORE_FRAGMENTS);
    ip.protocol(6);
    const auto start = segment.begin() + 34 + static_cast<long>(offset);
    return Frame() / ip / Raw(Bytes(start, start + static_cast<long>(size)));
  };
  Bring(piece(8, 8, true));
  Bring(piece(16, 4, false));
  EXPECT_EQ(sent_count(), 0u);
  Bring(piece(0, 8, true));
  EXPECT_EQ(TakeHeard(with).size(), 1u);
}

// uIP (17438), FNET (17469): two ends that disagree.
TEST_F(HostileFragment, Cve2020_17438_TwoLastFragmentsThatDisagreeAreDropped) {
  Bring(Piece(1, 80, 16, false));
  ExpectDropped(DropReason::kFragmentInconsistent, 1, [&] { Bring(Piece(1, 40, 8, false)); });
  Bring(Piece(2, 40, 8, false));
  ExpectDropped(DropReason::kFragmentInconsistent, 1, [&] { Bring(Piece(2, 80, 16, false)); });
  Bring(Piece(3, 80, 16, true));
  ExpectDropped(DropReason::kFragmentInconsistent, 1, [&] { Bring(Piece(3, 40, 8, false)); });
  ExpectNothingDelivered();
  ExpectReassemblyWorks();
}

TEST_F(HostileFragment, Cve2020_17469_FragmentsOfNothingOrOfOddLengthAreDropped) {
  ExpectDropped(DropReason::kFragmentEmpty, 2, [&] {
    for (const uint8_t flag : {0x20, 0x00}) {
      const Bytes start = {0x45, 0, 0, 20, 0, 1, flag, 5, 64, 17};
      BringBytes(Patched(Frame() / Ip(), 0, start, Mend::kIp));
    }
  });
  ExpectDropped(DropReason::kFragmentMisaligned, 7, [&] {
    for (size_t size = 9; size < 16; ++size) Bring(Piece(2, 0, size, true));
  });
  ExpectNothingDelivered();
  EXPECT_TRUE(node().network().Reassemblies().empty());
}

// picoTCP-ng freed such a datagram twice.
TEST_F(HostileFragment, PicoTcpNg6_AFragmentedDatagramOfAnUnknownProtocolIsDroppedOnce) {
  ExpectDropped(DropReason::kIpUnknownProtocol, 1, [&] {
    Bring(Piece(1, 0, 64, true, 'a', 200));
    Bring(Piece(1, 64, 8, false, 'a', 200));
  });
  const std::vector<Tins::EthernetII> sent = TakeSent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].rfind_pdu<Tins::ICMP>().code(), 2) << "protocol unreachable";
}

TEST_F(HostileFragment, WhatNeverBecomesWholeIsForgottenAndToldOnce) {
  Bring(Piece(1, 0, 64, true));
  Bring(Piece(2, 64, 64, true));
  RunFor(61s);
  EXPECT_EQ(Drops(DropReason::kFragmentTimeout), 2u);
  // RFC 1122 3.3.2: time exceeded only where the first fragment is there.
  const std::vector<Tins::EthernetII> sent = TakeSent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].rfind_pdu<Tins::ICMP>().type(), Tins::ICMP::TIME_EXCEEDED);
}

}  // namespace
}  // namespace nut::hostile
