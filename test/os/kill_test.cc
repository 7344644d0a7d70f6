// Ending threads from outside: whatever a thread does, its destructors run and nothing of it stays behind.
#include <memory>

#include "stack/os/mutex.h"
#include "stack/os/no_switch_scope.h"
#include "stack/os/timer.h"
#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

struct Witness {
  std::vector<std::string>& trace;
  std::string name;
  ~Witness() { trace.push_back("end of " + name); }
};

using KillTest = OsTest;

TEST_F(KillTest, ThreadInAQueueIsUnwoundBeforeKillReturns) {
  EventQueue queue(executor_);
  const ThreadHandle victim = Spawn("victim", [&] {
    const Witness witness{trace_, "victim"};
    queue.Wait(1h);
    Say("never");
  });
  Spawn("killer", [&] {
    EXPECT_TRUE(executor_.Kill(victim));
    Say("killed");
    EXPECT_FALSE(queue.has_waiters());
    EXPECT_EQ(executor_.timers().size(), 0u);
    EXPECT_FALSE(executor_.alive(victim));
    EXPECT_FALSE(executor_.Kill(victim));
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"end of victim", "killed"}));
  EXPECT_EQ(Elapsed(), 0s);
}

TEST_F(KillTest, ReadyThreadIsUnwound) {
  const ThreadHandle victim = Spawn("victim", [&] {
    const Witness witness{trace_, "victim"};
    executor_.Yield();
    Say("never");
  });
  Spawn("killer", [&] { executor_.Kill(victim); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"end of victim"}));
}

TEST_F(KillTest, SleepingThreadIsUnwound) {
  const ThreadHandle victim = Spawn("victim", [&] {
    const Witness witness{trace_, "victim"};
    executor_.Sleep(1h);
  });
  Spawn("killer", [&] { executor_.Kill(victim); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(Elapsed(), 0s);
  EXPECT_EQ(trace_, (Trace{"end of victim"}));
}

TEST_F(KillTest, ThreadThatNeverStartedDoesNotRunButItsBodyIsDestroyed) {
  const auto shared = std::make_shared<int>();
  const ThreadHandle victim = Spawn("victim", [this, shared] { Say("never"); });
  EXPECT_EQ(shared.use_count(), 2);
  EXPECT_TRUE(executor_.Kill(victim));
  EXPECT_EQ(shared.use_count(), 1);
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, Trace{});
}

TEST_F(KillTest, KillingItselfIsExit) {
  Spawn("suicide", [&] {
    const Witness witness{trace_, "suicide"};
    executor_.Kill(executor_.current());
    Say("never");
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"end of suicide"}));
}

TEST_F(KillTest, NothingWaitsInTheDestructorsOfAKilledThread) {
  EventQueue queue(executor_);
  struct Lingerer {
    Executor& executor;
    EventQueue& queue;
    Trace& trace;
    ~Lingerer() {
      executor.Yield();
      executor.Sleep(1h);
      trace.push_back(queue.Wait() ? "came" : "timed out");
      queue.Post();
      trace.push_back(queue.Wait() ? "came" : "timed out");
    }
  };
  const ThreadHandle victim = Spawn("victim", [&] {
    const Lingerer lingerer{executor_, queue, trace_};
    executor_.Sleep(1h);
  });
  Spawn("killer", [&] {
    executor_.Kill(victim);
    Say("killed");
  });
  Spawn("bystander", [&] { Say("bystander"); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"timed out", "came", "killed", "bystander"}));
}

TEST_F(KillTest, SwallowedUnwindingStartsAgainAtTheNextSchedulingPoint) {
  const ThreadHandle victim = Spawn("victim", [&] {
    for (;;) {
      try {
        executor_.Sleep(1h);
      } catch (...) {
        Say("swallowed");
      }
      executor_.Yield();
      Say("never");
    }
  });
  Spawn("killer", [&] { executor_.Kill(victim); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"swallowed"}));
}

TEST_F(KillTest, ThreadThatYieldsInADestructorIsEndedAfterIt) {
  Mutex mutex(executor_);
  const ThreadHandle victim = Spawn("victim", [&] {
    const Witness witness{trace_, "victim"};
    { const MutexLock lock(mutex); }  // gives way
    Say("behind the destructor");
    executor_.Yield();
    Say("never");
  });
  Spawn("killer", [&] { executor_.Kill(victim); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"behind the destructor", "end of victim"}));
}

TEST_F(KillTest, EventGivenToAKilledThreadIsNotLost) {
  EventQueue lock(executor_);
  lock.PostAsync();
  struct Guard {
    EventQueue& lock;
    explicit Guard(EventQueue& queue) : lock(queue) { lock.Wait(); }
    ~Guard() { lock.Post(); }
  };
  ThreadHandle victim;
  Spawn("first", [&] {
    {
      const Guard guard(lock);
      executor_.Sleep(1ms);
      lock.PostAsync();  // hands the lock to the victim, …
      EXPECT_FALSE(lock.signalled());
      executor_.Kill(victim);         // which is killed before it can run, …
      EXPECT_TRUE(lock.signalled());  // and passed it on
      lock.TryWait();
    }
    Say("done");
  });
  victim = Spawn("victim", [&] {
    const Guard guard(lock);
    executor_.Sleep(1h);
    Say("never");
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"done"}));
}

TEST_F(KillTest, ThreadThatOnlyPostsIsEndedToo) {
  EventQueue queue(executor_);
  const ThreadHandle victim = Spawn("victim", [&] {
    for (;;) queue.Post();
  });
  Spawn("killer", [&] { executor_.Kill(victim); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(KillTest, DestructorsMayKillOthers) {
  const ThreadHandle second = Spawn("second", [&] {
    const Witness witness{trace_, "second"};
    executor_.Sleep(1h);
  });
  struct Killer {
    Executor& executor;
    ThreadHandle victim;
    ~Killer() { executor.Kill(victim); }
  };
  const ThreadHandle first = Spawn("first", [&] {
    const Killer killer{executor_, second};
    const Witness witness{trace_, "first"};
    executor_.Sleep(1h);
  });
  Spawn("killer", [&] {
    executor_.Kill(first);
    executor_.Yield();
    Say("killer goes on");
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"end of first", "end of second", "killer goes on"}));
}

TEST_F(KillTest, TimerCallbackMayKill) {
  const ThreadHandle victim = Spawn("victim", [&] {
    const Witness witness{trace_, "victim"};
    executor_.Sleep(1h);
  });
  Timer timer(executor_.timers(), [&] { EXPECT_TRUE(executor_.Kill(victim)); });
  timer.StartAfter(1s);
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(Elapsed(), 1s);
}

TEST_F(KillTest, DestroyingTheExecutorUnwindsAllThreads) {
  {
    Executor executor(clock_);
    ASSERT_TRUE(executor.Create("owner", [&] {
      EventQueue mine(executor);  // goes with the stack of the first thread while another waits in it
      const Witness witness{trace_, "owner"};
      ASSERT_TRUE(executor.Create("guest", [&] {
        const Witness guest{trace_, "guest"};
        mine.Wait();
      }));
      executor.Sleep(1h);
    }));
    ASSERT_TRUE(executor.Create(
        "unstarted", [&] { Say("never"); }, 0, 200));
    Timer timer(executor.timers(), [&] { executor.Stop(); });
    timer.StartAfter(0s);
    EXPECT_EQ(executor.RunUntil(clock_.Now()), RunResult::kStopped);
    executor.RunUntil(clock_.Now() + 1s);
  }
  EXPECT_EQ(trace_.front(), "never") << "it had its turn";
  EXPECT_EQ((Trace{trace_.begin() + 1, trace_.end()}), (Trace{"end of owner", "end of guest"}));
}

TEST_F(KillTest, StacksOfKilledThreadsAreUsedAgain) {
  for (int round = 0; round != 1000; ++round) {
    const ThreadHandle victim = Spawn("victim", [&] { executor_.Sleep(1h); });
    Spawn("killer", [&] { executor_.Kill(victim); });
    EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  }
  EXPECT_EQ(executor_.thread_count(), 0u);
}

TEST_F(KillTest, KillingWhereNoOtherThreadMayRunEndsTheProcess) {
  const ThreadHandle victim = Spawn("victim", [&] { executor_.Sleep(1h); });
  Spawn("killer", [&] {
    const NoSwitchScope scope(executor_, "loop over threads");
    executor_.Kill(victim);
  });
  EXPECT_DEATH(executor_.Run(), "killed where no other may run");
}

}  // namespace
}  // namespace nut::os
