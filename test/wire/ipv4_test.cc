#include "stack/wire/ipv4.h"

#include <gtest/gtest.h>

#include "stack/wire/checksum.h"
#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

constexpr auto kExperimental = static_cast<IpProtocol>(253);  // RFC 3692: no parser of libtins takes it up

Ipv4Fields RandomFields(Rng& rng) {
  Ipv4Fields fields;
  fields.source = RandomAddress(rng);
  fields.destination = RandomAddress(rng);
  fields.protocol = kExperimental;
  fields.ttl = static_cast<uint8_t>(rng.Next32());
  fields.tos = static_cast<uint8_t>(rng.Next32());
  fields.identification = static_cast<uint16_t>(rng.Next32());
  fields.dont_fragment = rng.Chance(0.5);
  return fields;
}

Bytes Packet(Ipv4Fields fields, ByteView payload) {
  fields.payload_size = payload.size();
  Bytes packet(Ipv4HeaderSize(fields));
  Emit(packet, fields);
  return Concatenate(packet, payload);
}

void MendChecksum(Bytes& packet) {
  StoreBe16(packet.data() + 10, 0);
  StoreBe16(packet.data() + 10, Checksum(ByteView(packet).first(static_cast<size_t>(packet[0] & 15) * 4)));
}

TEST(Ipv4, ReadsWhatLibtinsWrote) {
  Rng rng("ipv4 in");
  for (int i = 0; i < 500; ++i) {
    const Ipv4Fields fields = RandomFields(rng);
    const Bytes payload = RandomBytes(rng, rng.Below(200));
    Tins::IP theirs = Tins::IP(ToTins(fields.destination), ToTins(fields.source)) / Tins::RawPDU(payload);
    theirs.protocol(253);
    theirs.ttl(fields.ttl);
    theirs.tos(fields.tos);
    theirs.id(fields.identification);
    if (fields.dont_fragment) theirs.flags(Tins::IP::DONT_FRAGMENT);
    const Bytes packet = theirs.serialize();
    const auto view = Ipv4View::Parse(packet);
    ASSERT_TRUE(view) << NameOf(view.error());
    EXPECT_EQ(view->source(), fields.source);
    EXPECT_EQ(view->destination(), fields.destination);
    EXPECT_EQ(view->protocol(), kExperimental);
    EXPECT_EQ(view->ttl(), fields.ttl);
    EXPECT_EQ(view->tos(), fields.tos);
    EXPECT_EQ(view->dscp(), fields.tos >> 2);
    EXPECT_EQ(static_cast<uint8_t>(view->ecn()), fields.tos & 3);
    EXPECT_EQ(view->identification(), fields.identification);
    EXPECT_EQ(view->dont_fragment(), fields.dont_fragment);
    EXPECT_FALSE(view->is_fragment());
    EXPECT_EQ(view->header_size(), kIpv4HeaderSize);
    EXPECT_EQ(view->total_length(), packet.size());
    EXPECT_EQ(Copy(view->payload()), payload);
    EXPECT_TRUE(view->options().empty());
    EXPECT_EQ(Packet(fields, payload), packet);
  }
}

TEST(Ipv4, ReadsFragmentsThatLibtinsWrote) {
  for (const size_t offset : {0u, 8u, 1480u, 65528u}) {
    for (const bool more : {false, true}) {
      Tins::IP theirs("198.19.0.10", "198.19.0.1");
      theirs.protocol(253);
      theirs.fragment_offset(static_cast<uint16_t>(offset / 8));
      theirs.flags(more ? Tins::IP::MORE_FRAGMENTS : static_cast<Tins::IP::Flags>(0));
      const Bytes packet = theirs.serialize();
      const auto view = Ipv4View::Parse(packet);
      ASSERT_TRUE(view);
      EXPECT_EQ(view->fragment_offset(), offset);
      EXPECT_EQ(view->more_fragments(), more);
      EXPECT_FALSE(view->dont_fragment());
      EXPECT_EQ(view->is_fragment(), more || offset != 0);
    }
  }
}

TEST(Ipv4, LibtinsReadsWhatWeWrote) {
  Rng rng("ipv4 out");
  for (int i = 0; i < 500; ++i) {
    Ipv4Fields fields = RandomFields(rng);
    fields.fragment_offset = 8 * rng.Below(0x2000);
    fields.more_fragments = rng.Chance(0.5);
    const Bytes options = {7, 3, 4, 1, 1, 1, 1, 1};  // an empty record route, then NOPs
    if (rng.Chance(0.5)) fields.options = options;
    const Bytes payload = RandomBytes(rng, 1 + rng.Below(200));
    Bytes packet = Packet(fields, payload);

    Tins::IP theirs(packet.data(), static_cast<uint32_t>(packet.size()));
    EXPECT_EQ(FromTins(theirs.src_addr()), fields.source);
    EXPECT_EQ(FromTins(theirs.dst_addr()), fields.destination);
    EXPECT_EQ(theirs.protocol(), 253);
    EXPECT_EQ(theirs.ttl(), fields.ttl);
    EXPECT_EQ(theirs.tos(), fields.tos);
    EXPECT_EQ(theirs.id(), fields.identification);
    EXPECT_EQ(theirs.tot_len(), packet.size());
    EXPECT_EQ(theirs.head_len() * 4u, kIpv4HeaderSize + fields.options.size());
    EXPECT_EQ(theirs.fragment_offset() * 8u, fields.fragment_offset);
    EXPECT_EQ((theirs.flags() & Tins::IP::DONT_FRAGMENT) != 0, fields.dont_fragment);
    EXPECT_EQ((theirs.flags() & Tins::IP::MORE_FRAGMENTS) != 0, fields.more_fragments);
    // Written again by libtins, checksum included, it is the same packet; with options, libtins 4.4
    // overwrites the first byte behind them.
    if (fields.options.empty()) {
      EXPECT_EQ(theirs.serialize(), packet);
    }
    const ByteView header = ByteView(packet).first(Ipv4HeaderSize(fields));
    EXPECT_EQ(Fold(Tins::Utils::sum_range(header.data(), header.data() + header.size())), 0xffff);
  }
}

TEST(Ipv4, PadsOptionsWithEndOfList) {
  const Bytes options = {1, 7, 3, 4, 1};
  Ipv4Fields fields;
  fields.options = options;
  EXPECT_EQ(Ipv4HeaderSize(fields), 28u);
  Bytes packet(28, 0xaa);
  Emit(packet, fields);
  const auto view = Ipv4View::Parse(packet);
  ASSERT_TRUE(view);
  EXPECT_EQ(Copy(view->options()), (Bytes{1, 7, 3, 4, 1, 0, 0, 0}));
  EXPECT_EQ(view->header().size(), 28u);
}

TEST(Ipv4, RefusesEveryTruncation) {
  const Bytes options = {148, 4, 0, 0};
  Ipv4Fields fields;
  fields.options = options;
  const Bytes packet = Packet(fields, Bytes(40, 7));
  for (size_t size = 0; size < packet.size(); ++size) {
    const Bytes cut = Copy(ByteView(packet).first(size));
    const auto reason = size < 24 ? DropReason::kIpTruncated : DropReason::kIpBadTotalLength;
    EXPECT_EQ(Ipv4View::Parse(cut).error(), reason) << size;
  }
  EXPECT_TRUE(Ipv4View::Parse(packet));
}

TEST(Ipv4, CutsThePaddingOfAShortFrame) {
  Bytes frame = Packet({}, Bytes{1, 2, 3});
  frame.resize(46, 0xee);
  const auto view = Ipv4View::Parse(frame);
  ASSERT_TRUE(view);
  EXPECT_EQ(Copy(view->payload()), (Bytes{1, 2, 3}));
  EXPECT_EQ(view->packet().size(), 23u);
}

TEST(Ipv4, RefusesEveryOtherVersion) {
  for (int version = 0; version < 16; ++version) {
    if (version == 4) continue;
    Bytes packet = Packet({}, Bytes(8));
    packet[0] = static_cast<uint8_t>(version << 4 | 5);
    MendChecksum(packet);
    EXPECT_EQ(Ipv4View::Parse(packet).error(), DropReason::kIpBadVersion) << version;
    EXPECT_EQ(Ipv4View::ParseQuoted(packet).error(), DropReason::kIpBadVersion) << version;
  }
}

TEST(Ipv4, RefusesHeaderLengthsBelowFiveWordsOrPastTheFrame) {
  for (int words = 0; words < 16; ++words) {
    Bytes packet = Packet({}, Bytes(16));  // 36 bytes: room for 9 words
    packet[0] = static_cast<uint8_t>(0x40 | words);
    if (words >= 5 && words <= 9) MendChecksum(packet);
    const auto view = Ipv4View::Parse(packet);
    if (words < 5) {
      EXPECT_EQ(view.error(), DropReason::kIpBadHeaderLength) << words;
    } else if (words > 9) {
      EXPECT_EQ(view.error(), DropReason::kIpTruncated) << words;
    } else {
      ASSERT_TRUE(view) << words;
      EXPECT_EQ(view->header_size(), 4u * words);
      EXPECT_EQ(view->payload().size(), 36 - 4u * words);
    }
  }
}

TEST(Ipv4, RefusesTotalLengthsThatLie) {
  for (size_t length = 0; length < 65536; length += length < 100 ? 1 : 997) {
    Bytes packet = Packet({}, Bytes(30));
    StoreBe16(packet.data() + 2, static_cast<uint16_t>(length));
    MendChecksum(packet);
    const auto view = Ipv4View::Parse(packet);
    if (length >= 20 && length <= 50) {
      ASSERT_TRUE(view) << length;
      EXPECT_EQ(view->payload().size(), length - 20);
    } else {
      EXPECT_EQ(view.error(), DropReason::kIpBadTotalLength) << length;
    }
  }
}

TEST(Ipv4, NoticesEveryFlippedBitOfTheHeader) {
  const Bytes options = {148, 4, 0, 0};
  Ipv4Fields fields;
  fields.options = options;
  const Bytes packet = Packet(fields, Bytes(10));
  for (size_t bit = 0; bit < 24 * 8; ++bit) {
    Bytes damaged = packet;
    damaged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_FALSE(Ipv4View::Parse(damaged)) << bit;
  }
}

TEST(Ipv4Quoted, AcceptsACutPacketWithAStaleChecksum) {
  Bytes packet = Packet({.source = Ipv4Address(198, 19, 0, 10), .protocol = IpProtocol::kTcp}, Bytes(100, 5));
  packet[8] = 1;  // the TTL counts down on the way
  packet.resize(28);
  EXPECT_FALSE(Ipv4View::Parse(packet));
  const auto view = Ipv4View::ParseQuoted(packet);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->source(), Ipv4Address(198, 19, 0, 10));
  EXPECT_EQ(view->total_length(), 120);
  EXPECT_EQ(view->payload().size(), 8u);
}

TEST(Ipv4Quoted, RefusesACutHeaderAndCutsWhatFollowsThePacket) {
  const Bytes options(40, 1);
  Ipv4Fields fields;
  fields.options = options;
  Bytes packet = Packet(fields, Bytes(8));
  for (size_t size = 0; size < 60; ++size) {
    const Bytes cut = Copy(ByteView(packet).first(size));
    EXPECT_EQ(Ipv4View::ParseQuoted(cut).error(), DropReason::kIpTruncated) << size;
  }
  packet.resize(128);  // RFC 4884 pads the quoted packet to 128 bytes
  EXPECT_EQ(Ipv4View::ParseQuoted(packet)->payload().size(), 8u);
}

TEST(Ipv4DeathTest, EmittingWhatCannotBeIsAFaultOfOurs) {
  Bytes out(60);
  const Bytes options(41, 1);
  EXPECT_DEATH(Emit(out, Ipv4Fields{.payload_size = 65516}), "too long");
  EXPECT_DEATH(Emit(out, Ipv4Fields{.fragment_offset = 4}), "fragment offset");
  EXPECT_DEATH(Emit(out, Ipv4Fields{.options = options}), "options too long");
  EXPECT_DEATH(Emit(MutableByteView(out).first(19), Ipv4Fields{}), "no room");
}

}  // namespace
}  // namespace nut::wire
