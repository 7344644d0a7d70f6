// The strategies by chance: faults of known depth are hit as often as they must be, and equal seeds give
// equal runs.
#include <gtest/gtest.h>

#include <cmath>

#include "test/explore/self/scenes.h"
#include "test/explore/self/toy.h"
#include "test/explore/strategies/pct.h"
#include "test/explore/strategies/random.h"

namespace nut::explore {
namespace {

constexpr uint64_t kSeeds = 4000;

uint32_t MostSteps(const Scene& scene) {
  uint32_t most = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    RandomStrategy random(seed);
    most = std::max(most, RunToy(scene, random).steps);
  }
  return most;
}

unsigned PctHits(const Scene& scene, unsigned depth, uint32_t steps) {
  unsigned hits = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    PctStrategy pct(seed, depth, steps);
    hits += RunToy(scene, pct).fault;
  }
  return hits;
}

// What the bound promises, less four standard deviations.
double LeastHits(unsigned threads, unsigned depth, uint32_t steps) {
  const double bound = 1 / (threads * std::pow(steps, depth - 1));
  return kSeeds * bound - 4 * std::sqrt(kSeeds * bound);
}

TEST(Pct, HitsAFaultOfDepth2AsOftenAsItMust) {
  const uint32_t steps = MostSteps(LostUpdate);
  EXPECT_GE(PctHits(LostUpdate, 2, steps), LeastHits(2, 2, steps));
  EXPECT_EQ(PctHits(LostUpdate, 1, steps), 0u) << "priorities alone do not lose an update";
}

TEST(Pct, HitsAFaultOfDepth3AsOftenAsItMust) {
  const uint32_t steps = MostSteps(SeenTwice);
  ASSERT_GT(LeastHits(2, 3, steps), 1) << "else the test says nothing";
  EXPECT_GE(PctHits(SeenTwice, 3, steps), LeastHits(2, 3, steps));
  EXPECT_EQ(PctHits(SeenTwice, 1, steps), 0u);
}

TEST(Pct, EqualSeedsGiveEqualRunsAndOthersGiveOthers) {
  const Scene scene = Walkers({4, 4, 4});
  std::set<std::string> different;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    PctStrategy one(seed, 3, 20);
    PctStrategy two(seed, 3, 20);
    const ToyReport first = RunToy(scene, one);
    EXPECT_EQ(first.schedule, RunToy(scene, two).schedule);
    different.insert(first.schedule.ToText());
  }
  EXPECT_GT(different.size(), 8u);
}

TEST(Pct, AThreadThatPollsLetsGo) {
  const Scene scene = [](Toy& toy) {
    toy.Spawn(1, "polling", [&toy] {
      while (toy.outcome[0] == 0) toy.executor().Yield();
    });
    toy.Spawn(1, "working", [&toy] { toy.outcome[0] = 1; });
  };
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    PctStrategy pct(seed, 1, 100);
    EXPECT_FALSE(RunToy(scene, pct).endless) << seed;
  }
}

TEST(Random, HitsFaultsOfEitherDepth) {
  unsigned twice = 0;
  unsigned lost = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    RandomStrategy one(seed);
    RandomStrategy two(seed);
    lost += RunToy(LostUpdate, one).fault;
    twice += RunToy(SeenTwice, two).fault;
  }
  EXPECT_GT(lost, kSeeds / 20);
  EXPECT_GT(twice, kSeeds / 100);
}

TEST(Random, SomeRunsAreInDisorderAndOthersNearlyProductions) {
  const Scene scene = Walkers({30, 30});
  bool quiet = false;
  bool wild = false;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    RandomStrategy random(seed);
    const size_t deviations = RunToy(scene, random).schedule.deviations.size();
    quiet = quiet || deviations <= 4;
    wild = wild || deviations >= 20;
  }
  EXPECT_TRUE(quiet);
  EXPECT_TRUE(wild);
}

}  // namespace
}  // namespace nut::explore
