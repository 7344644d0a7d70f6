#include "stack/wire/checksum.h"

#include <gtest/gtest.h>

#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

// RFC 1071 read aloud: 16-bit words one after the other, an odd byte padded, carries brought back at once.
uint16_t ReferenceSum(ByteView bytes, uint32_t sum = 0) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    sum += i % 2 == 0 ? uint32_t{bytes[i]} << 8 : bytes[i];
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<uint16_t>(sum);
}

TEST(Checksum, KnowsTheExampleOfRfc1071) {
  const Bytes bytes = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(PartialSum(bytes), 0xddf2u);
  EXPECT_EQ(Checksum(bytes), 0x220d);
}

TEST(Checksum, OfNothingIsAllOnes) {
  EXPECT_EQ(PartialSum({}), 0u);
  EXPECT_EQ(Checksum({}), 0xffff);
}

TEST(Checksum, AgreesWithTheReferenceAtAllAlignmentsAndLengthsTo3000) {
  Rng rng("checksum");
  const Bytes bytes = RandomBytes(rng, 3000 + 64);
  for (size_t length = 0; length <= 3000; ++length) {
    // Lengths above a few vectors differ only in their tails: all alignments of a vector for the short ones.
    const size_t alignments = length < 300 ? 33 : 9;
    const ByteView at_zero = ByteView(bytes).first(length);
    ASSERT_EQ(PartialSum(at_zero), ReferenceSum(at_zero)) << length;
    for (size_t alignment = 1; alignment < alignments; ++alignment) {
      const ByteView view = ByteView(bytes).subspan(alignment, length);
      ASSERT_EQ(PartialSum(view), ReferenceSum(view)) << "alignment " << alignment << " length " << length;
    }
  }
}

TEST(Checksum, AgreesWithTheReferenceWhereEveryWordCarries) {
  const Bytes ones(65536, 0xff);
  for (const size_t length : {1u, 2u, 7u, 8u, 31u, 255u, 256u, 257u, 1460u, 65535u, 65536u}) {
    const ByteView view = ByteView(ones).first(length);
    EXPECT_EQ(PartialSum(view), ReferenceSum(view)) << length;
    EXPECT_EQ(PartialSum(view, 0xffff), ReferenceSum(view, 0xffff)) << length;
  }
}

TEST(Checksum, AgreesWithLibtins) {
  Rng rng("checksum against libtins");
  for (int i = 0; i < 3000; ++i) {
    const Bytes bytes = RandomBytes(rng, rng.Below(1600) & ~uint64_t{1});
    // libtins sums words in the host's order and leaves the carries to its caller.
    const uint16_t theirs = Fold(Tins::Utils::sum_range(bytes.data(), bytes.data() + bytes.size()));
    EXPECT_EQ(PartialSum(bytes), __builtin_bswap16(theirs)) << bytes.size();
  }
}

TEST(Checksum, OfAKnownSizeIsTheSame) {
  Rng rng("known size");
  for (int i = 0; i < 1000; ++i) {
    Bytes bytes = RandomBytes(rng, 64 + 3);
    if (i % 10 == 0) std::ranges::fill(bytes, uint8_t{0xff});  // every word carries
    const uint8_t* p = bytes.data() + i % 4;                   // at any alignment
    EXPECT_EQ(SumOf<4>(p), ReferenceSum({p, 4}));
    EXPECT_EQ(SumOf<16>(p), ReferenceSum({p, 16}));
    EXPECT_EQ(SumOf<20>(p), ReferenceSum({p, 20}));
    EXPECT_EQ(SumOf<64>(p), ReferenceSum({p, 64}));
  }
}

TEST(Checksum, SeedContinuesASum) {
  Rng rng("seed");
  for (int i = 0; i < 1000; ++i) {
    const Bytes bytes = RandomBytes(rng, 2 + rng.Below(500));
    const size_t cut = rng.Below(bytes.size()) & ~uint64_t{1};
    const uint32_t front = PartialSum(ByteView(bytes).first(cut));
    EXPECT_EQ(PartialSum(ByteView(bytes).subspan(cut), front), PartialSum(bytes));
  }
}

TEST(Checksum, BytesWithTheirChecksumSumToZero) {
  Rng rng("zero");
  for (int i = 0; i < 1000; ++i) {
    Bytes bytes = RandomBytes(rng, 2 + 2 * rng.Below(200));
    StoreBe16(bytes.data(), 0);
    StoreBe16(bytes.data(), Checksum(bytes));
    EXPECT_EQ(Checksum(bytes), 0);
    bytes[rng.Below(bytes.size())] ^= static_cast<uint8_t>(1 + rng.Below(255));
    EXPECT_NE(Checksum(bytes), 0);
  }
}

TEST(InternetChecksum, ChunksOfAnyLengthGiveTheWholesSum) {
  Rng rng("chunks");
  for (int i = 0; i < 2000; ++i) {
    const Bytes bytes = RandomBytes(rng, rng.Below(700));
    InternetChecksum checksum;
    for (ByteView rest = bytes; !rest.empty();) {
      const size_t size = std::min<size_t>(rest.size(), rng.Below(40));  // empty chunks too
      checksum.Add(rest.first(size));
      rest = rest.subspan(size);
    }
    ASSERT_EQ(checksum.sum(), ReferenceSum(bytes));
    ASSERT_EQ(checksum.Finish(), Checksum(bytes));
  }
}

TEST(InternetChecksum, StartsFromASeed) {
  const Bytes bytes = {1, 2, 3};
  InternetChecksum checksum(0x1ffff);
  checksum.Add(bytes);
  EXPECT_EQ(checksum.sum(), PartialSum(bytes, 0x1ffff));
}

TEST(Fold, BringsCarriesBack) {
  EXPECT_EQ(Fold(0), 0);
  EXPECT_EQ(Fold(0xffff), 0xffff);
  EXPECT_EQ(Fold(0x10000), 1);
  EXPECT_EQ(Fold(0x1fffe), 0xffff);
  EXPECT_EQ(Fold(0xffffffffffffffff), 0xffff);
  EXPECT_EQ(Fold(0xffff0000ffff0001), 1);  // = 1 modulo 2^16 - 1
  EXPECT_EQ(Fold(0xffffffff00000001), 1);
}

TEST(PseudoHeader, AgreesWithLibtins) {
  Rng rng("pseudo header");
  for (int i = 0; i < 1000; ++i) {
    const Ipv4Address source = RandomAddress(rng);
    const Ipv4Address destination = RandomAddress(rng);
    const auto length = static_cast<uint16_t>(rng.Next32());
    const PseudoHeader pseudo{source, destination, IpProtocol::kTcp, length};
    const uint16_t theirs =
        Fold(Tins::Utils::pseudoheader_checksum(ToTins(source), ToTins(destination), length, 6));
    EXPECT_EQ(Fold(pseudo.Sum()), __builtin_bswap16(theirs));
  }
}

}  // namespace
}  // namespace nut::wire
