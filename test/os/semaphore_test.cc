// nut-api sys/semaphore.h.
#include "stack/os/semaphore.h"

#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

using SemaphoreTest = OsTest;

TEST_F(SemaphoreTest, WaitTakesWithoutSwitchingWhileThereIsOne) {
  Semaphore semaphore(executor_, 2);
  Spawn("a", [&] {
    EXPECT_TRUE(semaphore.Wait());
    EXPECT_TRUE(semaphore.Wait());
    Say("a took two");
    EXPECT_EQ(semaphore.value(), 0);
  });
  Spawn("b", [&] { Say("b"); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"a took two", "b"}));
}

TEST_F(SemaphoreTest, NegativeValueIsTheNumberOfWaiters) {
  Semaphore semaphore(executor_, 0);
  for (int i = 0; i != 3; ++i) Spawn("waiter", [&] { semaphore.Wait(), Say("got"); });
  executor_.RunUntil(clock_.Now());
  EXPECT_EQ(semaphore.value(), -3);
  EXPECT_TRUE(semaphore.has_waiters());
  Spawn("poster", [&] {
    semaphore.Post();
    Say("posted");
  });
  executor_.RunUntil(clock_.Now());
  EXPECT_EQ(semaphore.value(), -2);
  EXPECT_EQ(trace_, (Trace{"got", "posted"})) << "a post with waiters yields";
  executor_.KillAll();
}

TEST_F(SemaphoreTest, PostWithoutWaitersIsNoSchedulingPoint) {
  Semaphore semaphore(executor_, 0);
  Spawn("a", [&] {
    semaphore.Post();
    Say("a");
  });
  Spawn("b", [&] { Say("b"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"a", "b"}));
  EXPECT_EQ(semaphore.value(), 1);
}

TEST_F(SemaphoreTest, TryWaitTakesOrFails) {
  Semaphore semaphore(executor_, 1);
  EXPECT_TRUE(semaphore.TryWait());
  EXPECT_FALSE(semaphore.TryWait());
  EXPECT_EQ(semaphore.value(), 0);
}

TEST_F(SemaphoreTest, WaitGivesUpAfterItsLimitAndTakesNothing) {
  Semaphore semaphore(executor_, 0);
  Spawn("waiter", [&] {
    EXPECT_FALSE(semaphore.Wait(10ms));
    EXPECT_EQ(semaphore.value(), 0);
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(Elapsed(), 10ms);
}

TEST_F(SemaphoreTest, NoneIsLostOrInventedBetweenProducersAndConsumers) {
  Semaphore semaphore(executor_, 0);
  int taken = 0;
  for (int i = 0; i != 4; ++i) {
    Spawn(
        "consumer",
        [&] {
          for (;;) semaphore.Wait(), ++taken;
        },
        static_cast<uint8_t>(60 + 3 * i));
  }
  for (int i = 0; i != 3; ++i) {
    Spawn("producer", [&] {
      for (int round = 0; round != 100; ++round) {
        semaphore.Post();
        if (round % 7 == 0) executor_.Sleep(1ms);
      }
    });
  }
  EXPECT_EQ(executor_.Run(), RunResult::kQuiescent);
  EXPECT_EQ(taken, 300);
  EXPECT_EQ(semaphore.value(), -4);
  executor_.KillAll();
}

TEST_F(SemaphoreTest, CountStopsAtTheLimitOfAShort) {
  Semaphore semaphore(executor_, 32767);
  Spawn("poster", [&] { semaphore.Post(); });
  executor_.Run();
  EXPECT_EQ(semaphore.value(), 32767);
}

}  // namespace
}  // namespace nut::os
