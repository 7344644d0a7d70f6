// Exhaustive search: exactly the interleavings that combinatorics says, each once; and with the reduction,
// fewer runs and the same states.
#include "test/explore/strategies/exhaustive.h"

#include <gtest/gtest.h>

#include <climits>
#include <numeric>

#include "stack/base/rng.h"
#include "test/explore/self/scenes.h"
#include "test/explore/self/toy.h"

namespace nut::explore {
namespace {

constexpr ExplorationCost kUnbounded = ExhaustiveOptions::kUnbounded;

constexpr unsigned kFree = ExhaustiveOptions::kFree;

struct Space {
  uint64_t runs = 0;  // not redundant
  uint64_t redundant = 0;
  uint64_t faults = 0;
  std::set<std::string> schedules;
  std::set<std::vector<int>> outcomes;
  std::set<uint64_t> states_at_timers;
};

void Explore(const Scene& scene, const ExhaustiveOptions& options, Space& space) {
  ExhaustiveStrategy strategy(options);
  do {
    const ToyReport report = RunToy(scene, strategy);
    space.outcomes.insert(report.outcome);
    space.states_at_timers.insert(report.states_at_timers.begin(), report.states_at_timers.end());
    if (strategy.redundant()) {
      ++space.redundant;
    } else if (!strategy.foreign()) {
      ++space.runs;
      space.faults += report.fault;
      EXPECT_TRUE(space.schedules.insert(report.schedule.ToText()).second) << "a schedule was run twice";
    }
    ASSERT_LT(space.runs + space.redundant, 2'000'000u);
  } while (strategy.Next());
}

Space Explore(const Scene& scene, const ExhaustiveOptions& options) {
  Space space;
  Explore(scene, options, space);
  return space;
}

// Orders of threads with so many steps each, of which the one numbered `running` made the last, with at most
// so many switches away from one that has steps left.
uint64_t Interleavings(std::vector<int> steps, unsigned preemptions, size_t running = SIZE_MAX) {
  if (std::accumulate(steps.begin(), steps.end(), 0) == 0) return 1;
  uint64_t sum = 0;
  for (size_t next = 0; next < steps.size(); ++next) {
    if (steps[next] == 0) continue;
    const bool preempts = running != SIZE_MAX && running != next && steps[running] > 0;
    if (preempts && preemptions == 0) continue;
    std::vector<int> left = steps;
    --left[next];
    sum += Interleavings(left, preempts && preemptions != UINT_MAX ? preemptions - 1 : preemptions, next);
  }
  return sum;
}

TEST(Exhaustive, EveryInterleavingOfTwoThreadsOnce) {
  for (int m = 0; m <= 4; ++m) {
    for (int n = 0; n <= 4; ++n) {
      const Space space = Explore(Walkers({m, n}), {.bound = kUnbounded, .reduce = false});
      uint64_t binomial = 1;  // (m+1 + n+1) over (m+1)
      for (int i = 1; i <= m + 1; ++i)
        binomial = binomial * static_cast<uint64_t>(n + 1 + i) / static_cast<uint64_t>(i);
      EXPECT_EQ(space.runs, binomial) << m << " and " << n << " points";
      EXPECT_EQ(space.redundant, 0u);
    }
  }
}

TEST(Exhaustive, EveryInterleavingOfThreeThreadsOnce) {
  // 6! / (2! 2! 2!) and 8! / (3! 3! 2!)
  EXPECT_EQ(Explore(Walkers({1, 1, 1}), {.bound = kUnbounded, .reduce = false}).runs, 90u);
  EXPECT_EQ(Explore(Walkers({2, 2, 1}), {.bound = kUnbounded, .reduce = false}).runs, 560u);
}

TEST(Exhaustive, OnlyThoseWithinTheBoundOfPreemptions) {
  for (unsigned bound = 0; bound <= 4; ++bound) {
    for (const auto& points : std::vector<std::vector<int>>{{3, 3}, {5, 2}, {2, 2, 2}}) {
      std::vector<int> steps = points;
      for (int& count : steps) ++count;
      const Space space = Explore(Walkers(points), {.bound = {bound, 0, kFree}, .reduce = false});
      EXPECT_EQ(space.runs, Interleavings(steps, bound)) << "at most " << bound;
    }
  }
}

TEST(Exhaustive, FindsWhatNeedsAsManyPreemptionsAsTheBound) {
  EXPECT_EQ(Explore(LostUpdate, {.bound = {0, 0, kFree}}).faults, 0u);
  EXPECT_GT(Explore(LostUpdate, {.bound = {1, 0, kFree}}).faults, 0u);
  EXPECT_EQ(Explore(SeenTwice, {.bound = {1, 0, kFree}}).faults, 0u);
  EXPECT_GT(Explore(SeenTwice, {.bound = {2, 0, kFree}}).faults, 0u);
}

TEST(Exhaustive, TheOrderOfTimersIsBoundedByDisorders) {
  const Scene scene = [](Toy& toy) {
    for (int i = 0; i < 3; ++i) {
      toy.Keep<os::Timer>(
             toy.executor().timers(), [&toy, i] { toy.outcome[0] = toy.outcome[0] * 10 + i; }, "t")
          .StartAfter(1ms);
    }
    toy.Spawn(0, "waiting", [&toy] { toy.executor().Sleep(2ms); });
  };
  EXPECT_EQ(Explore(scene, {.bound = {0, 0, kFree}}).outcomes.size(), 1u);
  EXPECT_EQ(Explore(scene, {.bound = {0, 1, kFree}}).outcomes.size(), 4u);  // 012, 021, 102, 201
  EXPECT_EQ(Explore(scene, {.bound = kUnbounded}).outcomes.size(), 6u);
}

TEST(Exhaustive, TimePassesWhileAThreadStands) {
  const Scene scene = [](Toy& toy) {
    toy.Spawn(1, "sleeper", [&toy] {
      toy.executor().Sleep(100ms);
      toy.outcome[0] = 1;
    });
    toy.Spawn(1, "standing", [&toy] {
      toy.Stand(os::SchedulingPoint::kArpWait);
      toy.outcome[1] = toy.outcome[0];
    });
  };
  EXPECT_EQ(Explore(scene, {.bound = {2, 0, kFree}}).outcomes,
            (std::set<std::vector<int>>{{1, 0, 0, 0, 0, 0, 0, 0}}));
  EXPECT_EQ(Explore(scene, {.bound = {0, 1, kFree}}).outcomes.size(), 2u);
}

TEST(Exhaustive, OrdersAreFreeOrBounded) {
  // Three threads without points: production's order, those that differ from it in one choice, and all.
  EXPECT_EQ(Explore(Walkers({0, 0, 0}), {.bound = {0, 0, 0}}).runs, 1u);
  EXPECT_EQ(Explore(Walkers({0, 0, 0}), {.bound = {0, 0, 1}}).runs, 4u);
  EXPECT_EQ(Explore(Walkers({0, 0, 0}), {.bound = {0, 0, 2}}).runs, 6u);
  EXPECT_EQ(Explore(Walkers({0, 0, 0}), {.bound = {0, 0, kFree}}).runs, 6u);
}

TEST(Reduction, OfThreadsThatShareNothingOneRunIsLeft) {
  const Space space = Explore(Walkers({3, 3}, true), {.bound = kUnbounded});
  EXPECT_EQ(space.runs, 1u);
  EXPECT_EQ(space.outcomes.size(), 1u);
}

TEST(Reduction, ThreadsOfOneNodeAreNotReduced) {
  EXPECT_EQ(Explore(Walkers({3, 3}), {.bound = kUnbounded}).runs, 70u);
}

TEST(Reduction, PartsTogetherAreTheWhole) {
  const ExhaustiveOptions whole{.bound = {2, 1, kFree}, .reduce = false};
  const Scene scene = Walkers({4, 3, 2});
  const Space all = Explore(scene, whole);
  Space parts;
  for (uint32_t shard = 0; shard < 3; ++shard) {
    ExhaustiveOptions part = whole;
    part.shard = shard;
    part.shards = 3;
    const uint64_t before = parts.runs;
    Explore(scene, part, parts);
    EXPECT_GT(parts.runs - before, all.runs / 6) << "parts are of similar size";
  }
  EXPECT_EQ(parts.runs, all.runs);
  EXPECT_EQ(parts.schedules, all.schedules);
}

// --- The reduction loses nothing: random programs, explored with and without.

// Threads of two nodes (and one of none) that read and write what belongs to their node, stand at points of
// every kind, post, wait, sleep, send each other messages by timers, and end early.
class RandomProgram {
 public:
  explicit RandomProgram(uint64_t seed) {
    Rng random("random program " + std::to_string(seed));
    const size_t count = 3 + random.Below(2);
    for (size_t i = 0; i < count; ++i) {
      Thread thread{static_cast<unsigned>(i % 2 + 1),
                    static_cast<uint8_t>(Toy::kPriority + 8 * (random.Below(6) == 0)),
                    {}};
      if (random.Below(8) == 0) thread.node = 0;
      const size_t length = 1 + random.Below(4);
      for (size_t n = 0; n < length; ++n)
        thread.operations.push_back({static_cast<int>(random.Below(9)), static_cast<int>(random.Below(4))});
      threads_.push_back(thread);
    }
  }

  void operator()(Toy& toy) const {
    std::vector<os::EventQueue*> events;
    for (int node = 0; node <= 2; ++node)
      events.push_back(&toy.Keep<os::EventQueue>(toy.executor(), "event"));
    for (size_t i = 0; i < threads_.size(); ++i) {
      toy.Spawn(
          threads_[i].node, "thread " + std::to_string(i),
          [&toy, this, i, events] { Body(toy, threads_[i], events); }, threads_[i].priority);
    }
  }

 private:
  struct Operation {
    int kind;
    int argument;
  };
  struct Thread {
    unsigned node;
    uint8_t priority;
    std::vector<Operation> operations;
  };

  static void Body(Toy& toy, const Thread& self, const std::vector<os::EventQueue*>& events) {
    os::Executor& executor = toy.executor();
    int& mine = toy.outcome[self.node];  // of the node
    int& seen = toy.outcome[3 + self.node];
    for (const Operation& operation : self.operations) {
      switch (operation.kind) {
        case 0: mine = mine * 3 + operation.argument; break;
        case 1: seen = seen * 5 + mine; break;
        case 2: toy.Stand(os::SchedulingPoint::kArpWait); break;
        case 3: toy.Stand(os::SchedulingPoint::kTransmit); break;
        case 4:
          events[self.node]->PostAsync();
          toy.Stand(os::SchedulingPoint::kEventPost);
          break;
        case 5: mine += events[self.node]->Wait(operation.argument * 1ms) ? 7 : 11; break;
        case 6: executor.Yield(); break;
        case 7: {  // a message to the other node, or to none
          const unsigned to = 2 - self.node / 2;
          toy.Keep<os::Timer>(
                 executor.timers(),
                 [&toy, to, events] {
                   toy.outcome[to] = toy.outcome[to] * 2 + 1;
                   events[to]->PostAsync();
                 },
                 "message")
              .StartAfter(operation.argument * 1ms);
          break;
        }
        case 8: executor.Sleep(operation.argument * 1ms); break;
      }
    }
    mine += 100;
  }

  std::vector<Thread> threads_;
};

class ReductionLosesNothing : public testing::TestWithParam<ExplorationCost> {};

TEST_P(ReductionLosesNothing, OfRandomPrograms) {
  uint64_t runs = 0;
  uint64_t runs_reduced = 0;
  uint64_t made_reduced = 0;
  // The larger the space, the fewer programs.
  const uint64_t programs = 160 >> (GetParam().preemptions + 2 * GetParam().disorders);
  for (uint64_t seed = 1; seed <= programs; ++seed) {
    const RandomProgram program(seed);
    const Space all = Explore(program, {.bound = GetParam(), .reduce = false});
    const Space reduced = Explore(program, {.bound = GetParam()});
    ASSERT_EQ(reduced.outcomes, all.outcomes) << "program " << seed;
    ASSERT_EQ(reduced.states_at_timers, all.states_at_timers) << "program " << seed;
    ASSERT_LE(reduced.runs, all.runs);
    runs += all.runs;
    runs_reduced += reduced.runs;
    made_reduced += reduced.runs + reduced.redundant;
  }
  EXPECT_LT(made_reduced, runs);
  std::printf("%llu runs, reduced %llu and %llu redundant\n", static_cast<unsigned long long>(runs),
              static_cast<unsigned long long>(runs_reduced),
              static_cast<unsigned long long>(made_reduced - runs_reduced));
}

INSTANTIATE_TEST_SUITE_P(Bounds, ReductionLosesNothing,
                         testing::Values(ExplorationCost{0, 0, kFree}, ExplorationCost{1, 0, kFree},
                                         ExplorationCost{1, 1, kFree}, ExplorationCost{2, 1, kFree},
                                         ExplorationCost{3, 0, kFree}),
                         [](const auto& info) {
                           return "Preemptions" + std::to_string(info.param.preemptions) + "Disorders" +
                                  std::to_string(info.param.disorders);
                         });

}  // namespace
}  // namespace nut::explore
