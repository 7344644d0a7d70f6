// nut-api sys/event.h, sentence by sentence.
#include "stack/os/event_queue.h"

#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

class EventQueueTest : public OsTest {
 protected:
  void TearDown() override { executor_.KillAll(); }

  EventQueue queue_{executor_, "test event"};
};

TEST_F(EventQueueTest, PostWithoutWaiterIsRememberedOnce) {
  EXPECT_EQ(queue_.PostAsync(), 0);
  EXPECT_EQ(queue_.PostAsync(), 0);
  EXPECT_TRUE(queue_.signalled());
  bool first = false, second = true;
  Spawn("waiter", [&] {
    first = queue_.Wait(10ms);
    second = queue_.Wait(10ms);
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_TRUE(first);
  EXPECT_FALSE(second);
  EXPECT_EQ(Elapsed(), 10ms);
}

TEST_F(EventQueueTest, WaitOnSignalledQueueClearsItYieldsAndReturnsTrueWhateverTheTimeout) {
  queue_.PostAsync();
  Spawn("waiter", [&] {
    const bool result = queue_.Wait(1ns);
    Say(result ? "came" : "timed out");
  });
  Spawn("other", [&] { Say(queue_.signalled() ? "other: still signalled" : "other: cleared"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"other: cleared", "came"}));
  EXPECT_EQ(Elapsed(), 0ns);
}

TEST_F(EventQueueTest, WaitTimesOutAfterItsLimit) {
  bool result = true;
  Spawn("waiter", [&] { result = queue_.Wait(250ms); });
  executor_.Run();
  EXPECT_FALSE(result);
  EXPECT_EQ(Elapsed(), 250ms);
  EXPECT_FALSE(queue_.has_waiters());
}

TEST_F(EventQueueTest, PostStopsTheTimeoutOfWhomItWakes) {
  Spawn("waiter", [&] { EXPECT_TRUE(queue_.Wait(250ms)); });
  Spawn("poster", [&] {
    executor_.Sleep(100ms);
    EXPECT_EQ(queue_.Post(), 1);
    EXPECT_EQ(executor_.timers().size(), 0u);
  });
  executor_.Run();
  EXPECT_EQ(Elapsed(), 100ms);
}

TEST_F(EventQueueTest, WaitForEverEndsTheRunAsQuiescentWhenNobodyCanPost) {
  Spawn("waiter", [&] { queue_.Wait(); });
  EXPECT_EQ(executor_.Run(), RunResult::kQuiescent);
  EXPECT_TRUE(queue_.has_waiters());
}

TEST_F(EventQueueTest, WaitersWakeByPriorityAndFifoWithinOne) {
  const auto waiter = [&](const char* name) {
    return [this, name] {
      queue_.Wait();
      Say(name);
    };
  };
  Spawn("a", waiter("low 1"), 100);
  Spawn("b", waiter("low 2"), 100);
  Spawn("c", waiter("high 1"), 10);
  Spawn("d", waiter("high 2"), 10);
  Spawn("e", waiter("middle"), 50);
  executor_.RunUntil(clock_.Now());
  EXPECT_EQ(queue_.waiter_count(), 5u);
  for (int i = 0; i != 5; ++i) {
    EXPECT_EQ(queue_.PostAsync(), 1);
    executor_.RunUntil(clock_.Now());
    EXPECT_EQ(trace_.size(), static_cast<size_t>(i) + 1);
  }
  EXPECT_EQ(trace_, (Trace{"high 1", "high 2", "middle", "low 1", "low 2"}));
  EXPECT_EQ(queue_.PostAsync(), 0);
}

TEST_F(EventQueueTest, PostAsyncWakesExactlyOneAndDoesNotSwitch) {
  for (const char* name : {"first", "second"}) {
    Spawn(
        name, [this, name] { queue_.Wait(), Say(name); }, 10);
  }
  Spawn("poster", [&] {
    EXPECT_EQ(queue_.PostAsync(), 1);
    Say("poster");
  });
  EXPECT_EQ(executor_.Run(), RunResult::kQuiescent);
  EXPECT_EQ(trace_, (Trace{"poster", "first"}));
  queue_.BroadcastAsync();
  executor_.Run();
}

TEST_F(EventQueueTest, WokenThreadOfHigherPriorityRunsBeforePostReturns) {
  Spawn(
      "high", [&] { queue_.Wait(), Say("woken"); }, 10);
  Spawn("poster", [&] { queue_.Post(), Say("posted"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"woken", "posted"}));
}

TEST_F(EventQueueTest, WokenThreadOfEqualPriorityRunsBeforePostReturns) {
  Spawn("equal", [&] { queue_.Wait(), Say("woken"); });
  Spawn("poster", [&] { queue_.Post(), Say("posted"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"woken", "posted"}));
}

TEST_F(EventQueueTest, WokenThreadOfLowerPriorityRunsAfterPostReturned) {
  Spawn(
      "low", [&] { queue_.Wait(), Say("woken"); }, 100);
  Spawn("poster", [&] {
    executor_.Sleep(1ms);
    queue_.Post();
    Say("posted");
  });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"posted", "woken"}));
}

TEST_F(EventQueueTest, PostIsASchedulingPointEvenIfNobodyWaits) {
  Spawn("poster", [&] {
    EXPECT_EQ(queue_.Post(), 0);
    Say("posted");
  });
  Spawn("other", [&] { Say("other"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"other", "posted"}));
}

TEST_F(EventQueueTest, TryWaitYieldsOnSuccessAndNeverBlocksOtherwise) {
  Spawn("trier", [&] {
    EXPECT_FALSE(queue_.TryWait());
    Say("nothing there");
    queue_.PostAsync();
    EXPECT_TRUE(queue_.TryWait());
    Say("got it");
    EXPECT_FALSE(queue_.signalled());
  });
  Spawn("other", [&] { Say("other"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"nothing there", "other", "got it"}));
}

TEST_F(EventQueueTest, WaitNextForgetsWhatWasPostedBefore) {
  queue_.PostAsync();
  Spawn("waiter", [&] {
    EXPECT_FALSE(queue_.WaitNext(5ms));
    EXPECT_EQ(Elapsed(), 5ms);
    EXPECT_TRUE(queue_.WaitNext());
  });
  Spawn("poster", [&] { executor_.Sleep(20ms), queue_.Post(); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(Elapsed(), 20ms);
}

TEST_F(EventQueueTest, BroadcastWakesAllAndReturnsTheirNumber) {
  for (int i = 0; i != 3; ++i) Spawn("waiter", [&] { queue_.Wait(), Say("woken"); });
  Spawn("poster", [&] {
    EXPECT_EQ(queue_.Broadcast(), 3);
    Say("broadcast");
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"woken", "woken", "woken", "broadcast"}));
}

TEST_F(EventQueueTest, BroadcastDropsARememberedEventAndLeavesNone) {
  EXPECT_EQ(queue_.BroadcastAsync(), 0);
  EXPECT_FALSE(queue_.signalled());
  queue_.PostAsync();
  EXPECT_EQ(queue_.BroadcastAsync(), 0);
  EXPECT_FALSE(queue_.signalled());
}

TEST_F(EventQueueTest, BroadcastAsyncDoesNotSwitch) {
  Spawn(
      "high", [&] { queue_.Wait(), Say("woken"); }, 10);
  Spawn("poster", [&] {
    EXPECT_EQ(queue_.BroadcastAsync(), 1);
    Say("broadcast");
  });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"broadcast", "woken"}));
}

TEST_F(EventQueueTest, PostedQueueIsAMutex) {
  queue_.PostAsync();
  int inside = 0;
  for (int i = 0; i != 4; ++i) {
    Spawn("user", [&] {
      for (int round = 0; round != 10; ++round) {
        queue_.Wait();
        EXPECT_EQ(++inside, 1);
        executor_.Yield();
        --inside;
        queue_.Post();
      }
    });
  }
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(EventQueueTest, TimedOutThreadLeavesTheQueueToOthers) {
  Spawn("impatient", [&] { EXPECT_FALSE(queue_.Wait(1ms)); });
  Spawn("patient", [&] { EXPECT_TRUE(queue_.Wait()); });
  Spawn("poster", [&] {
    executor_.Sleep(2ms);
    EXPECT_EQ(queue_.Post(), 1);
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(EventQueueTest, ListingTellsWhatAThreadWaitsFor) {
  const ThreadHandle waiter = Spawn("waiter", [&] { queue_.Wait(1s); });
  executor_.RunUntil(clock_.Now());
  const auto info = executor_.Inspect(waiter);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->waiting_on, "test event");
  EXPECT_EQ(info->state, ThreadState::kSleeping);
  EXPECT_EQ(info->wakes_at, Instant(1s));
  executor_.Run();
}

TEST_F(EventQueueTest, DestroyingAQueueInWhichThreadsWaitEndsTheProcess) {
  EXPECT_DEATH(
      {
        auto queue = std::make_unique<EventQueue>(executor_);
        Spawn("waiter", [&] { queue->Wait(); });
        executor_.Run();
        queue.reset();
      },
      "destroyed while threads wait");
}

}  // namespace
}  // namespace nut::os
