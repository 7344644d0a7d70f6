// Exhaustive search on real scenarios: the reduction loses no state, and parts make up the whole.
#include <gtest/gtest.h>

#include <set>

#include "stack/base/invariant.h"
#include "test/explore/run.h"
#include "test/explore/scenario.h"
#include "test/explore/search.h"
#include "test/explore/self/watching.h"
#include "test/explore/strategies/exhaustive.h"

namespace nut::explore {
namespace {

// Small spaces, with a few hundred or thousand schedules.
constexpr std::string_view kScenarios[] = {"close-during-retransmit", "close-in-syn-sent", "connect-refused"};

const Scenario& Find(std::string_view name) {
  const Scenario* const scenario = FindScenario(name);
  NUT_INVARIANT(scenario != nullptr, "a scenario of this test is gone");
  return *scenario;
}

class Space : public testing::TestWithParam<std::string_view> {};

uint64_t Explore(const Scenario& scenario, bool reduce, std::set<uint64_t>& states) {
  ExhaustiveStrategy strategy({.bound = {1, 0, ExhaustiveOptions::kFree}, .reduce = reduce});
  uint64_t runs = 0;
  do {
    Watching watching(strategy, states);
    const RunReport report = RunScenario(scenario, {}, watching);
    EXPECT_FALSE(report.fault) << report.schedule.ToText() << ": " << report.fault->text;
    ++runs;
  } while (strategy.Next() && runs < 30'000);
  EXPECT_LT(runs, 30'000u);
  return runs;
}

TEST_P(Space, TheReductionLosesNoState) {
  std::set<uint64_t> all;
  std::set<uint64_t> reduced;
  const uint64_t runs = Explore(Find(GetParam()), false, all);
  EXPECT_LE(Explore(Find(GetParam()), true, reduced), runs);
  EXPECT_EQ(reduced, all);
}

TEST_P(Space, PartsMakeUpTheWhole) {
  SearchOptions options{
      .kind = SearchOptions::Kind::kExhaustive, .preemptions = 1, .disorders = 0, .reduce = false};
  const SearchReport whole = Search(Find(GetParam()), options);
  EXPECT_TRUE(whole.complete);
  EXPECT_FALSE(whole.finding);
  EXPECT_EQ(whole.foreign, 0u);
  options.shards = 3;
  uint64_t sum = 0;
  for (options.shard = 0; options.shard < options.shards; ++options.shard) {
    const SearchReport part = Search(Find(GetParam()), options);
    EXPECT_TRUE(part.complete);
    sum += part.runs - part.foreign - part.redundant;
  }
  EXPECT_EQ(sum, whole.runs);
}

TEST_P(Space, BoundedOrdersAreAPartOfFreeOnes) {
  SearchOptions options{.kind = SearchOptions::Kind::kExhaustive, .preemptions = 2, .disorders = 1};
  uint64_t last = 0;
  for (options.orders = 0; options.orders <= 1; ++options.orders) {
    const SearchReport report = Search(Find(GetParam()), options);
    EXPECT_TRUE(report.complete);
    EXPECT_FALSE(report.finding);
    EXPECT_EQ(report.redundant, 0u);
    EXPECT_GT(report.runs, last);
    last = report.runs;
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Space, testing::ValuesIn(kScenarios),
                         [](const testing::TestParamInfo<std::string_view>& info) {
                           std::string name(info.param);
                           for (char& letter : name)
                             if (letter == '-') letter = '_';
                           return name;
                         });

TEST(Search, SeedsAreSharedOutWithoutGapsOrOverlaps) {
  const Scenario& scenario = Find("connect-refused");
  SearchOptions options{.first_seed = 10, .seeds = 25};
  uint64_t runs = 0;
  options.shards = 4;
  for (options.shard = 0; options.shard < options.shards; ++options.shard) {
    const SearchReport report = Search(scenario, options);
    EXPECT_TRUE(report.complete);
    runs += report.runs;
  }
  EXPECT_EQ(runs, 25u);
}

TEST(Search, StopsAtItsLimits) {
  const Scenario& scenario = Find("connect-refused");
  const SearchReport few = Search(scenario, {.seeds = 1'000'000, .maximum_runs = 7});
  EXPECT_EQ(few.runs, 7u);
  EXPECT_FALSE(few.complete);
  const SearchReport brief =
      Search(scenario, {.seeds = 1'000'000'000, .maximum_time = std::chrono::milliseconds(50)});
  EXPECT_FALSE(brief.complete);
  int asked = 0;
  const SearchReport stopped = Search(scenario, {.seeds = 1'000'000, .stop = [&] { return ++asked == 4; }});
  EXPECT_EQ(stopped.runs, 3u);
}

}  // namespace
}  // namespace nut::explore
