// Signals arrive in the executor's context; a second one ends a process that does not listen.
#include "apps/nutnode/signals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iterator>
#include <vector>

#include "tap/host_system_calls.h"

namespace nut::apps {
namespace {

using testing::ElementsAre;

TEST(SignalsTest, ArriveThroughThePoller) {
  Signals::Block();
  tap::HostSystemCalls system;
  const auto poller = tap::Poller::Create(system).value();
  std::vector<int> got;
  const Signals signals(system, *poller, [&](int signal) { got.push_back(signal); });
  for (const int signal : {SIGHUP, SIGUSR1, SIGTERM}) {
    kill(getpid(), signal);
    const size_t before = got.size();
    while (got.size() == before) poller->Wait(kForever);
  }
  EXPECT_THAT(got, ElementsAre(SIGHUP, SIGUSR1, SIGTERM));
}

TEST(SignalsTest, OnesThatCameBeforeAnybodyListenedAreNotLost) {
  Signals::Block();
  kill(getpid(), SIGHUP);
  tap::HostSystemCalls system;
  const auto poller = tap::Poller::Create(system).value();
  std::vector<int> got;
  const Signals signals(system, *poller, [&](int signal) { got.push_back(signal); });
  while (got.empty()) poller->Wait(kForever);
  EXPECT_THAT(got, ElementsAre(SIGHUP));
}

// A second thread of the host would make every system call of the first dearer.
TEST(SignalsTest, NoThreadOfTheHostWaitsForThem) {
  Signals::Block();
  tap::HostSystemCalls system;
  const auto poller = tap::Poller::Create(system).value();
  const Signals signals(system, *poller, [](int) {});
  const std::filesystem::directory_iterator threads("/proc/self/task");
  EXPECT_EQ(std::distance(begin(threads), end(threads)), 1);
}

TEST(SignalsTest, ASecondRequestToEndAbortsAProcessThatIsStuck) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    Signals::Block();
    tap::HostSystemCalls system;
    const auto poller = tap::Poller::Create(system).value();
    const Signals signals(system, *poller, [](int) {});
    static_cast<void>(!write(ready[1], "x", 1));
    while (true) pause();  // a node whose thread never gives the processor back
  }
  char byte;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  kill(child, SIGINT);
  // Two of a kind that are pending at once are one: wait until the first was taken, then insist.
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    usleep(10000);
    kill(child, SIGINT);
  }
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 1);
  close(ready[0]);
  close(ready[1]);
}

TEST(SignalsTest, AReaderThatGoesAwayKillsNobody) {
  Signals::Block();
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  EXPECT_EQ(write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  close(ends[1]);
}

}  // namespace
}  // namespace nut::apps
