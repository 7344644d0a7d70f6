// Stacks of threads: their size, their high-water marks, and what happens when one is too small.
#include <alloca.h>
#include <sys/resource.h>

#include <csignal>
#include <cstring>
#include <fstream>

#include "stack/os/sanitizer.h"
#include "stack/os/stack_overflow_reporter.h"
#include "stack/os/stack_pool.h"
#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

[[gnu::noinline]] void UseStack(size_t bytes) {
  auto* const memory = static_cast<volatile char*>(alloca(bytes));
  for (size_t i = 0; i < bytes; i += 64) memory[i] = 'x';
}

[[gnu::noinline]] int Recurse(int depth) {
  volatile char frame[256];
  frame[0] = static_cast<char>(depth);
  return depth == 1'000'000 ? 0 : Recurse(depth + 1) + frame[0];
}

// An address that no optimiser knows to be bad.
volatile uintptr_t bad_address = 16;

size_t ResidentBytes() {
  size_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * 4096;
}

using StackTest = OsTest;

TEST_F(StackTest, RequestedSizeIsAHintWithAMinimum) {
  const auto small = executor_.Create(
      "small", [] {}, 256);
  const auto large = executor_.Create(
      "large", [] {}, 1000000);
  ASSERT_TRUE(small && large);
  EXPECT_EQ(executor_.Inspect(*small)->stack_size, 64u * 1024);
  EXPECT_GE(executor_.Inspect(*large)->stack_size, 1000000u);
  executor_.Run();
}

TEST_F(StackTest, HighWaterMarkFollowsTheDeepestUse) {
  const auto thread = executor_.Create(
      "thread",
      [&] {
        executor_.Yield();
        UseStack(20000);
        executor_.Yield();
      },
      128 * 1024);
  ASSERT_TRUE(thread.has_value());
  ASSERT_TRUE(executor_.Create("watcher", [&] {
    const size_t before = executor_.Inspect(*thread)->stack_used;
    EXPECT_GT(before, 0u);
    EXPECT_LT(before, 16000u);
    executor_.Yield();
    const size_t after = executor_.Inspect(*thread)->stack_used;
    EXPECT_GE(after, 20000u);
    EXPECT_LT(after, 40000u);
  }));
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(StackTest, StackUsedAgainForgetsItsFormerThread) {
  ASSERT_TRUE(executor_.Create("deep", [&] { UseStack(50000); }));
  executor_.Run();
  const auto shallow = executor_.Create("shallow", [&] { executor_.Yield(); });
  ASSERT_TRUE(shallow.has_value());
  executor_.RunUntil(clock_.Now());
  const auto again = executor_.Create("shallow", [&] { executor_.Sleep(1s); });
  ASSERT_TRUE(again.has_value());
  executor_.RunUntil(clock_.Now());
  EXPECT_LT(executor_.Inspect(*again)->stack_used, 16000u);
}

TEST(StackPoolTest, StackReadsAsZeroWhenNewAndWhenUsedAgain) {
  StackPool pool(1024 * 1024);
  for (int round = 0; round != 3; ++round) {
    const auto stack = pool.Acquire(100000);
    ASSERT_TRUE(stack.has_value());
    EXPECT_GE(stack->size, 100000u);
    EXPECT_EQ(StackPool::HighWater(*stack), 0u);
    for (size_t i = 0; i != stack->size; ++i) ASSERT_EQ(std::to_integer<int>(stack->bottom[i]), 0);
    const size_t used = round == 0 ? 90000 : 1000;
    std::memset(stack->bottom + stack->size - used, 0xff, used);
    EXPECT_EQ(StackPool::HighWater(*stack), used);
    pool.Release(*stack);
    EXPECT_EQ(pool.pooled_bytes(), stack->size);
  }
}

TEST(StackPoolTest, KeepsNoMoreThanItsLimit) {
  StackPool pool(200000);
  std::vector<Stack> stacks;
  for (int i = 0; i != 10; ++i) stacks.push_back(pool.Acquire(65536).value());
  for (const Stack& stack : stacks) pool.Release(stack);
  EXPECT_EQ(pool.pooled_bytes(), 3u * 65536);
}

TEST(StackPoolTest, ReportsThatTheHostHasNoRoom) {
  StackPool pool(0);
  EXPECT_EQ(pool.Acquire(size_t{1} << 60).error(), Error::kNoBuffers);
}

TEST(StackPoolTest, GuardLiesDirectlyBelow) {
  StackPool pool(0);
  const Stack stack = pool.Acquire(65536).value();
  EXPECT_FALSE(StackPool::InGuard(stack, stack.bottom));
  EXPECT_TRUE(StackPool::InGuard(stack, stack.bottom - 1));
  EXPECT_TRUE(StackPool::InGuard(stack, stack.bottom - StackPool::kGuardSize));
  EXPECT_FALSE(StackPool::InGuard(stack, stack.bottom - StackPool::kGuardSize - 1));
  pool.Release(stack);
}

TEST_F(StackTest, UntouchedPagesCostNoMemory) {
#if defined(NUT_OS_ASAN)
  GTEST_SKIP() << "the sanitizer's shadow counts as memory of the process";
#endif
  const size_t before = ResidentBytes();
  for (int i = 0; i != 1000; ++i)
    ASSERT_TRUE(executor_.Create(
        "thread", [&] { executor_.Sleep(1s); }, 1 << 20));
  executor_.RunUntil(clock_.Now());
  EXPECT_LT(ResidentBytes() - before, 1000u * 16 * 1024) << "of 1 GiB asked for";
  executor_.KillAll();
}

TEST_F(StackTest, OverflowNamesTheThread) {
  Spawn("deep diver", [] { Recurse(0); });
  EXPECT_DEATH(
      {
        const StackOverflowReporter reporter(executor_);
        executor_.Run();
      },
      "thread 'deep diver' overflowed its stack of 65536 bytes");
}

TEST_F(StackTest, OverflowByALargeFrameNamesTheThread) {
  Spawn("big frame", [] { UseStack(100000); });
  EXPECT_DEATH(
      {
        const StackOverflowReporter reporter(executor_);
        executor_.Run();
      },
      "thread 'big frame' overflowed");
}

void SayAndExit(int) {
  constexpr char kText[] = "the previous handler\n";
  if (write(STDERR_FILENO, kText, sizeof kText - 1) < 0) _exit(2);
  _exit(1);
}

TEST_F(StackTest, OtherFaultsGoToThePreviousHandler) {
  Spawn("faulty", [] { *reinterpret_cast<volatile int*>(bad_address) = 1; });
  EXPECT_DEATH(
      {
        std::signal(SIGSEGV, SayAndExit);
        const StackOverflowReporter reporter(executor_);
        executor_.Run();
      },
      "the previous handler");
}

TEST_F(StackTest, ReporterRestoresThePreviousHandler) {
  struct sigaction before {};
  sigaction(SIGSEGV, nullptr, &before);
  {
    const StackOverflowReporter reporter(executor_);
    struct sigaction during {};
    sigaction(SIGSEGV, nullptr, &during);
    EXPECT_NE(during.sa_sigaction, before.sa_sigaction);
  }
  struct sigaction after {};
  sigaction(SIGSEGV, nullptr, &after);
  EXPECT_EQ(after.sa_sigaction, before.sa_sigaction);
}

}  // namespace
}  // namespace nut::os
