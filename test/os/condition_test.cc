// nut-api sys/condition.h: the intended semantics.
#include "stack/os/condition.h"

#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

class ConditionTest : public OsTest {
 protected:
  void TearDown() override { executor_.KillAll(); }

  Condition condition_{executor_};
};

TEST_F(ConditionTest, WaitUnlocksAndLocksAgain) {
  bool ready = false;
  Spawn("waiter", [&] {
    condition_.Lock();
    while (!ready) EXPECT_TRUE(condition_.Wait());
    EXPECT_EQ(condition_.mutex().owner(), executor_.current());
    Say("seen");
    EXPECT_TRUE(condition_.Unlock());
  });
  Spawn("signaller", [&] {
    condition_.Lock();
    ready = true;
    condition_.Signal();
    Say("signalled");
    condition_.Unlock();
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"signalled", "seen"}));
}

TEST_F(ConditionTest, SignalIsRememberedIfNobodyWaits) {
  Spawn("thread", [&] {
    condition_.Signal();
    condition_.Lock();
    EXPECT_TRUE(condition_.Wait(1s));
    EXPECT_EQ(Elapsed(), 0s);
    condition_.Unlock();
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(ConditionTest, BroadcastWakesAllWaitersAndIsNotRemembered) {
  for (int i = 0; i != 3; ++i) {
    Spawn("waiter", [&] {
      condition_.Lock();
      EXPECT_TRUE(condition_.Wait());
      Say("woken");
      condition_.Unlock();
    });
  }
  Spawn("broadcaster", [&] {
    condition_.Broadcast();
    condition_.Lock();
    EXPECT_FALSE(condition_.Wait(5ms));
    condition_.Unlock();
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_.size(), 3u);
}

TEST_F(ConditionTest, BroadcastByWhoWaitedForTheLockIsNotMissed) {
  Spawn("waiter", [&] {
    condition_.Lock();
    executor_.Yield();  // the broadcaster queues for the lock
    EXPECT_TRUE(condition_.Wait(1s));
    EXPECT_EQ(Elapsed(), 0s);
    condition_.Unlock();
  });
  Spawn("broadcaster", [&] {
    condition_.Lock();
    condition_.Broadcast();
    condition_.Unlock();
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(ConditionTest, WaitReleasesAllNestedLocksAndRestoresThem) {
  Spawn("waiter", [&] {
    condition_.Lock();
    condition_.Lock();
    EXPECT_TRUE(condition_.Wait());
    EXPECT_EQ(condition_.mutex().count(), 2);
    EXPECT_TRUE(condition_.Unlock());
    EXPECT_TRUE(condition_.Unlock());
  });
  Spawn("signaller", [&] {
    condition_.Lock();
    condition_.Signal();
    condition_.Unlock();
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(ConditionTest, TimedWaitEndsLocked) {
  Spawn("waiter", [&] {
    condition_.Lock();
    EXPECT_FALSE(condition_.Wait(10ms));
    EXPECT_EQ(Elapsed(), 10ms);
    EXPECT_TRUE(condition_.Unlock());
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(ConditionTest, WaitWithoutTheLockFailsAtOnce) {
  Spawn("thread", [&] { EXPECT_FALSE(condition_.Wait()); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

}  // namespace
}  // namespace nut::os
