// Devices: polled while threads run, waited for while none can. On the host's clock, since that is where it
// matters.
#include "stack/os/idle_hook.h"

#include <thread>

#include "stack/os/timer.h"
#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

// A device that has something after some calls.
class FakeDevice final : public IdleHook {
 public:
  void Poll() override {
    if (++polls == arrives_at_poll) queue->PostAsync();
  }
  void Wait(Duration limit) override {
    limits.push_back(limit);
    if (static_cast<int>(limits.size()) == arrives_at_wait) {
      queue->PostAsync();
    } else if (limit != kForever) {
      std::this_thread::sleep_for(limit);
    }
  }

  EventQueue* queue = nullptr;
  int arrives_at_poll = -1;
  int arrives_at_wait = -1;
  int polls = 0;
  std::vector<Duration> limits;
};

class IdleHookTest : public ::testing::Test {
 protected:
  MonotonicClock clock_;
  FakeDevice device_;
  Executor executor_{clock_, {}, nullptr, &device_};
};

TEST_F(IdleHookTest, IsPolledWhileAThreadSpinsOnYield) {
  EventQueue arrived(executor_);
  device_.queue = &arrived;
  device_.arrives_at_poll = 10;
  ASSERT_TRUE(executor_.Create("spinner", [&] {
    while (!arrived.signalled()) executor_.Yield();
  }));
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(device_.polls, 10);
}

TEST_F(IdleHookTest, WakesAThreadOfHigherPriorityThanTheSpinningOne) {
  EventQueue arrived(executor_);
  device_.queue = &arrived;
  device_.arrives_at_poll = 3;
  bool received = false;
  ASSERT_TRUE(executor_.Create(
      "receiver", [&] { received = arrived.Wait(); }, 0, 9));
  ASSERT_TRUE(executor_.Create("spinner", [&] {
    while (!received) executor_.Yield();
  }));
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_TRUE(received);
}

TEST_F(IdleHookTest, TimersFireWhileAThreadSpinsOnYield) {
  int rings = 0;
  Timer timer(executor_.timers(), [&] { ++rings; });
  timer.StartPeriodic(1ms);
  ASSERT_TRUE(executor_.Create("spinner", [&] {
    while (rings < 5) executor_.Yield();
  }));
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_GE(clock_.Now().time_since_epoch(), 5ms);
}

TEST_F(IdleHookTest, TimersFireBetweenThreadsThatOnlyWaitForEachOther) {
  int rings = 0;
  Timer timer(executor_.timers(), [&] { ++rings; });
  timer.StartPeriodic(1ms);
  EventQueue ping(executor_), pong(executor_);
  ASSERT_TRUE(executor_.Create("a", [&] {
    while (rings < 3) ping.PostAsync(), pong.Wait();
    ping.PostAsync();
  }));
  ASSERT_TRUE(executor_.Create("b", [&] {
    while (rings < 3) ping.Wait(), pong.PostAsync();
    pong.PostAsync();
  }));
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_GE(device_.polls, 3);
}

TEST_F(IdleHookTest, IsWaitedOnNoLongerThanToTheNextTimer) {
  ASSERT_TRUE(executor_.Create("sleeper", [&] { executor_.Sleep(20ms); }));
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  ASSERT_FALSE(device_.limits.empty());
  EXPECT_LE(device_.limits.front(), 20ms);
  EXPECT_GT(device_.limits.front(), 0ms);
}

TEST_F(IdleHookTest, IsWaitedOnForEverWithoutTimers) {
  EventQueue arrived(executor_);
  device_.queue = &arrived;
  device_.arrives_at_wait = 1;
  ASSERT_TRUE(executor_.Create("receiver", [&] { arrived.Wait(); }));
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(device_.limits, std::vector<Duration>{kForever});
}

TEST_F(IdleHookTest, RunUntilReturnsAtItsDeadlineWhileAThreadSpins) {
  ASSERT_TRUE(executor_.Create("spinner", [&] {
    for (;;) executor_.Yield();
  }));
  const Instant deadline = clock_.Now() + 5ms;
  EXPECT_EQ(executor_.RunUntil(deadline), RunResult::kDeadline);
  EXPECT_GE(clock_.Now(), deadline);
}

TEST_F(IdleHookTest, RunUntilReturnsAtItsDeadlineWhileAllSleep) {
  ASSERT_TRUE(executor_.Create("sleeper", [&] { executor_.Sleep(1h); }));
  const Instant deadline = clock_.Now() + 5ms;
  EXPECT_EQ(executor_.RunUntil(deadline), RunResult::kDeadline);
  EXPECT_GE(clock_.Now(), deadline);
}

TEST_F(IdleHookTest, StopTakesEffectAtTheNextSchedulingPointHoweverQuicklyThoseFollow) {
  bool stopped_in_time = true;
  ASSERT_TRUE(executor_.Create("stopper", [&] {
    for (int round = 0; round != 100; ++round) {
      for (int i = 0; i != 100 + round; ++i) executor_.Yield();
      bool returned = false;
      Timer probe(executor_.timers(), [&] { returned = true; });
      probe.StartAfter(0s);
      executor_.Stop();
      executor_.Yield();
      stopped_in_time = stopped_in_time && returned;
    }
  }));
  for (int round = 0; round != 100; ++round) EXPECT_EQ(executor_.Run(), RunResult::kStopped);
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_TRUE(stopped_in_time);
}

TEST(ExecutorWithoutIdleHookTest, SleepsOnTheHostsClock) {
  MonotonicClock clock;
  Executor executor(clock);
  ASSERT_TRUE(executor.Create("sleeper", [&] {
    executor.Sleep(5ms);
    EXPECT_GE(clock.Now().time_since_epoch(), 5ms);
  }));
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
}

TEST(ExecutorWithoutIdleHookTest, IsQuiescentWhenNothingCanWakeAThread) {
  MonotonicClock clock;
  Executor executor(clock);
  EventQueue queue(executor);
  ASSERT_TRUE(executor.Create("waiter", [&] { queue.Wait(); }));
  EXPECT_EQ(executor.Run(), RunResult::kQuiescent);
  executor.KillAll();
}

TEST(VirtualTimeTest, DeviceIsPolledBeforeTimeJumpsAndWhileThreadsRun) {
  VirtualClock clock;
  FakeDevice device;
  Executor executor(clock, {}, nullptr, &device);
  EventQueue arrived(executor);
  device.queue = &arrived;
  device.arrives_at_poll = 1;
  ASSERT_TRUE(executor.Create("receiver", [&] {
    EXPECT_TRUE(arrived.Wait(1h));
    for (int i = 0; i != 10000; ++i) executor.Yield();
  }));
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
  EXPECT_EQ(clock.Now(), Instant{});
  EXPECT_GE(device.polls, 10);
  EXPECT_LE(device.polls, 13) << "not at every yield";
  EXPECT_TRUE(device.limits.empty());
}

}  // namespace
}  // namespace nut::os
