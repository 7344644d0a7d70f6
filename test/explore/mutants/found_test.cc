// Every mutant is found by the explorer, at random and by PCT; the schedule that shows it can be replayed,
// and shows nothing in the stack as it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>

#include "test/explore/mutants/finder.h"
#include "test/explore/mutants/hunts.h"

namespace nut::explore {
namespace {

using Kind = SearchOptions::Kind;

constexpr Limits kLimits{.schedules = 20'000, .time = std::chrono::seconds(60)};

class FoundTest : public testing::TestWithParam<std::tuple<Hunt, Kind>> {};

TEST_P(FoundTest, AndNotWithoutTheMutant) {
  const auto [hunt, kind] = GetParam();
  const Quarry quarry{.mutant = hunt.mutant, .scenario = FindScenario(hunt.scenario), .kind = kind};
  ASSERT_NE(quarry.scenario, nullptr);
  const auto found = Find(quarry, 1, kLimits);
  ASSERT_TRUE(found.has_value());
  RecordProperty("schedules", std::to_string(found->schedules));
  EXPECT_NE(found->fault.kind, FaultKind::kEndless) << found->fault.text;

  const auto again = Show(quarry, found->schedule);
  ASSERT_TRUE(again.has_value()) << "cannot be replayed: " << found->schedule.ToText();
  EXPECT_EQ(again->kind, found->fault.kind);
  const auto without = Show({.mutant = Mutant::kNone, .scenario = quarry.scenario}, found->schedule);
  EXPECT_FALSE(without.has_value()) << without->text;
}

INSTANTIATE_TEST_SUITE_P(Mutants, FoundTest,
                         testing::Combine(testing::ValuesIn(AllHunts().begin(), AllHunts().end()),
                                          testing::Values(Kind::kRandom, Kind::kPct)),
                         [](const auto& test) {
                           return std::string(NameOf(std::get<Hunt>(test.param).mutant)) +
                                  (std::get<Kind>(test.param) == Kind::kPct ? "_pct" : "_random");
                         });

TEST(Hunts, EveryMutantIsHunted) {
  for (const Mutant mutant : AllMutants()) {
    EXPECT_TRUE(std::any_of(AllHunts().begin(), AllHunts().end(), [&](const Hunt& hunt) {
      return hunt.mutant == mutant;
    })) << NameOf(mutant);
  }
}

}  // namespace
}  // namespace nut::explore
