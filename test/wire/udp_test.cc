#include "stack/wire/udp.h"

#include <gtest/gtest.h>

#include "stack/wire/ipv4.h"
#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

constexpr Ipv4Address kHost(198, 19, 0, 1);
constexpr Ipv4Address kNode(198, 19, 0, 10);
constexpr PseudoHeader kPseudo{kHost, kNode};

Bytes TinsPacket(uint16_t source, uint16_t destination, const Bytes& payload) {
  Tins::IP ip =
      Tins::IP(ToTins(kNode), ToTins(kHost)) / Tins::UDP(destination, source) / Tins::RawPDU(payload);
  return ip.serialize();
}

Bytes Datagram(ByteView payload) {
  Bytes datagram = Concatenate(Bytes(kUdpHeaderSize), payload);
  Emit(datagram, {Port(40000), Port(7)}, kPseudo);
  return datagram;
}

TEST(Udp, ReadsWhatLibtinsWrote) {
  Rng rng("udp in");
  for (int i = 0; i < 500; ++i) {
    const auto source = static_cast<uint16_t>(rng.Next32());
    const auto destination = static_cast<uint16_t>(rng.Next32());
    const Bytes payload = RandomBytes(rng, rng.Below(300));
    const Bytes packet = TinsPacket(source, destination, payload);
    const auto ip = Ipv4View::Parse(packet);
    ASSERT_TRUE(ip);
    const auto view = UdpView::Parse(ip->payload());
    ASSERT_TRUE(view);
    EXPECT_EQ(view->source_port(), Port(source));
    EXPECT_EQ(view->destination_port(), Port(destination));
    EXPECT_EQ(view->length(), 8 + payload.size());
    EXPECT_EQ(Copy(view->payload()), payload);
    EXPECT_NE(view->checksum(), 0);
    EXPECT_TRUE(view->ChecksumOk(kPseudo));
    EXPECT_TRUE(view->ChecksumOk({kNode, kHost})) << "addresses add up in either order";
    EXPECT_FALSE(view->ChecksumOk({kHost, Ipv4Address(198, 19, 0, 11)}));

    Bytes ours = Concatenate(Bytes(kUdpHeaderSize), payload);
    Emit(ours, {Port(source), Port(destination)}, kPseudo);
    EXPECT_EQ(ours, Copy(ip->payload()));
  }
}

TEST(Udp, LibtinsReadsWhatWeWrote) {
  const Bytes datagram = Datagram(AsBytes("hello"));
  const Tins::UDP theirs(datagram.data(), static_cast<uint32_t>(datagram.size()));
  EXPECT_EQ(theirs.sport(), 40000);
  EXPECT_EQ(theirs.dport(), 7);
  EXPECT_EQ(theirs.length(), 13);
  EXPECT_EQ(theirs.inner_pdu()->size(), 5u);
}

TEST(Udp, RefusesEveryTruncation) {
  const Bytes datagram = Datagram(AsBytes("0123456789"));
  for (size_t size = 0; size < datagram.size(); ++size) {
    const Bytes cut = Copy(ByteView(datagram).first(size));
    const auto reason = size < kUdpHeaderSize ? DropReason::kUdpTruncated : DropReason::kUdpBadLength;
    EXPECT_EQ(UdpView::Parse(cut).error(), reason) << size;
  }
}

TEST(Udp, RefusesEveryLengthThatLies) {
  for (int length = 0; length < 65536; ++length) {
    Bytes datagram = Datagram(AsBytes("0123456789"));
    StoreBe16(datagram.data() + 4, static_cast<uint16_t>(length));
    const auto view = UdpView::Parse(datagram);
    if (length < 8 || length > 18) {
      ASSERT_EQ(view.error(), DropReason::kUdpBadLength) << length;
    } else {
      ASSERT_TRUE(view);
      ASSERT_EQ(view->payload().size(), static_cast<size_t>(length) - 8);
    }
  }
}

TEST(Udp, BytesBehindTheDatagramAreNotPartOfIt) {
  Bytes datagram = Datagram(AsBytes("hello"));
  datagram.resize(40, 0xee);
  const auto view = UdpView::Parse(datagram);
  EXPECT_EQ(AsText(view->payload()), "hello");
  EXPECT_TRUE(view->ChecksumOk(kPseudo));
}

TEST(Udp, ChecksumZeroMeansNone) {
  Bytes datagram = Datagram(AsBytes("hello"));
  StoreBe16(datagram.data() + kUdpChecksumOffset, 0);
  datagram.back() ^= 1;
  EXPECT_TRUE(UdpView::Parse(datagram)->ChecksumOk(kPseudo));
}

TEST(Udp, AComputedZeroIsSentAsAllOnes) {
  // Choose the payload such that everything sums to all ones.
  Bytes datagram = Datagram(Bytes{0, 0});
  StoreBe16(datagram.data() + 8, LoadBe16(datagram.data() + kUdpChecksumOffset));
  Emit(datagram, {Port(40000), Port(7)}, kPseudo);
  EXPECT_EQ(LoadBe16(datagram.data() + kUdpChecksumOffset), 0xffff);
  EXPECT_TRUE(UdpView::Parse(datagram)->ChecksumOk(kPseudo));
}

TEST(Udp, NoticesEveryFlippedBitUnlessItSaysThatThereIsNoChecksum) {
  const Bytes datagram = Datagram(AsBytes("hello"));
  for (size_t bit = 0; bit < datagram.size() * 8; ++bit) {
    Bytes damaged = datagram;
    damaged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    const auto view = UdpView::Parse(damaged);
    EXPECT_FALSE(view && view->ChecksumOk(kPseudo)) << bit;
  }
}

TEST(Udp, OffloadLeavesWhatADeviceFinishesToTheSameBytes) {
  Rng rng("udp offload");
  for (int i = 0; i < 200; ++i) {
    Bytes complete = Concatenate(Bytes(kUdpHeaderSize), RandomBytes(rng, rng.Below(200)));
    Bytes partial = complete;
    Emit(complete, {Port(40000), Port(7)}, kPseudo);
    EmitForOffload(partial, {Port(40000), Port(7)}, kPseudo);
    // What virtio and the Linux kernel do: sum from the header on, field included, and store the complement.
    StoreBe16(partial.data() + kUdpChecksumOffset, Checksum(partial));
    EXPECT_EQ(partial, complete);
  }
}

TEST(Udp, CarriesTheLargestDatagram) {
  const Bytes datagram = Datagram(Bytes(65535 - kUdpHeaderSize, 0xa5));
  const auto view = UdpView::Parse(datagram);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->length(), 65535);
  EXPECT_TRUE(view->ChecksumOk(kPseudo));
}

TEST(UdpDeathTest, EmittingWhatCannotBeIsAFaultOfOurs) {
  Bytes small(7);
  Bytes large(65536);
  EXPECT_DEATH(Emit(small, {}, kPseudo), "no room");
  EXPECT_DEATH(Emit(large, {}, kPseudo), "too long");
}

}  // namespace
}  // namespace nut::wire
