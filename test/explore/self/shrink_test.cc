// Shrinking: to the minimum that is known.
#include "test/explore/shrink.h"

#include <gtest/gtest.h>

#include <set>

#include "test/explore/self/scenes.h"
#include "test/explore/self/toy.h"
#include "test/explore/strategies/random.h"

namespace nut::explore {
namespace {

std::string ShrunkText(const Schedule& schedule, const ShowsFault& shows_fault) {
  const ShrinkReport report = Shrink(schedule, shows_fault);
  EXPECT_TRUE(report.minimal);
  return report.schedule.ToText();
}

// A first schedule of the scene that shows a fault.
Schedule FindFault(const Scene& scene) {
  for (uint64_t seed = 1; seed < 100'000; ++seed) {
    RandomStrategy random(seed);
    const ToyReport report = RunToy(scene, random);
    if (report.fault && report.schedule.deviations.size() > 3) return report.schedule;
  }
  ADD_FAILURE() << "no fault found";
  return {};
}

TEST(Shrink, LeavesOutWhatIsNotNeeded) {
  Schedule schedule;
  for (uint32_t step = 0; step < 500; ++step) schedule.deviations.push_back({step, 1});
  const auto needs = [](const Schedule& candidate) {
    const std::set<Deviation> has(candidate.deviations.begin(), candidate.deviations.end());
    return has.contains({17, 1}) && has.contains({230, 1}) && has.contains({400, 1});
  };
  EXPECT_EQ(ShrunkText(schedule, needs), "17:1 230:1 400:1");
}

TEST(Shrink, PrefersSmallChoicesAndEarlySteps) {
  const auto any_two = [](const Schedule& candidate) { return candidate.deviations.size() >= 2; };
  EXPECT_EQ(ShrunkText({{{5, 3}, {6, 2}, {7, 2}}}, any_two), "0:1 1:1");
}

TEST(Shrink, ToNothingIfProductionShowsTheFaultToo) {
  EXPECT_EQ(ShrunkText({{{5, 3}, {6, 2}}}, [](const Schedule&) { return true; }), "");
}

TEST(Shrink, StopsAtItsLimitWithWhatItHas) {
  Schedule schedule;
  for (uint32_t step = 0; step < 500; ++step) schedule.deviations.push_back({step, 1});
  const ShrinkReport report = Shrink(
      schedule, [](const Schedule& candidate) { return candidate.deviations.size() >= 100; }, 5);
  EXPECT_FALSE(report.minimal);
  EXPECT_EQ(report.attempts, 5u);
  EXPECT_GE(report.schedule.deviations.size(), 100u);
}

TEST(Shrink, ALostUpdateIsOneDeviation) {
  const Schedule found = FindFault(LostUpdate);
  const ShrinkReport report =
      Shrink(found, [](const Schedule& candidate) { return RunToy(LostUpdate, candidate).fault; });
  EXPECT_TRUE(RunToy(LostUpdate, report.schedule).fault);
  EXPECT_EQ(report.schedule.deviations.size(), 1u) << report.schedule.ToText();
}

TEST(Shrink, AFaultOfDepth3IsTwoDeviations) {
  const Schedule found = FindFault(SeenTwice);
  const ShrinkReport report =
      Shrink(found, [](const Schedule& candidate) { return RunToy(SeenTwice, candidate).fault; });
  EXPECT_TRUE(RunToy(SeenTwice, report.schedule).fault);
  EXPECT_EQ(report.schedule.deviations.size(), 2u) << report.schedule.ToText();
}

}  // namespace
}  // namespace nut::explore
