// Every scenario against our stack as it is: no fault in production's order, none in two hundred random ones,
// none with any one allocation refused; and equal seeds give equal runs.
#include <gtest/gtest.h>

#include <algorithm>

#include "test/explore/run.h"
#include "test/explore/strategies/random.h"

namespace nut::explore {
namespace {

constexpr uint64_t kSeeds = 200;

std::string Show(const RunReport& report) {
  if (!report.fault) return "no fault";
  return std::string(NameOf(report.fault->kind)) + ": " + report.fault->text + "\nschedule: \"" +
         report.schedule.ToText() + "\"";
}

class Scenarios : public testing::TestWithParam<Scenario> {};

TEST_P(Scenarios, EndWithoutFaultInProductionsOrder) {
  const RunReport report = RunSchedule(GetParam(), {}, {});
  EXPECT_FALSE(report.fault.has_value()) << Show(report);
  EXPECT_GT(report.steps, 0u) << "there is nothing to decide";
}

TEST_P(Scenarios, EndWithoutFaultInRandomOrders) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    RandomStrategy strategy(seed);
    const RunReport report = RunScenario(GetParam(), {.seed = std::to_string(seed)}, strategy);
    ASSERT_FALSE(report.fault.has_value()) << "seed " << seed << ": " << Show(report);
  }
}

TEST_P(Scenarios, SurviveTheFailureOfAnyAllocation) {
  uint64_t allocations = RunSchedule(GetParam(), {}, {}).allocations;
  EXPECT_GT(allocations, 4u) << "nothing is counted as an allocation";
  for (uint64_t refused = 1; refused <= allocations; ++refused) {
    const RunReport report = RunSchedule(GetParam(), {.fail_allocation = refused}, {});
    ASSERT_FALSE(report.fault.has_value()) << "allocation " << refused << ": " << Show(report);
    allocations = std::max(allocations, report.allocations);
  }
}

TEST_P(Scenarios, AreTheSameRunForTheSameSeed) {
  for (const uint64_t seed : {7, 8}) {
    RandomStrategy first(seed), second(seed);
    const RunReport one = RunScenario(GetParam(), {.seed = std::to_string(seed)}, first);
    const RunReport other = RunScenario(GetParam(), {.seed = std::to_string(seed)}, second);
    EXPECT_EQ(one.schedule, other.schedule);
    EXPECT_EQ(one.wire_hash, other.wire_hash);
    EXPECT_EQ(one.state_hash, other.state_hash);
    // And the schedule alone gives it again.
    const RunReport replayed = RunSchedule(GetParam(), {.seed = std::to_string(seed)}, one.schedule);
    EXPECT_EQ(one.wire_hash, replayed.wire_hash);
    EXPECT_EQ(one.state_hash, replayed.state_hash);
  }
}

std::string TestNameOf(const testing::TestParamInfo<Scenario>& info) {
  std::string name(info.param.name);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '/'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Scenarios, testing::ValuesIn(AllScenarios().begin(), AllScenarios().end()),
                         TestNameOf);

TEST(ScenarioTable, FindsByNameAndByNearlyTheName) {
  EXPECT_NE(FindScenario("two-closers"), nullptr);
  EXPECT_TRUE(FindScenario("two-closers/arp")->arp_fails);
  EXPECT_EQ(FindScenario("two-openers"), nullptr);
  EXPECT_EQ(NearestScenario("tow-closer").name, "two-closers");
}

}  // namespace
}  // namespace nut::explore
