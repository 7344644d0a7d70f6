#include "apps/storm/protocol.h"

#include <gtest/gtest.h>

#include <vector>

namespace nut::storm {
namespace {

Request Example() {
  return {.kind = Kind::kAbort,
          .ending = Ending::kServerAborts,
          .connection = 0x0102030405060708,
          .request_size = 0x1234,
          .answer_size = 0x5678};
}

TEST(Protocol, AHeaderHasItsOctetsWhereTheyBelong) {
  const RequestHeader header = Encode(Example());
  const RequestHeader expected{'N', 'U', 'T', 'S', 1, 4, 4, 0, 1,    2,    3,    4,    5,    6,    7,    8,
                               0,   0,   0x12, 0x34, 0, 0, 0x56, 0x78, 0xb1, 0xaa, 0xab, 0xac, 0xfe, 0xfb, 0xfb, 0xff};
  EXPECT_EQ(header, expected);
}

TEST(Protocol, AHeaderIsReadBack) { EXPECT_EQ(Decode(Encode(Example())), Example()); }

TEST(Protocol, AnyOctetOfTheFirstEightThatIsWrongIsNoticed) {
  for (size_t i = 0; i < 8; ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      RequestHeader header = Encode(Example());
      header[i] = static_cast<uint8_t>(header[i] ^ (1 << bit));
      EXPECT_EQ(Decode(header), std::nullopt) << "octet " << i << " bit " << bit;
    }
  }
}

TEST(Protocol, SizesHaveLimits) {
  Request request = Example();
  request.answer_size = kLargestContent + 1;
  EXPECT_EQ(Decode(Encode(request)), std::nullopt);
  request.answer_size = 0;
  EXPECT_EQ(Decode(Encode(request)), std::nullopt);
  request.answer_size = kLargestContent;
  request.request_size = kLargestContent + 1;
  EXPECT_EQ(Decode(Encode(request)), std::nullopt);
  request.request_size = 0;
  EXPECT_EQ(Decode(Encode(request)), request);
}

std::vector<uint8_t> WholeContent(uint64_t connection, size_t length) {
  std::vector<uint8_t> octets;
  while (octets.size() < length) {
    const ByteView piece = Content(connection, octets.size(), length - octets.size());
    EXPECT_FALSE(piece.empty());
    octets.insert(octets.end(), piece.begin(), piece.end());
  }
  return octets;
}

TEST(Content, IsTheSameInWhateverPieces) {
  const auto whole = WholeContent(7, 100000);
  for (const size_t offset : {0, 1, 8190, 8191, 16383, 99999}) {
    const ByteView piece = Content(7, offset, 1);
    EXPECT_EQ(piece[0], whole[offset]) << offset;
  }
  EXPECT_TRUE(IsContent(7, 0, whole));
  EXPECT_TRUE(IsContent(7, 5000, ByteView(whole).subspan(5000)));
}

TEST(Content, OneWrongOctetIsNoticed) {
  auto octets = WholeContent(7, 20000);
  for (const size_t place : {0, 4096, 19999}) {
    octets[place] ^= 1;
    EXPECT_FALSE(IsContent(7, 0, octets)) << place;
    octets[place] ^= 1;
  }
}

TEST(Content, APieceOutOfPlaceIsNoticed) {
  const auto whole = WholeContent(7, 20000);
  for (const size_t shift : {1, 536, 1448, 1460, 4096, 8192}) {
    EXPECT_FALSE(IsContent(7, shift, ByteView(whole).first(100))) << shift;
  }
}

TEST(Content, OfAnotherConnectionIsNoticed) {
  const auto whole = WholeContent(7, 100);
  for (uint64_t other = 8; other < 100; ++other) EXPECT_FALSE(IsContent(other, 0, whole)) << other;
}

}  // namespace
}  // namespace nut::storm
