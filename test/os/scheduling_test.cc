// nut-api sys/thread.h and 0.4: who runs when.
#include <cerrno>
#include <stdexcept>

#include "stack/os/no_switch_scope.h"
#include "stack/os/timer.h"
#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

using SchedulingTest = OsTest;

TEST_F(SchedulingTest, LowerNumberRunsFirstAndFifoWithinOne) {
  Spawn(
      "a", [&] { Say("254"); }, 254);
  Spawn(
      "b", [&] { Say("64 a"); }, 64);
  Spawn(
      "c", [&] { Say("0"); }, 0);
  Spawn(
      "d", [&] { Say("64 b"); }, 64);
  Spawn(
      "e", [&] { Say("63"); }, 63);
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"0", "63", "64 a", "64 b", "254"}));
}

TEST_F(SchedulingTest, EveryOneOfThe255PrioritiesHasItsPlace) {
  for (int priority = 254; priority >= 0; --priority)
    Spawn(
        "t", [this, priority] { Say(std::to_string(priority)); }, static_cast<uint8_t>(priority));
  executor_.Run();
  ASSERT_EQ(trace_.size(), 255u);
  for (int priority = 0; priority != 255; ++priority)
    EXPECT_EQ(trace_[static_cast<size_t>(priority)], std::to_string(priority));
}

TEST_F(SchedulingTest, RunningThreadIsNeverPreempted) {
  EventQueue queue(executor_);
  Spawn(
      "waiter", [&] { queue.Wait(), Say("waiter"); }, 10);
  Spawn(
      "sleeper", [&] { executor_.Sleep(1ms), Say("sleeper"); }, 20);
  Spawn(
      "low",
      [&] {
        clock_.Advance(10ms);
        queue.PostAsync();
        Say("low goes on");
        executor_.Yield();
        Say("low again");
      },
      100);
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"low goes on", "waiter", "sleeper", "low again"}));
}

TEST_F(SchedulingTest, YieldGoesRoundAmongEquals) {
  for (const char* name : {"a", "b", "c"}) {
    Spawn(name, [this, name] {
      for (int i = 0; i != 3; ++i) Say(name), executor_.Yield();
    });
  }
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"a", "b", "c", "a", "b", "c", "a", "b", "c"}));
}

TEST_F(SchedulingTest, YieldNeverGivesWayToLowerPriority) {
  Spawn(
      "low", [&] { Say("low"); }, 65);
  Spawn("high", [&] {
    for (int i = 0; i != 100; ++i) executor_.Yield();
    Say("high");
  });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"high", "low"}));
}

TEST_F(SchedulingTest, CreatingAThreadOfHigherPriorityRunsItAtOnce) {
  Spawn(
      "creator",
      [&] {
        Spawn("new", [&] { Say("new"); });
        Say("creator");
      },
      65);
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"new", "creator"}));
}

TEST_F(SchedulingTest, CreatingAThreadOfEqualOrLowerPriorityIsNoSchedulingPoint) {
  Spawn("creator", [&] {
    Spawn("equal", [&] { Say("equal"); });
    Spawn(
        "low", [&] { Say("low"); }, 70);
    Say("creator");
  });
  Spawn("older", [&] { Say("older"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"creator", "older", "equal", "low"}));
}

TEST_F(SchedulingTest, CreatorThatGaveWayKeepsItsPlaceBeforeItsEquals) {
  Spawn(
      "creator",
      [&] {
        Spawn("high", [&] { Say("high"); });
        Say("creator");
      },
      100);
  Spawn(
      "equal", [&] { Say("equal"); }, 100);
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"high", "creator", "equal"}));
}

TEST_F(SchedulingTest, SetPriorityReturnsTheOldOne) {
  Spawn("thread", [&] {
    EXPECT_EQ(executor_.SetPriority(10), 64);
    EXPECT_EQ(executor_.SetPriority(254), 10);
    EXPECT_EQ(executor_.priority_of(executor_.current()), 254);
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(SchedulingTest, SetPriorityQueuesBehindEqualsAndSwitchesAtOnce) {
  Spawn("changer", [&] {
    executor_.SetPriority(80);
    Say("changer at 80");
    executor_.SetPriority(80);
    Say("changer again");
  });
  Spawn(
      "equal", [&] { Say("equal 1"), executor_.Yield(), Say("equal 2"); }, 80);
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"equal 1", "changer at 80", "equal 2", "changer again"}));
}

TEST_F(SchedulingTest, RaisingThePriorityDoesNotSwitchWhenStillFirst) {
  Spawn("changer", [&] {
    executor_.SetPriority(10);
    Say("changer");
  });
  Spawn("other", [&] { Say("other"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"changer", "other"}));
}

TEST_F(SchedulingTest, SetPriority255EndsTheThread) {
  const ThreadHandle handle = Spawn("thread", [&] {
    Say("before");
    executor_.SetPriority(kEndThread);
    Say("after");
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"before"}));
  EXPECT_FALSE(executor_.alive(handle));
}

TEST_F(SchedulingTest, ExitRunsDestructors) {
  struct Witness {
    OsTest::Trace& trace;
    ~Witness() { trace.push_back("destroyed"); }
  };
  Spawn("thread", [&] {
    const Witness witness{trace_};
    executor_.Exit();
  });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"destroyed"}));
}

TEST_F(SchedulingTest, SleepLastsItsTimeAndOrdersByDeadline) {
  Spawn("a", [&] { executor_.Sleep(30ms), Say("30 at " + std::to_string(ToMillis(Elapsed()))); });
  Spawn("b", [&] { executor_.Sleep(10ms), Say("10 at " + std::to_string(ToMillis(Elapsed()))); });
  Spawn("c", [&] { executor_.Sleep(20ms), Say("20 at " + std::to_string(ToMillis(Elapsed()))); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"10 at 10", "20 at 20", "30 at 30"}));
}

TEST_F(SchedulingTest, SleepOfZeroIsYield) {
  Spawn("a", [&] { executor_.Sleep(0ms), Say("a"); });
  Spawn("b", [&] { Say("b"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"b", "a"}));
  EXPECT_EQ(Elapsed(), 0ms);
}

TEST_F(SchedulingTest, ThreadWokenByATimerQueuesBehindTheYieldingOne) {
  Spawn(
      "sleeper", [&] { executor_.Sleep(5ms), Say("sleeper"); }, 63);
  Spawn("equal sleeper", [&] { executor_.Sleep(5ms), Say("equal sleeper"); });
  Spawn("busy", [&] {
    clock_.Advance(5ms);  // as a long computation would
    Say("busy 1");
    executor_.Yield();
    Say("busy 2");
    executor_.Yield();
    Say("busy 3");
  });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"busy 1", "sleeper", "busy 2", "equal sleeper", "busy 3"}));
}

TEST_F(SchedulingTest, ThreadThatSpinsOnYieldDoesNotStopTimeOrTimers) {
  bool rung = false;
  Timer timer(executor_.timers(), [&] { rung = true; });
  timer.StartAfter(1s);
  Spawn("spinner", [&] {
    while (!rung) executor_.Yield();
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(Elapsed(), 1s);
}

TEST_F(SchedulingTest, RunUntilStopsTheVirtualClockAtTheDeadline) {
  Spawn("sleeper", [&] {
    for (;;) executor_.Sleep(1s), Say("tick");
  });
  EXPECT_EQ(executor_.RunUntil(Instant(2500ms)), RunResult::kDeadline);
  EXPECT_EQ(trace_.size(), 2u);
  EXPECT_EQ(Elapsed(), 2500ms);
  EXPECT_EQ(executor_.RunUntil(Instant(3s)), RunResult::kDeadline);
  EXPECT_EQ(trace_.size(), 3u) << "what is due at the deadline runs";
}

TEST_F(SchedulingTest, RunUntilEndsWhileAThreadSpins) {
  Spawn("spinner", [&] {
    for (;;) executor_.Yield();
  });
  EXPECT_EQ(executor_.RunUntil(Instant(1s)), RunResult::kDeadline);
  EXPECT_EQ(Elapsed(), 1s);
}

TEST_F(SchedulingTest, QuiescentRunUntilMovesTheClockToTheDeadline) {
  EventQueue queue(executor_);
  const ThreadHandle waiter = Spawn("waiter", [&] { queue.Wait(); });
  EXPECT_EQ(executor_.RunUntil(Instant(7s)), RunResult::kQuiescent);
  EXPECT_EQ(Elapsed(), 7s);
  EXPECT_TRUE(executor_.Kill(waiter));
}

TEST_F(SchedulingTest, StopReturnsAtTheNextSchedulingPointAndRunGoesOnThere) {
  Spawn("thread", [&] {
    executor_.Stop();
    Say("still running");
    executor_.Yield();
    Say("run again");
  });
  EXPECT_EQ(executor_.Run(), RunResult::kStopped);
  EXPECT_EQ(trace_, (Trace{"still running"}));
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"still running", "run again"}));
}

TEST_F(SchedulingTest, StopFromATimerCallback) {
  Timer timer(executor_.timers(), [&] { executor_.Stop(); });
  timer.StartAfter(3s);
  Spawn("sleeper", [&] { executor_.Sleep(1h); });
  EXPECT_EQ(executor_.Run(), RunResult::kStopped);
  EXPECT_EQ(Elapsed(), 3s);
}

TEST_F(SchedulingTest, ErrnoBelongsToTheThread) {
  for (const int number : {EAGAIN, EPIPE, ENOTSOCK}) {
    Spawn("thread", [this, number] {
      EXPECT_EQ(errno, 0) << "a new thread starts without";
      errno = number;
      for (int i = 0; i != 10; ++i) {
        executor_.Yield();
        EXPECT_EQ(errno, number);
        executor_.Sleep(1ms);
        EXPECT_EQ(errno, number);
      }
    });
  }
  errno = EINTR;
  executor_.Run();
  EXPECT_EQ(errno, EINTR);
}

TEST_F(SchedulingTest, ThreadsMaySwitchWhileTheyHandleExceptions) {
  for (int i = 0; i != 3; ++i) {
    Spawn("thread", [this, i] {
      const std::string mine = "error of " + std::to_string(i);
      for (int round = 0; round <= i; ++round) {
        try {
          throw std::runtime_error(mine);
        } catch (const std::exception& error) {
          executor_.Yield();
          try {
            executor_.Sleep(Duration(3 - i));
            throw;
          } catch (const std::exception& again) {
            EXPECT_EQ(again.what(), mine);
          }
        }
      }
      EXPECT_EQ(std::uncaught_exceptions(), 0);
    });
  }
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(SchedulingTest, CurrentThreadAndNames) {
  EXPECT_FALSE(executor_.in_thread());
  EXPECT_FALSE(executor_.current().valid());
  const ThreadHandle first = Spawn("a rather long name", [&] {
    EXPECT_TRUE(executor_.in_thread());
    EXPECT_EQ(executor_.name_of(executor_.current()), "a rather long name");
  });
  Spawn("a rather long name", [] {});
  EXPECT_EQ(executor_.FindByName("a rather long name"), first) << "the oldest";
  EXPECT_FALSE(executor_.FindByName("a rather").valid());
  executor_.Run();
  EXPECT_EQ(executor_.name_of(first), "");
}

TEST_F(SchedulingTest, HandleOfAnEndedThreadStaysStaleWhenItsSlotIsUsedAgain) {
  const ThreadHandle old = Spawn("old", [] {});
  executor_.Run();
  const ThreadHandle young = Spawn("young", [] {});
  EXPECT_EQ(old.slot, young.slot);
  EXPECT_FALSE(executor_.alive(old));
  EXPECT_FALSE(executor_.Kill(old));
  EXPECT_TRUE(executor_.alive(young));
  executor_.Run();
}

TEST_F(SchedulingTest, ThreadListTellsStates) {
  EventQueue queue(executor_, "an event");
  Spawn("waiter", [&] { queue.Wait(); });
  Spawn("watcher", [&] {
    executor_.Yield();
    const auto threads = executor_.Threads();
    ASSERT_EQ(threads.size(), 3u);
    EXPECT_EQ(NameOf(threads[0].state), "SLP");
    EXPECT_EQ(NameOf(threads[1].state), "RUN");
    EXPECT_EQ(NameOf(threads[2].state), "RDY");
    EXPECT_EQ(threads[2].priority, 200);
    EXPECT_EQ(threads[1].name, "watcher");
    EXPECT_GE(threads[1].switches, 1u);
    EXPECT_EQ(threads[1].stack_size, 64u * 1024);
    EXPECT_GT(threads[1].stack_used, 0u);
    queue.Post();
  });
  Spawn(
      "low", [] {}, 200);
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(SchedulingTest, LimitOfThreadsIsReported) {
  Executor small(clock_, {.maximum_threads = 2});
  EXPECT_TRUE(small.Create("a", [] {}));
  EXPECT_TRUE(small.Create("b", [] {}));
  EXPECT_EQ(small.Create("c", [] {}).error(), Error::kNoBuffers);
  small.Run();
  EXPECT_TRUE(small.Create("c", [] {}));
}

TEST_F(SchedulingTest, TenThousandThreadsTakeTurns) {
  int sum = 0;
  for (int i = 0; i != 10000; ++i) {
    Spawn("worker", [&] {
      for (int round = 0; round != 3; ++round) ++sum, executor_.Yield();
      executor_.Sleep(1ms);
      ++sum;
    });
  }
  EXPECT_EQ(executor_.thread_count(), 10000u);
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(sum, 40000);
}

TEST_F(SchedulingTest, ExecutorCanRunInsideAThreadOfAnother) {
  Spawn("outer", [&] {
    VirtualClock clock;
    Executor inner(clock);
    ASSERT_TRUE(inner.Create("inner", [&] { inner.Sleep(1s), Say("inner"); }));
    EXPECT_EQ(inner.Run(), RunResult::kFinished);
    Say("outer");
  });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"inner", "outer"}));
}

using SchedulingDeathTest = OsTest;

TEST_F(SchedulingDeathTest, SchedulingPointOutsideOfThreads) {
  EXPECT_DEATH(executor_.Yield(), "outside of every thread");
}

TEST_F(SchedulingDeathTest, SchedulingPointInATimerCallback) {
  Timer timer(executor_.timers(), [&] { executor_.Sleep(1ms); });
  timer.StartAfter(1ms);
  Spawn("sleeper", [&] { executor_.Sleep(1s); });
  EXPECT_DEATH(executor_.Run(), "outside of every thread");
}

TEST_F(SchedulingDeathTest, SchedulingPointInANoSwitchScope) {
  Spawn("careless", [&] {
    const NoSwitchScope scope(executor_, "loop over connections");
    EventQueue queue(executor_);
    queue.PostAsync();  // allowed
    queue.Post();
  });
  EXPECT_DEATH(executor_.Run(), "'careless'.*loop over connections");
}

TEST_F(SchedulingDeathTest, NoSwitchScopesNestAndEnd) {
  Spawn("careful", [&] {
    {
      const NoSwitchScope outer(executor_, "outer");
      const NoSwitchScope inner(executor_, "inner");
    }
    executor_.Yield();
    Say("yielded");
    const NoSwitchScope outer(executor_, "outer");
    { const NoSwitchScope inner(executor_, "inner"); }
    EXPECT_DEATH(executor_.Yield(), "outer");
  });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"yielded"}));
}

TEST_F(SchedulingDeathTest, ExceptionThatLeavesAThreadNamesIt) {
  Spawn("thrower", [] { throw std::runtime_error("bad luck"); });
  EXPECT_DEATH(executor_.Run(), "'thrower'.*bad luck");
}

}  // namespace
}  // namespace nut::os
