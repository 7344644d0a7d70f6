#include "stack/wire/ecn.h"

#include <gtest/gtest.h>

#include <vector>

namespace nut::wire {
namespace {

constexpr Ecn kAll[] = {Ecn::kNotEct, Ecn::kEct1, Ecn::kEct0, Ecn::kCe};

// As reassembly does it: one after the other.
std::optional<Ecn> CombineAll(const std::vector<Ecn>& pieces) {
  std::optional<Ecn> whole = pieces.front();
  for (size_t i = 1; whole && i < pieces.size(); ++i) whole = CombineEcn(*whole, pieces[i]);
  return whole;
}

TEST(EcnTest, Rfc3168_5_TheCodepointIsInTheTwoLowBits) {
  EXPECT_EQ(EcnOf(0xb8), Ecn::kNotEct);
  EXPECT_EQ(EcnOf(0xb9), Ecn::kEct1);
  EXPECT_EQ(EcnOf(0xba), Ecn::kEct0);
  EXPECT_EQ(EcnOf(0xff), Ecn::kCe);
}

TEST(EcnTest, AnotherCodepointLeavesTheDscpAlone) {
  for (unsigned tos = 0; tos < 256; ++tos) {
    for (const Ecn ecn : kAll) {
      const uint8_t changed = WithEcn(static_cast<uint8_t>(tos), ecn);
      EXPECT_EQ(changed >> 2, tos >> 2);
      EXPECT_EQ(EcnOf(changed), ecn);
    }
  }
}

TEST(EcnTest, Rfc3168_5_3_EqualPiecesKeepTheirCodepoint) {
  for (const Ecn ecn : kAll) EXPECT_EQ(CombineAll({ecn, ecn, ecn}), ecn);
}

// "if any fragment of an IP packet to be reassembled has the CE codepoint set …": CE on the whole, or none.
TEST(EcnTest, Rfc3168_5_3_CongestionIsNeverLostAndNeverToldToTheIncapable) {
  for (const Ecn a : kAll) {
    for (const Ecn b : kAll) {
      for (const Ecn c : kAll) {
        const auto has = [&](Ecn ecn) { return a == ecn || b == ecn || c == ecn; };
        const std::optional<Ecn> whole = CombineAll({a, b, c});
        if (!has(Ecn::kCe)) {
          ASSERT_TRUE(whole.has_value());
          EXPECT_NE(*whole, Ecn::kCe);
          EXPECT_EQ(*whole == Ecn::kNotEct, has(Ecn::kNotEct));
        } else if (has(Ecn::kNotEct)) {
          EXPECT_FALSE(whole.has_value());
        } else {
          EXPECT_EQ(whole, Ecn::kCe);
        }
      }
    }
  }
}

TEST(EcnTest, TheOrderOfThePiecesDoesNotMatter) {
  for (const Ecn a : kAll) {
    for (const Ecn b : kAll) {
      for (const Ecn c : kAll) {
        EXPECT_EQ(CombineAll({a, b, c}), CombineAll({c, a, b}));
        EXPECT_EQ(CombineAll({a, b, c}), CombineAll({b, a, c}));
      }
    }
  }
}

}  // namespace
}  // namespace nut::wire
