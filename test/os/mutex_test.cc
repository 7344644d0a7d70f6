// nut-api sys/mutex.h.
#include "stack/os/mutex.h"

#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

class MutexTest : public OsTest {
 protected:
  void TearDown() override { executor_.KillAll(); }

  Mutex mutex_{executor_};
};

TEST_F(MutexTest, LockingAFreeMutexIsNoSchedulingPoint) {
  Spawn("a", [&] {
    mutex_.Lock();
    Say("a locked");
    mutex_.Unlock();
  });
  Spawn("b", [&] { Say("b"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"a locked", "b"}));
}

TEST_F(MutexTest, OnlyOneThreadIsInsideAndOthersEnterInOrder) {
  for (const char* name : {"a", "b", "c"}) {
    Spawn(name, [this, name] {
      const MutexLock lock(mutex_);
      Say(std::string(name) + " in");
      executor_.Sleep(10ms);
      Say(std::string(name) + " out");
    });
  }
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
  EXPECT_EQ(trace_, (Trace{"a in", "a out", "b in", "b out", "c in", "c out"}));
}

TEST_F(MutexTest, CountsRecursionAndIsFreeAtZeroOnly) {
  Spawn("owner", [&] {
    mutex_.Lock();
    mutex_.Lock();
    EXPECT_EQ(mutex_.count(), 2);
    EXPECT_TRUE(mutex_.Unlock());
    executor_.Sleep(10ms);
    Say("still mine");
    EXPECT_TRUE(mutex_.Unlock());
    EXPECT_FALSE(mutex_.Unlock()) << "not locked any more";
  });
  Spawn("other", [&] {
    EXPECT_FALSE(mutex_.TryLock());
    mutex_.Lock();
    Say("other's");
    mutex_.Unlock();
  });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"still mine", "other's"}));
}

TEST_F(MutexTest, UnlockByAnotherThanTheOwnerFails) {
  Spawn("owner", [&] {
    mutex_.Lock();
    executor_.Yield();
    EXPECT_EQ(mutex_.owner(), executor_.current());
    mutex_.Unlock();
  });
  Spawn("other", [&] { EXPECT_FALSE(mutex_.Unlock()); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(MutexTest, LastUnlockIsASchedulingPointAndInnerOnesAreNot) {
  Spawn("a", [&] {
    mutex_.Lock();
    mutex_.Lock();
    mutex_.Unlock();
    Say("inner");
    mutex_.Unlock();
    Say("outer");
  });
  Spawn("b", [&] { Say("b"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"inner", "b", "outer"}));
}

TEST_F(MutexTest, TryLockNeverWaits) {
  Spawn("owner", [&] {
    EXPECT_TRUE(mutex_.TryLock());
    EXPECT_TRUE(mutex_.TryLock()) << "recursive";
    executor_.Sleep(1ms);
    mutex_.Unlock();
    mutex_.Unlock();
  });
  Spawn("other", [&] {
    EXPECT_FALSE(mutex_.TryLock());
    EXPECT_EQ(Elapsed(), 0ms);
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(MutexTest, MayBeDestroyedWhenFreeOrOwnedByTheCaller) {
  Spawn("owner", [&] {
    EXPECT_TRUE(mutex_.destroyable());
    mutex_.Lock();
    EXPECT_TRUE(mutex_.destroyable());
    executor_.Yield();
    mutex_.Unlock();
  });
  Spawn("other", [&] { EXPECT_FALSE(mutex_.destroyable()); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(MutexTest, KillingAThreadThatHoldsAGuardFreesTheMutex) {
  const ThreadHandle owner = Spawn("owner", [&] {
    const MutexLock lock(mutex_);
    executor_.Sleep(1h);
  });
  Spawn("killer", [&] {
    EXPECT_FALSE(mutex_.TryLock());
    EXPECT_TRUE(executor_.Kill(owner));
    EXPECT_TRUE(mutex_.TryLock());
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

}  // namespace
}  // namespace nut::os
