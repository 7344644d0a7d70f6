// The same seed gives the same run; another seed another one.
#include <algorithm>
#include <set>

#include "stack/os/mutex.h"
#include "stack/os/random_scheduler.h"
#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

struct Outcome {
  std::vector<int> order;
  uint64_t hash = 0;
  Instant end{};
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome RunScene(Scheduler* scheduler) {
  VirtualClock clock;
  Executor executor(clock, {}, scheduler);
  EventQueue queue(executor);
  Mutex mutex(executor);
  Outcome outcome;
  for (int i = 0; i != 8; ++i) {
    EXPECT_TRUE(executor.Create(
        "actor",
        [&, i] {
          for (int round = 0; round != 10; ++round) {
            outcome.order.push_back(i);
            executor.Yield();
            if (round % 3 == i % 3) queue.Post();
            if (round % 4 == i % 4) queue.Wait(Duration(1000 * (i + 1)));
            const MutexLock lock(mutex);
            if (round == i) executor.Sleep(10us);
          }
        },
        0, static_cast<uint8_t>(60 + i / 4)));
  }
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
  outcome.hash = executor.trace_hash();
  outcome.end = clock.Now();
  return outcome;
}

Outcome RunSeed(int seed) {
  RandomScheduler scheduler(Rng(std::to_string(seed)).Split("scheduler"));
  return RunScene(&scheduler);
}

TEST(DeterminismTest, SameSeedSameTrace) {
  for (int seed = 0; seed != 20; ++seed) EXPECT_EQ(RunSeed(seed), RunSeed(seed));
}

TEST(DeterminismTest, DifferentSeedsDifferentTraces) {
  std::set<uint64_t> hashes;
  for (int seed = 0; seed != 20; ++seed) hashes.insert(RunSeed(seed).hash);
  EXPECT_EQ(hashes.size(), 20u);
}

TEST(DeterminismTest, FifoStrategyIsTheDefault) {
  FifoScheduler fifo;
  EXPECT_EQ(RunScene(&fifo), RunScene(nullptr));
}

// Records what it is asked, and takes the newest.
class LastScheduler final : public Scheduler {
 public:
  size_t Choose(const SchedulingChoice& choice) override {
    sizes.push_back(choice.candidates.size());
    previous_could_go_on.push_back(
        std::ranges::count(choice.candidates, choice.previous, &Candidate::thread) == 1);
    return choice.candidates.size() - 1;
  }
  std::vector<size_t> sizes;
  std::vector<bool> previous_could_go_on;
};

TEST(SchedulerTest, ChoosesOnlyAmongThoseOfTheBestPriority) {
  VirtualClock clock;
  LastScheduler last;
  Executor executor(clock, {}, &last);
  std::string order;
  const auto add = [&](char name, uint8_t priority) {
    ASSERT_TRUE(executor.Create(
        "thread", [&order, name] { order += name; }, 0, priority));
  };
  add('a', 64);
  add('b', 64);
  add('c', 64);
  add('x', 10);
  add('z', 100);
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
  EXPECT_EQ(order, "xcbaz");
  EXPECT_EQ(last.sizes, (std::vector<size_t>{3, 2}));
}

TEST(SchedulerTest, IsToldWhetherTheRunningThreadCouldGoOn) {
  VirtualClock clock;
  LastScheduler last;
  Executor executor(clock, {}, &last);
  for (int i = 0; i != 2; ++i) {
    ASSERT_TRUE(executor.Create("thread", [&] {
      executor.Yield();
      executor.Sleep(1ms);
    }));
  }
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
  ASSERT_GE(last.previous_could_go_on.size(), 2u);
  EXPECT_FALSE(last.previous_could_go_on[0]) << "nobody ran yet";
  EXPECT_TRUE(last.previous_could_go_on[1]) << "it yielded";
}

}  // namespace
}  // namespace nut::os
