// The same schedule gives the same bytes on the wire and the same states: for every scenario.
#include <gtest/gtest.h>

#include "test/explore/run.h"
#include "test/explore/scenario.h"
#include "test/explore/strategies/pct.h"
#include "test/explore/strategies/random.h"

namespace nut::explore {
namespace {

class Determinism : public testing::TestWithParam<Scenario> {
 protected:
  void Replays(const RunReport& first) {
    const RunReport second = RunSchedule(GetParam(), {}, first.schedule);
    EXPECT_EQ(second.schedule, first.schedule);
    EXPECT_EQ(second.steps, first.steps);
    EXPECT_EQ(second.wire_hash, first.wire_hash);
    EXPECT_EQ(second.state_hash, first.state_hash);
    EXPECT_EQ(second.allocations, first.allocations);
    EXPECT_EQ(second.fault.has_value(), first.fault.has_value());
  }
};

TEST_P(Determinism, ScheduleOfRandomRunsReplay) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    RandomStrategy random(seed);
    Replays(RunScenario(GetParam(), {}, random));
  }
}

TEST_P(Determinism, SchedulesOfPctRunsReplay) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    PctStrategy pct(seed, 3, 100);
    Replays(RunScenario(GetParam(), {}, pct));
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Determinism,
                         testing::ValuesIn(AllScenarios().begin(), AllScenarios().end()),
                         [](const testing::TestParamInfo<Scenario>& info) {
                           std::string name(info.param.name);
                           for (char& letter : name)
                             if (letter == '-' || letter == '/') letter = '_';
                           return name;
                         });

TEST(Seed, OfTheWorldMatters) {
  const Scenario& scenario = *FindScenario("connect-refused");
  const RunReport one = RunSchedule(scenario, {.seed = "1"}, {});
  const RunReport other = RunSchedule(scenario, {.seed = "2"}, {});
  EXPECT_NE(one.wire_hash, other.wire_hash) << "initial sequence numbers differ";
}

}  // namespace
}  // namespace nut::explore
