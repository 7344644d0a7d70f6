// What the machine itself says. The rest of HostSystemCalls is covered where it is used.
#include "tap/host_system_calls.h"

#include <gtest/gtest.h>
#include <sched.h>

namespace nut::tap {
namespace {

// Whoever pins the node to one of several processors does it for speed: the peer runs on another one, and
// looking without sleeping pays all the more.
TEST(HostSystemCalls, ProcessorsAreTheMachinesHoweverThisProcessIsPinned) {
  HostSystemCalls system;
  cpu_set_t all;
  ASSERT_EQ(sched_getaffinity(0, sizeof all, &all), 0);
  if (CPU_COUNT(&all) < 2) GTEST_SKIP() << "there is one processor to run on";
  int first = 0;
  while (!CPU_ISSET(first, &all)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  const int processors = system.Processors();
  ASSERT_EQ(sched_setaffinity(0, sizeof all, &all), 0);
  EXPECT_GE(processors, CPU_COUNT(&all));
}

}  // namespace
}  // namespace nut::tap
