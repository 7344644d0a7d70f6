#include "stack/wire/tcp.h"

#include <gtest/gtest.h>

#include "stack/wire/ipv4.h"
#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

constexpr Ipv4Address kHost(198, 19, 0, 1);
constexpr Ipv4Address kNode(198, 19, 0, 10);
constexpr PseudoHeader kPseudo{kHost, kNode};

TcpFields RandomFields(Rng& rng) {
  TcpFields fields;
  fields.source_port = Port(static_cast<uint16_t>(rng.Next32()));
  fields.destination_port = Port(static_cast<uint16_t>(rng.Next32()));
  fields.sequence = SequenceNumber(rng.Next32());
  fields.acknowledgement = SequenceNumber(rng.Next32());
  fields.flags = TcpFlags(static_cast<uint8_t>(rng.Next32()));
  fields.window = static_cast<uint16_t>(rng.Next32());
  fields.urgent_pointer = static_cast<uint16_t>(rng.Next32());
  return fields;
}

Bytes Segment(const TcpFields& fields, ByteView payload) {
  Bytes segment = Concatenate(Bytes(TcpHeaderSize(fields.options)), payload);
  Emit(segment, fields);
  FinishTcpChecksum(segment, kPseudo);
  return segment;
}

TEST(Tcp, ReadsWhatLibtinsWrote) {
  Rng rng("tcp in");
  for (int i = 0; i < 500; ++i) {
    const TcpFields fields = RandomFields(rng);
    const Bytes payload = RandomBytes(rng, rng.Below(300));
    Tins::TCP tcp(fields.destination_port.number(), fields.source_port.number());
    tcp.seq(fields.sequence.number());
    tcp.ack_seq(fields.acknowledgement.number());
    tcp.flags(fields.flags.bits());
    tcp.window(fields.window);
    tcp.urg_ptr(fields.urgent_pointer);
    Tins::IP carrier = Tins::IP(ToTins(kNode), ToTins(kHost)) / tcp / Tins::RawPDU(payload);
    const Bytes packet = carrier.serialize();
    const auto ip = Ipv4View::Parse(packet);
    ASSERT_TRUE(ip);
    EXPECT_EQ(ip->protocol(), IpProtocol::kTcp);
    const auto view = TcpView::Parse(ip->payload());
    ASSERT_TRUE(view);
    EXPECT_EQ(view->source_port(), fields.source_port);
    EXPECT_EQ(view->destination_port(), fields.destination_port);
    EXPECT_EQ(view->sequence(), fields.sequence);
    EXPECT_EQ(view->acknowledgement(), fields.acknowledgement);
    EXPECT_EQ(view->flags(), fields.flags);
    EXPECT_EQ(view->window(), fields.window);
    EXPECT_EQ(view->urgent_pointer(), fields.urgent_pointer);
    EXPECT_EQ(view->header_size(), kTcpHeaderSize);
    EXPECT_EQ(view->reserved(), 0);
    EXPECT_TRUE(view->options().empty());
    EXPECT_EQ(Copy(view->payload()), payload);
    EXPECT_TRUE(view->ChecksumOk(kPseudo));
    EXPECT_EQ(Segment(fields, payload), Copy(ip->payload()));
  }
}

TEST(Tcp, LibtinsReadsWhatWeWrote) {
  Rng rng("tcp out");
  for (int i = 0; i < 500; ++i) {
    TcpFields fields = RandomFields(rng);
    fields.options.mss = static_cast<uint16_t>(rng.Next32());
    fields.options.sack_permitted = rng.Chance(0.5);
    if (rng.Chance(0.5)) fields.options.timestamps = {rng.Next32(), rng.Next32()};
    if (rng.Chance(0.5)) fields.options.window_scale = static_cast<uint8_t>(rng.Below(15));
    const Bytes payload = RandomBytes(rng, 1 + rng.Below(100));
    const Bytes segment = Segment(fields, payload);

    const Tins::TCP theirs(segment.data(), static_cast<uint32_t>(segment.size()));
    EXPECT_EQ(theirs.sport(), fields.source_port.number());
    EXPECT_EQ(theirs.dport(), fields.destination_port.number());
    EXPECT_EQ(theirs.seq(), fields.sequence.number());
    EXPECT_EQ(theirs.ack_seq(), fields.acknowledgement.number());
    EXPECT_EQ(theirs.flags(), fields.flags.bits());
    EXPECT_EQ(theirs.window(), fields.window);
    EXPECT_EQ(theirs.urg_ptr(), fields.urgent_pointer);
    EXPECT_EQ(theirs.data_offset() * 4u, TcpHeaderSize(fields.options));
    EXPECT_EQ(theirs.mss(), *fields.options.mss);
    EXPECT_EQ(theirs.has_sack_permitted(), fields.options.sack_permitted);
    EXPECT_EQ(theirs.inner_pdu()->size(), payload.size());
    // Written again by libtins, checksum included, it is the same segment.
    Tins::IP carrier = Tins::IP(ToTins(kNode), ToTins(kHost)) / theirs;
    const Bytes packet = carrier.serialize();
    EXPECT_EQ(Copy(Ipv4View::Parse(packet)->payload()), segment);
  }
}

TEST(Tcp, RefusesEveryTruncation) {
  TcpFields fields;
  fields.options.mss = 1460;
  const Bytes segment = Segment(fields, {});
  for (size_t size = 0; size < segment.size(); ++size) {
    const Bytes cut = Copy(ByteView(segment).first(size));
    const auto reason = size < kTcpHeaderSize ? DropReason::kTcpTruncated : DropReason::kTcpBadHeaderLength;
    EXPECT_EQ(TcpView::Parse(cut).error(), reason) << size;
  }
}

TEST(Tcp, RefusesEveryDataOffsetThatLies) {
  for (size_t words = 0; words < 16; ++words) {
    Bytes segment = Segment({}, Bytes(12));  // 32 bytes: room for 8 words
    segment[12] = static_cast<uint8_t>(words << 4);
    const auto view = TcpView::Parse(segment);
    if (words < 5 || words > 8) {
      EXPECT_EQ(view.error(), DropReason::kTcpBadHeaderLength) << words;
    } else {
      ASSERT_TRUE(view) << words;
      EXPECT_EQ(view->options().size(), 4 * words - 20);
      EXPECT_EQ(view->payload().size(), 32 - 4 * words);
    }
  }
}

TEST(Tcp, IgnoresReservedBits) {
  Bytes segment = Segment({}, {});
  segment[12] |= 0x0f;
  const auto view = TcpView::Parse(segment);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->reserved(), 15);
  EXPECT_EQ(view->header_size(), 20u);
}

TEST(Tcp, NoticesEveryFlippedBit) {
  const Bytes segment = Segment({.flags = TcpFlags::kAck}, AsBytes("odd"));
  for (size_t bit = 0; bit < segment.size() * 8; ++bit) {
    Bytes damaged = segment;
    damaged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    const auto view = TcpView::Parse(damaged);
    EXPECT_FALSE(view && view->ChecksumOk(kPseudo)) << bit;
  }
  EXPECT_FALSE(TcpView::Parse(segment)->ChecksumOk({kHost, Ipv4Address(198, 19, 0, 11)}));
}

TEST(Tcp, OffloadLeavesWhatADeviceFinishesToTheSameBytes) {
  Rng rng("tcp offload");
  for (int i = 0; i < 200; ++i) {
    Bytes complete = Segment(RandomFields(rng), RandomBytes(rng, rng.Below(200)));
    Bytes partial = complete;
    OffloadTcpChecksum(partial, kPseudo);
    // What virtio and the Linux kernel do: sum from the header on, field included, and store the complement.
    StoreBe16(partial.data() + kTcpChecksumOffset, Checksum(partial));
    EXPECT_EQ(partial, complete);
  }
}

TEST(Tcp, SynAndFinTakeSequenceSpace) {
  const auto length = [](TcpFlags flags, size_t payload) {
    const Bytes segment = Segment({.flags = flags}, Bytes(payload));
    return TcpView::Parse(segment)->sequence_length();
  };
  EXPECT_EQ(length(TcpFlags::kAck, 0), 0u);
  EXPECT_EQ(length(TcpFlags::kSyn, 0), 1u);
  EXPECT_EQ(length(TcpFlags::kAck | TcpFlags::kFin, 5), 6u);
  EXPECT_EQ(length(TcpFlags::kSyn | TcpFlags::kFin, 5), 7u);
}

TEST(TcpFlags, AreAValue) {
  constexpr TcpFlags kSynAck = TcpFlags::kSyn | TcpFlags::kAck;
  EXPECT_TRUE(kSynAck.syn() && kSynAck.ack());
  EXPECT_FALSE(kSynAck.fin() || kSynAck.rst() || kSynAck.psh() || kSynAck.urg() || kSynAck.ece() ||
               kSynAck.cwr());
  EXPECT_EQ(kSynAck.bits(), 0x12);
  EXPECT_TRUE(kSynAck.has_any(TcpFlags::kAck | TcpFlags::kRst));
  EXPECT_FALSE(kSynAck.has_all(TcpFlags::kAck | TcpFlags::kRst));
  EXPECT_EQ(kSynAck - TcpFlags::kAck, TcpFlags::kSyn);
  EXPECT_EQ(kSynAck & TcpFlags::kAck, TcpFlags::kAck);
  TcpFlags flags;
  flags |= TcpFlags::kCwr;
  EXPECT_TRUE(flags.cwr());
}

TEST(TcpFlags, ShowAsTcpdumpShowsThem) {
  EXPECT_EQ(TcpFlags().ToText(), "[none]");
  EXPECT_EQ(TcpFlags::kSyn.ToText(), "[S]");
  EXPECT_EQ((TcpFlags::kSyn | TcpFlags::kAck).ToText(), "[S.]");
  EXPECT_EQ((TcpFlags::kFin | TcpFlags::kPsh | TcpFlags::kAck).ToText(), "[FP.]");
  EXPECT_EQ(TcpFlags(0xff).ToText(), "[FSRP.UEW]");
}

}  // namespace
}  // namespace nut::wire
