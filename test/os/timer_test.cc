// nut-api sys/timer.h, and what a node asks of 100,000 timers.
#include "stack/os/timer.h"

#include <algorithm>
#include <memory>

#include "stack/base/rng.h"
#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

class TimerTest : public OsTest {
 protected:
  // Moves time from deadline to deadline, as an executor without threads would.
  void RunTo(Instant end) {
    while (timers_.next_deadline() <= end) {
      clock_.AdvanceTo(timers_.next_deadline());
      timers_.RunDue(clock_.Now());
    }
    clock_.AdvanceTo(end);
  }

  TimerQueue timers_{clock_};
};

TEST_F(TimerTest, OneShotFiresOnceAndIsIdleThen) {
  Timer timer(timers_, [&] { Say("ring"); });
  EXPECT_FALSE(timer.armed());
  EXPECT_EQ(timer.deadline(), kNever);
  timer.StartAfter(10ms);
  EXPECT_TRUE(timer.armed());
  EXPECT_EQ(timer.deadline(), Instant(10ms));
  RunTo(Instant(10ms - 1ns));
  EXPECT_EQ(trace_, Trace{});
  RunTo(Instant(1s));
  EXPECT_EQ(trace_, Trace{"ring"});
  EXPECT_FALSE(timer.armed());
  EXPECT_EQ(timers_.next_deadline(), kNever);
}

TEST_F(TimerTest, PeriodicFiresAtMultiplesOfItsPeriodUntilStopped) {
  Timer timer(timers_, [&] { Say(std::to_string(ToMillis(Elapsed()))); });
  timer.StartPeriodic(10ms);
  RunTo(Instant(35ms));
  EXPECT_EQ(trace_, (Trace{"10", "20", "30"}));
  timer.Stop();
  RunTo(Instant(100ms));
  EXPECT_EQ(trace_.size(), 3u);
}

TEST_F(TimerTest, PeriodsMissedByALongComputationAreSkipped) {
  Timer timer(timers_, [&] { Say(std::to_string(ToMillis(Elapsed()))); });
  timer.StartPeriodic(10ms);
  clock_.Advance(47ms);
  RunTo(Instant(55ms));
  EXPECT_EQ(trace_, (Trace{"47", "50"}));
}

TEST_F(TimerTest, PeriodicMayStopItselfInItsCallback) {
  std::unique_ptr<Timer> timer;
  timer = std::make_unique<Timer>(timers_, [&] {
    Say("ring");
    timer->Stop();
  });
  timer->StartPeriodic(1ms);
  RunTo(Instant(1s));
  EXPECT_EQ(trace_.size(), 1u);
}

TEST_F(TimerTest, EqualDeadlinesFireInTheOrderOfTheirStarts) {
  std::vector<std::unique_ptr<Timer>> timers;
  Trace expected;
  for (int i = 0; i != 1000; ++i) {
    timers.push_back(std::make_unique<Timer>(timers_, [this, i] { Say(std::to_string(i)); }));
    timers.back()->StartAt(Instant(1s));
    expected.push_back(std::to_string(i));
  }
  timers[0]->StartAt(Instant(1s));  // started again: last now
  std::rotate(expected.begin(), expected.begin() + 1, expected.end());
  RunTo(Instant(1s));
  EXPECT_EQ(trace_, expected);
}

TEST_F(TimerTest, StartingAnArmedTimerReplacesItsDeadline) {
  Timer timer(timers_, [&] { Say(std::to_string(ToMillis(Elapsed()))); });
  timer.StartAfter(10ms);
  timer.StartAfter(50ms);
  RunTo(Instant(20ms));
  EXPECT_EQ(trace_, Trace{});
  timer.StartAfter(5ms);
  RunTo(Instant(1s));
  EXPECT_EQ(trace_, Trace{"25"});
}

TEST_F(TimerTest, StoppingAnIdleTimerIsHarmless) {
  Timer timer(timers_, [] {});
  timer.Stop();
  timer.StartAfter(1ms);
  RunTo(Instant(1ms));
  timer.Stop();
  timer.StartAt(kNever);
  EXPECT_FALSE(timer.armed());
}

TEST_F(TimerTest, DestroyingAnArmedTimerStopsIt) {
  {
    Timer timer(timers_, [&] { Say("ring"); });
    timer.StartAfter(1ms);
  }
  EXPECT_EQ(timers_.size(), 0u);
  RunTo(Instant(1s));
  EXPECT_EQ(trace_, Trace{});
}

TEST_F(TimerTest, CallbackMayStopOrDestroyOthersThatAreDueAtTheSameTime) {
  auto third = std::make_unique<Timer>(timers_, [&] { Say("third"); });
  Timer second(timers_, [&] { Say("second"); });
  Timer first(timers_, [&] {
    Say("first");
    second.Stop();
    third.reset();
  });
  first.StartAt(Instant(1ms));
  second.StartAt(Instant(1ms));
  third->StartAt(Instant(1ms));
  RunTo(Instant(1s));
  EXPECT_EQ(trace_, Trace{"first"});
}

TEST_F(TimerTest, CallbackMayDestroyItsOwnTimer) {
  auto timer = std::make_unique<Timer>(timers_, [] {});
  const std::string captured(100, 'x');
  timer = std::make_unique<Timer>(timers_, [this, captured, &timer] {
    timer.reset();
    Say(captured);
  });
  timer->StartPeriodic(1ms);
  RunTo(Instant(1s));
  EXPECT_EQ(trace_, Trace{captured});
}

TEST_F(TimerTest, CallbackThatRestartsItsTimerAtOnceWaitsForTheNextPass) {
  Timer timer(timers_, [&] {
    Say("ring");
    if (trace_.size() < 100) timer.StartAfter(0ms);
  });
  timer.StartAfter(0ms);
  EXPECT_EQ(timers_.RunDue(clock_.Now()), 1u);
  EXPECT_EQ(timers_.RunDue(clock_.Now()), 1u);
  EXPECT_EQ(trace_.size(), 2u);
}

TEST_F(TimerTest, SnapshotListsByDeadline) {
  Timer late(
      timers_, [] {}, "late");
  Timer early(
      timers_, [] {}, "early");
  late.StartPeriodic(2s);
  early.StartAfter(1s);
  const auto list = timers_.Snapshot();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].label, "early");
  EXPECT_EQ(list[0].period, 0s);
  EXPECT_EQ(list[1].label, "late");
  EXPECT_EQ(list[1].deadline, Instant(2s));
  EXPECT_EQ(list[1].period, 2s);
}

// Against the plainest model there is: a sorted list.
TEST_F(TimerTest, RandomStartsAndStopsFireAsASortedListWould) {
  constexpr size_t kTimers = 500;
  Rng rng("timers");
  std::vector<std::unique_ptr<Timer>> timers;
  std::vector<std::pair<Instant, uint64_t>> model(kTimers, {kNever, 0});  // deadline, start order
  std::vector<size_t> fired;
  uint64_t starts = 0;
  for (size_t i = 0; i != kTimers; ++i)
    timers.push_back(std::make_unique<Timer>(timers_, [&fired, i] { fired.push_back(i); }));
  for (int round = 0; round != 2000; ++round) {
    for (int change = 0; change != 20; ++change) {
      const size_t i = rng.Below(kTimers);
      if (rng.Chance(0.3)) {
        timers[i]->Stop();
        model[i].first = kNever;
      } else {
        const Duration delay{rng.Below(1000)};  // short, so that many are equal
        timers[i]->StartAfter(delay);
        model[i] = {clock_.Now() + delay, ++starts};
      }
    }
    clock_.Advance(Duration(rng.Below(50)));
    std::vector<size_t> expected;
    for (size_t i = 0; i != kTimers; ++i)
      if (model[i].first <= clock_.Now()) expected.push_back(i);
    std::sort(expected.begin(), expected.end(), [&](size_t a, size_t b) { return model[a] < model[b]; });
    for (const size_t i : expected) model[i].first = kNever;
    fired.clear();
    timers_.RunDue(clock_.Now());
    ASSERT_EQ(fired, expected) << "round " << round;
    const Instant next = std::min_element(model.begin(), model.end())->first;
    ASSERT_EQ(timers_.next_deadline(), next);
  }
}

TEST_F(TimerTest, HundredThousandTimersFireInOrder) {
  Rng rng("many timers");
  std::vector<std::unique_ptr<Timer>> timers;
  Instant last{};
  size_t fired = 0;
  bool ordered = true;
  for (int i = 0; i != 100000; ++i) {
    timers.push_back(std::make_unique<Timer>(timers_, [&, i] {
      ordered = ordered && timers[static_cast<size_t>(i)]->deadline() == kNever && clock_.Now() >= last;
      last = clock_.Now();
      ++fired;
    }));
    timers.back()->StartAfter(Duration(rng.Below(1000000000)));
  }
  EXPECT_EQ(timers_.size(), 100000u);
  RunTo(Instant(1s));
  EXPECT_TRUE(ordered);
  EXPECT_EQ(fired, 100000u);
}

TEST_F(TimerTest, CallbackRunsOutsideOfThreadsAndMayPost) {
  EventQueue queue(executor_);
  Timer timer(executor_.timers(), [&] {
    EXPECT_FALSE(executor_.in_thread());
    EXPECT_EQ(queue.PostAsync(), 1);
  });
  timer.StartAfter(5ms);
  Spawn("waiter", [&] { EXPECT_TRUE(queue.Wait(1s)); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(Elapsed(), 5ms);
}

TEST_F(TimerTest, QueueThatDiesBeforeItsTimersEndsTheProcess) {
  EXPECT_DEATH(
      {
        auto queue = std::make_unique<TimerQueue>(clock_);
        Timer timer(*queue, [] {});
        timer.StartAfter(1s);
        queue.reset();
      },
      "outlives its queue");
}

}  // namespace
}  // namespace nut::os
