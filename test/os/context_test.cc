// What a thread has of its own across switches: registers, errno, rounding mode, exceptions being handled.
#include <cerrno>
#include <cfenv>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

using ContextTest = OsTest;

// Not a constant for the compiler, which knows of no rounding mode.
double Third() {
  volatile double dividend = 1;
  return dividend / 3;
}

TEST_F(ContextTest, EveryThreadHasItsOwnErrno) {
  std::vector<int> seen;
  for (const int mine : {EAGAIN, EPIPE, EINTR}) {
    Spawn("errno", [&, mine] {
      EXPECT_EQ(errno, 0);
      errno = mine;
      executor_.Yield();
      seen.push_back(errno);
    });
  }
  executor_.Run();
  EXPECT_EQ(seen, (std::vector<int>{EAGAIN, EPIPE, EINTR}));
}

TEST_F(ContextTest, EveryThreadHasItsOwnRoundingMode) {
  const double nearest = Third();
  std::vector<int> modes;
  std::vector<double> thirds;
  for (const int mode : {FE_UPWARD, FE_DOWNWARD, FE_TONEAREST}) {
    Spawn("rounding", [&, mode] {
      EXPECT_EQ(fegetround(), FE_TONEAREST);
      fesetround(mode);
      for (int i = 0; i < 3; ++i) executor_.Yield();
      modes.push_back(fegetround());
      thirds.push_back(Third());
    });
  }
  executor_.Run();
  EXPECT_EQ(fegetround(), FE_TONEAREST);
  EXPECT_EQ(modes, (std::vector<int>{FE_UPWARD, FE_DOWNWARD, FE_TONEAREST}));
  EXPECT_GT(thirds[0], thirds[1]);
  EXPECT_EQ(thirds[2], nearest);
}

TEST_F(ContextTest, AThreadMayWaitWhileItHandlesAnException) {
  for (const std::string mine : {"first", "second"}) {
    Spawn(mine, [&, mine] {
      try {
        throw std::runtime_error(mine);
      } catch (const std::exception&) {
        executor_.Yield();
        try {
          throw;
        } catch (const std::exception& again) {
          Say(again.what());
        }
        executor_.Yield();
      }
      EXPECT_EQ(std::current_exception(), nullptr);
    });
  }
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"first", "second"}));
}

// More values than registers, of both kinds, that the compiler cannot recompute.
TEST_F(ContextTest, WhatAThreadComputesIsItsOwn) {
  std::vector<double> sums;
  for (int start = 1; start <= 2; ++start) {
    Spawn("computes", [&, start] {
      volatile int source = start;
      const int a = source, b = source + 1, c = source * 2, d = source - 7, e = source ^ 5, f = source << 3;
      const double u = source * 0.5, v = source * 1.5, w = source * 2.5, x = source * 3.5, y = source * 4.5;
      double sum = 0;
      for (int i = 0; i < 5; ++i) {
        executor_.Yield();
        sum += a + b + c + d + e + f + u + v + w + x + y;
      }
      sums.push_back(sum);
    });
  }
  executor_.Run();
  EXPECT_EQ(sums,
            (std::vector<double>{5 * (1 + 2 + 2 - 6 + 4 + 8 + 12.5), 5 * (2 + 3 + 4 - 5 + 7 + 16 + 25)}));
}

TEST_F(ContextTest, AStackBeginsAlignedAsTheAbiWantsIt) {
  Spawn("aligned", [] {
    alignas(16) volatile char buffer[16] = {};
    EXPECT_EQ(reinterpret_cast<uintptr_t>(&buffer) % 16, 0u);
    // Copies with aligned vector instructions in the C library, and variadic calls with doubles.
    EXPECT_EQ(std::to_string(1.5), "1.500000");
  });
  executor_.Run();
}

}  // namespace
}  // namespace nut::os
