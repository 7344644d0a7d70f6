#include "apps/storm/plan.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>

namespace nut::storm {
namespace {

TEST(Planner, SameSeedAndNumberGiveTheSamePlan) {
  const Planner one("4711", Mix::Default(), {1, 4096});
  const Planner same("4711", Mix::Default(), {1, 4096});
  const Planner other("4712", Mix::Default(), {1, 4096});
  int different = 0;
  for (uint64_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(one.PlanOf(i).request, same.PlanOf(i).request);
    different += one.PlanOf(i).request != other.PlanOf(i).request;
  }
  EXPECT_GT(different, 990);
}

TEST(Planner, KindsComeUpAsOftenAsTheirWeightsSay) {
  constexpr uint64_t kCount = 100000;
  const Planner planner("1", Mix::Default(), {1, 4096});
  std::array<uint64_t, kKindCount> counts{};
  for (uint64_t i = 0; i < kCount; ++i) ++counts[static_cast<size_t>(planner.PlanOf(i).request.kind)];
  for (size_t i = 0; i < kKindCount; ++i) {
    const double expected = Mix::Default().weight(static_cast<Kind>(i)) * double{kCount} / 100;
    EXPECT_NEAR(static_cast<double>(counts[i]), expected, 5 * std::sqrt(expected)) << kKindNames[i];
  }
}

TEST(Planner, SizesKeepToTheirRangeAndReachItsEnds) {
  const Planner planner("1", Mix::Default(), {3, 6});
  std::set<uint32_t> sizes;
  for (uint64_t i = 0; i < 1000; ++i) {
    sizes.insert(planner.PlanOf(i).request.request_size);
    sizes.insert(planner.PlanOf(i).request.answer_size);
  }
  EXPECT_EQ(sizes, (std::set<uint32_t>{3, 4, 5, 6}));
}

TEST(Planner, EveryEndingOfAKindComesUp) {
  std::set<Ending> normal, abort, vanish;
  std::set<EarlyClose> early;
  const Planner planner("1", Mix::Default(), {1, 4096});
  for (uint64_t i = 0; i < 1000; ++i) {
    const ConnectionPlan plan = planner.PlanOf(i);
    EXPECT_EQ(plan.request.connection, i);
    switch (plan.request.kind) {
      case Kind::kNormal: normal.insert(plan.request.ending); break;
      case Kind::kAbort: abort.insert(plan.request.ending); break;
      case Kind::kVanish: vanish.insert(plan.request.ending); break;
      case Kind::kHalfClose: EXPECT_EQ(plan.request.ending, Ending::kHalfClose); break;
      case Kind::kReuse: EXPECT_EQ(plan.request.ending, Ending::kServerCloses); break;
      case Kind::kCloseEarly: early.insert(plan.early_close); break;
      default: break;
    }
  }
  EXPECT_EQ(normal, (std::set{Ending::kClientCloses, Ending::kServerCloses}));
  EXPECT_EQ(abort, (std::set{Ending::kClientAborts, Ending::kServerAborts}));
  EXPECT_EQ(vanish, (std::set{Ending::kClientVanishes, Ending::kServerVanishes}));
  EXPECT_EQ(early.size(), 3u);
}

}  // namespace
}  // namespace nut::storm
