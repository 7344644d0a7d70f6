// The statistics of impairment over 100,000 draws. Seeds are fixed, so a test that passes once passes always;
// bounds are four standard deviations wide, so that any other seed would pass as well.
#include "stack/link/impairment_dice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace nut::link {
namespace {

constexpr size_t kDraws = 100'000;
constexpr size_t kSize = 60;

std::vector<ImpairmentDecision> Throw(const ImpairmentOptions& options, std::string_view seed = "dice",
                                      size_t draws = kDraws) {
  ImpairmentDice dice{Rng(seed)};
  std::vector<ImpairmentDecision> decisions;
  for (size_t i = 0; i < draws; ++i) decisions.push_back(dice.Throw(options, kSize));
  return decisions;
}

template <typename Predicate>
void ExpectShare(const std::vector<ImpairmentDecision>& decisions, double share, Predicate predicate) {
  const auto count = static_cast<double>(std::count_if(decisions.begin(), decisions.end(), predicate));
  const auto n = static_cast<double>(decisions.size());
  EXPECT_NEAR(count / n, share, 4 * std::sqrt(share * (1 - share) / n));
}

bool Lost(const ImpairmentDecision& decision) { return decision.drop != DropReason::kNone; }

class ImpairmentShare : public ::testing::TestWithParam<double> {};

TEST_P(ImpairmentShare, OfLossIsWhatWasAskedFor) {
  const auto decisions = Throw({.loss = GetParam()});
  ExpectShare(decisions, GetParam(), Lost);
  for (const auto& decision : decisions) {
    EXPECT_EQ(decision.drop, Lost(decision) ? DropReason::kImpairLoss : DropReason::kNone);
  }
}

TEST_P(ImpairmentShare, OfDuplicationIsWhatWasAskedFor) {
  ExpectShare(Throw({.duplicate = GetParam()}), GetParam(), [](const auto& d) { return d.duplicated; });
}

TEST_P(ImpairmentShare, OfReorderingIsWhatWasAskedFor) {
  ExpectShare(Throw({.reorder = GetParam()}), GetParam(), [](const auto& d) { return d.reordered; });
}

TEST_P(ImpairmentShare, OfCorruptionIsWhatWasAskedFor) {
  ExpectShare(Throw({.corrupt = GetParam()}), GetParam(),
              [](const auto& d) { return d.corrupted_bit.has_value(); });
}

INSTANTIATE_TEST_SUITE_P(Shares, ImpairmentShare, ::testing::Values(0.0, 0.001, 0.01, 0.2, 0.5, 1.0));

TEST(ImpairmentDice, LossesAreIndependentOfEachOther) {
  const auto decisions = Throw({.loss = 0.2});
  std::vector<ImpairmentDecision> after_a_loss;
  for (size_t i = 1; i < decisions.size(); ++i) {
    if (Lost(decisions[i - 1])) after_a_loss.push_back(decisions[i]);
  }
  ExpectShare(after_a_loss, 0.2, Lost);
}

TEST(ImpairmentDice, BurstsAreAsLongAndAsOftenAsGilbertSays) {
  struct Case {
    double enter, recover;
  };
  for (const auto [enter, recover] : {Case{0.01, 0.25}, Case{0.05, 0.5}, Case{0.002, 0.1}, Case{0.3, 1.0}}) {
    SCOPED_TRACE(testing::Message() << "P " << enter << ", R " << recover);
    const auto decisions = Throw({.burst = {.enter = enter, .recover = recover}});
    double bursts = 0, lost = 0;
    for (size_t i = 0; i < decisions.size(); ++i) {
      if (!Lost(decisions[i])) continue;
      EXPECT_EQ(decisions[i].drop, DropReason::kImpairBurstLoss);
      ++lost;
      if (i == 0 || !Lost(decisions[i - 1])) ++bursts;
    }
    // Lengths are geometric: mean 1 / R, standard deviation sqrt(1 - R) / R.
    EXPECT_NEAR(lost / bursts, 1 / recover, 4 * std::sqrt(1 - recover) / recover / std::sqrt(bursts) + 1e-9);
    // A cycle is a burst and a gap; its length's variance is the sum of both.
    const double cycle = 1 / enter + 1 / recover;
    const double deviation = std::sqrt((1 - enter) / (enter * enter) + (1 - recover) / (recover * recover));
    const double cycles = kDraws / cycle;
    EXPECT_NEAR(bursts, cycles, 4 * std::sqrt(cycles) * deviation / cycle);
  }
}

TEST(ImpairmentDice, DelayIsUniformAroundItsMiddle) {
  const auto decisions = Throw({.delay = 20ms, .jitter = 5ms});
  std::array<size_t, 10> tenths{};
  double sum = 0;
  for (const auto& decision : decisions) {
    ASSERT_GE(decision.delay, 15ms);
    ASSERT_LE(decision.delay, 25ms);
    ++tenths[std::min<size_t>((decision.delay - 15ms) / 1ms, 9)];
    sum += static_cast<double>(decision.delay.count());
  }
  EXPECT_NEAR(sum / kDraws, 20e6, 4 * (10e6 / std::sqrt(12.0)) / std::sqrt(kDraws));
  for (const size_t count : tenths) EXPECT_NEAR(count, kDraws / 10.0, 4 * std::sqrt(kDraws * 0.1 * 0.9));
}

TEST(ImpairmentDice, DelayIsNeverNegative) {
  for (const auto& decision : Throw({.delay = 1ms, .jitter = 10ms})) ASSERT_GE(decision.delay, 0ms);
}

TEST(ImpairmentDice, EveryBitIsTurnedEquallyOften) {
  std::vector<size_t> bits(kSize * 8);
  for (const auto& decision : Throw({.corrupt = 1})) {
    ASSERT_TRUE(decision.corrupted_bit);
    ASSERT_LT(*decision.corrupted_bit, bits.size());
    ++bits[*decision.corrupted_bit];
  }
  // Chi-squared over 480 bits: mean 479, standard deviation sqrt(2 * 479).
  const double expected = static_cast<double>(kDraws) / static_cast<double>(bits.size());
  double chi = 0;
  for (const size_t count : bits) chi += (count - expected) * (count - expected) / expected;
  EXPECT_NEAR(chi, 479, 4 * std::sqrt(2 * 479.0));
}

TEST(ImpairmentDice, TheSameSeedDecidesTheSame) {
  const ImpairmentOptions options{
      .loss = 0.1, .duplicate = 0.1, .corrupt = 0.1, .reorder = 0.1, .jitter = 1ms};
  const auto one = Throw(options, "seed", 1000), two = Throw(options, "seed", 1000),
             other = Throw(options, "other", 1000);
  size_t different = 0;
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].ToText(), two[i].ToText());
    EXPECT_EQ(one[i].delay, two[i].delay);
    EXPECT_EQ(one[i].draw, i + 1);
    if (one[i].ToText() != other[i].ToText()) ++different;
  }
  EXPECT_GT(different, 100u);
}

TEST(ImpairmentDice, OneEffectDoesNotShiftAnother) {
  const auto alone = Throw({.loss = 0.1}, "seed", 5000);
  const auto together =
      Throw({.loss = 0.1, .duplicate = 0.5, .corrupt = 0.5, .reorder = 0.5, .jitter = 1ms}, "seed", 5000);
  for (size_t i = 0; i < alone.size(); ++i) EXPECT_EQ(alone[i].drop, together[i].drop) << i;
}

TEST(ImpairmentDecision, SaysWhatHappenedByNameAndDraw) {
  EXPECT_EQ(ImpairmentDecision{.draw = 3}.ToText(), "");
  EXPECT_EQ((ImpairmentDecision{.draw = 3, .delay = 5ms}.ToText()), "") << "delay alone changes nothing";
  EXPECT_EQ((ImpairmentDecision{.draw = 17, .drop = DropReason::kImpairLoss}.ToText()),
            "impair: loss, draw 17");
  EXPECT_EQ((ImpairmentDecision{.draw = 18, .corrupted_bit = 93, .duplicated = true}.ToText()),
            "impair: corrupt bit 93, duplicate, draw 18");
  EXPECT_EQ((ImpairmentDecision{.draw = 19, .reordered = true}.ToText()), "impair: reorder, draw 19");
}

}  // namespace
}  // namespace nut::link
