#include "tools/storm/live/child_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "tap/host_system_calls.h"

namespace nut::storm {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ChildProcessTest : public testing::Test {
 protected:
  std::unique_ptr<ChildProcess> Shell(std::string script, int inherited = -1) {
    auto child = ChildProcess::Start(
        system_, {.path = "/bin/sh", .arguments = {"-c", std::move(script)}, .inherited = inherited});
    EXPECT_TRUE(child) << child.error();
    return *std::move(child);
  }

  tap::HostSystemCalls system_;
};

TEST_F(ChildProcessTest, WaitsForALineOfOutput) {
  const auto child = Shell("echo first; echo READY name=n1; sleep 60");
  const auto line = child->WaitForLine("READY ", 10s);
  ASSERT_TRUE(line) << line.error();
  EXPECT_EQ(*line, "READY name=n1");
  EXPECT_TRUE(child->IsAlive());
  EXPECT_GT(child->ResidentBytes(), 0u);
}

TEST_F(ChildProcessTest, AProgramThatEndsBeforeIsReportedWithItsOutput) {
  const auto child = Shell("echo nothing but trouble >&2; exit 3");
  const auto line = child->WaitForLine("READY ", 10s);
  ASSERT_FALSE(line);
  EXPECT_THAT(line.error(), HasSubstr("exit status 3"));
  EXPECT_THAT(line.error(), HasSubstr("nothing but trouble"));
  EXPECT_EQ(child->ResidentBytes(), 0u);
}

TEST_F(ChildProcessTest, AProgramThatSaysNothingIsNotWaitedForForEver) {
  const auto child = Shell("sleep 60");
  const auto line = child->WaitForLine("READY ", 50ms);
  ASSERT_FALSE(line);
  EXPECT_THAT(line.error(), HasSubstr("within 50 ms"));
}

TEST_F(ChildProcessTest, EndGivesTheStatusOfAProgramThatObeysSigterm) {
  const auto child = Shell("trap 'exit 7' TERM; echo READY; while :; do sleep 0.01; done");
  ASSERT_TRUE(child->WaitForLine("READY", 10s));
  const auto status = child->End(10s);
  ASSERT_TRUE(status) << status.error();
  EXPECT_EQ(*status, 7);
}

TEST_F(ChildProcessTest, EndKillsAProgramThatDoesNotObey) {
  const auto child = Shell("trap '' TERM; echo READY; while :; do sleep 0.01; done");
  ASSERT_TRUE(child->WaitForLine("READY", 10s));
  const auto status = child->End(100ms);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error(), HasSubstr("did not end"));
  EXPECT_FALSE(child->IsAlive());
}

TEST_F(ChildProcessTest, ASignalIsNoStatus) {
  const auto child = Shell("kill -9 $$");
  while (child->IsAlive()) usleep(1000);
  const auto status = child->End(10s);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error(), HasSubstr("signal 9"));
}

TEST_F(ChildProcessTest, GoesWithItsOwner) {
  pid_t pid = 0;
  {
    const auto child = Shell("echo READY; sleep 60");
    ASSERT_TRUE(child->WaitForLine("READY", 10s));
    pid = child->pid();
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_NE(kill(pid, 0), 0);
}

TEST_F(ChildProcessTest, MuchOutputNeverStopsIt) {
  const auto child =
      Shell("i=0; while [ $i -lt 20000 ]; do echo line $i of many; i=$((i+1)); done; echo READY");
  ASSERT_TRUE(child->WaitForLine("READY", 30s));
}

TEST_F(ChildProcessTest, InheritsOneDescriptor) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const auto child = Shell("echo through the pipe >&3", ends[1]);
  close(ends[1]);
  char text[64];
  const ssize_t size = read(ends[0], text, sizeof text);
  close(ends[0]);
  ASSERT_GT(size, 0);
  EXPECT_EQ(std::string_view(text, static_cast<size_t>(size)), "through the pipe\n");
}

TEST_F(ChildProcessTest, AProgramThatIsNotThereIsNamed) {
  const auto child = ChildProcess::Start(system_, {.path = "/nonexistent/nutnode"});
  ASSERT_FALSE(child);
  EXPECT_THAT(child.error(), HasSubstr("/nonexistent/nutnode: No such file"));
}

}  // namespace
}  // namespace nut::storm
