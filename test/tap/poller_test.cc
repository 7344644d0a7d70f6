// The poller on real descriptors (pipes), and on a host that answers as told.
#include "tap/poller.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <thread>

#include "tap/host_system_calls.h"
#include "test/tap/fake_system_calls.h"

namespace nut::tap {
namespace {

class Recorder final : public FdHandler {
 public:
  void OnReady(uint32_t events) override {
    ++calls;
    last_events = events;
    if (then) then();
  }
  int calls = 0;
  uint32_t last_events = 0;
  std::function<void()> then;
};

class Pipe {
 public:
  Pipe() {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close(read_end);
    if (write_end >= 0) close(write_end);
  }
  void Put() const { EXPECT_EQ(write(write_end, "x", 1), 1); }
  void CloseWriteEnd() { close(std::exchange(write_end, -1)); }
  int read_end;
  int write_end;
};

class PollerTest : public testing::Test {
 protected:
  HostSystemCalls system_;
  std::unique_ptr<Poller> poller_ = Poller::Create(system_).value();
  Recorder recorder_;
  Pipe pipe_;
};

TEST_F(PollerTest, ReportsADescriptorThatBecomesReadable) {
  ASSERT_TRUE(poller_->Add(pipe_.read_end, EPOLLIN, recorder_).has_value());
  poller_->Poll();
  EXPECT_EQ(recorder_.calls, 0);
  pipe_.Put();
  poller_->Poll();
  EXPECT_EQ(recorder_.calls, 1);
  EXPECT_EQ(recorder_.last_events, static_cast<uint32_t>(EPOLLIN));
}

TEST_F(PollerTest, EdgeTriggeredReportsOnceAndAgainWithTheNextByte) {
  ASSERT_TRUE(poller_->Add(pipe_.read_end, EPOLLIN | EPOLLET, recorder_).has_value());
  pipe_.Put();
  poller_->Poll();
  poller_->Poll();
  EXPECT_EQ(recorder_.calls, 1);
  pipe_.Put();
  poller_->Poll();
  EXPECT_EQ(recorder_.calls, 2);
}

TEST_F(PollerTest, RearmReportsWhatWasLeftUnread) {
  ASSERT_TRUE(poller_->Add(pipe_.read_end, EPOLLIN | EPOLLET, recorder_).has_value());
  pipe_.Put();
  poller_->Poll();
  poller_->Rearm(pipe_.read_end);
  poller_->Poll();
  EXPECT_EQ(recorder_.calls, 2);
}

TEST_F(PollerTest, WaitReturnsAtOnceWhenSomethingIsReady) {
  ASSERT_TRUE(poller_->Add(pipe_.read_end, EPOLLIN | EPOLLET, recorder_).has_value());
  pipe_.Put();
  poller_->Wait(kForever);
  EXPECT_EQ(recorder_.calls, 1);
}

TEST_F(PollerTest, WaitForEverEndsWhenAnotherThreadWrites) {
  ASSERT_TRUE(poller_->Add(pipe_.read_end, EPOLLIN | EPOLLET, recorder_).has_value());
  std::thread writer([&] { pipe_.Put(); });
  poller_->Wait(kForever);
  writer.join();
  EXPECT_EQ(recorder_.calls, 1);
}

TEST_F(PollerTest, WaitEndsNotBeforeItsLimitBelowAMillisecond) {
  const auto start = std::chrono::steady_clock::now();
  poller_->Wait(300us);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 300us);
}

TEST_F(PollerTest, TellsOfAWriterThatWentAway) {
  ASSERT_TRUE(poller_->Add(pipe_.read_end, EPOLLIN | EPOLLET, recorder_).has_value());
  pipe_.CloseWriteEnd();
  poller_->Poll();
  EXPECT_NE(recorder_.last_events & EPOLLHUP, 0u);
}

TEST_F(PollerTest, RemovedMeansSilent) {
  ASSERT_TRUE(poller_->Add(pipe_.read_end, EPOLLIN, recorder_).has_value());
  pipe_.Put();
  poller_->Remove(pipe_.read_end);
  poller_->Poll();
  EXPECT_EQ(recorder_.calls, 0);
  poller_->Remove(pipe_.read_end);  // harmless
}

TEST_F(PollerTest, AHandlerMayRemoveAnotherThatIsReadyInTheSameRound) {
  Pipe other;
  Recorder second;
  ASSERT_TRUE(poller_->Add(pipe_.read_end, EPOLLIN, recorder_).has_value());
  ASSERT_TRUE(poller_->Add(other.read_end, EPOLLIN, second).has_value());
  recorder_.then = [&] { poller_->Remove(other.read_end); };
  second.then = [&] { poller_->Remove(pipe_.read_end); };
  pipe_.Put();
  other.Put();
  poller_->Poll();
  EXPECT_EQ(recorder_.calls + second.calls, 1);
}

TEST_F(PollerTest, ADescriptorNumberUsedAnewDoesNotGetItsPredecessorsEvent) {
  Pipe other;
  Recorder second;
  Recorder successor;
  ASSERT_TRUE(poller_->Add(pipe_.read_end, EPOLLIN, recorder_).has_value());
  ASSERT_TRUE(poller_->Add(other.read_end, EPOLLIN, second).has_value());
  // Whichever runs first registers the other one's descriptor for somebody else.
  const auto replace = [&](int fd) {
    poller_->Remove(fd);
    ASSERT_TRUE(poller_->Add(fd, EPOLLIN, successor).has_value());
  };
  recorder_.then = [&] { replace(other.read_end); };
  second.then = [&] { replace(pipe_.read_end); };
  pipe_.Put();
  other.Put();
  poller_->Poll();
  EXPECT_EQ(successor.calls, 0);
  EXPECT_EQ(recorder_.calls + second.calls, 1);
}

TEST_F(PollerTest, SaysWhyADescriptorCannotBeWaitedFor) {
  ASSERT_TRUE(poller_->Add(pipe_.read_end, EPOLLIN, recorder_).has_value());
  EXPECT_EQ(poller_->Add(pipe_.read_end, EPOLLIN, recorder_).error(), Error::kAlreadyConnected);
  EXPECT_EQ(poller_->Add(-1, EPOLLIN, recorder_).error(), Error::kInvalidArgument);
  FILE* file = std::tmpfile();  // a plain file is always ready: epoll refuses it
  EXPECT_EQ(poller_->Add(fileno(file), EPOLLIN, recorder_).error(), Error::kInvalidArgument);
  std::fclose(file);
}

TEST(PollerOnFakeHost, PassesTheTimeoutOnToTheNanosecond) {
  FakeSystemCalls system;
  auto poller = Poller::Create(system).value();
  poller->Wait(2s + 300us + 7ns);
  EXPECT_EQ(system.last_timeout.tv_sec, 2);
  EXPECT_EQ(system.last_timeout.tv_nsec, 300'007);
  EXPECT_FALSE(system.waited_for_ever);
}

TEST(PollerOnFakeHost, WithNoTimerSleepsInOneSystemCallWithoutLimit) {
  FakeSystemCalls system;
  auto poller = Poller::Create(system).value();
  poller->Wait(kForever);
  EXPECT_TRUE(system.waited_for_ever);
  EXPECT_EQ(system.waits, 1);
  EXPECT_EQ(poller->wakeups(), 1u);
}

TEST(PollerOnFakeHost, WithAnOverdueTimerDoesNotSleep) {
  FakeSystemCalls system;
  auto poller = Poller::Create(system).value();
  poller->Wait(Duration(-5));
  EXPECT_FALSE(system.waited_for_ever);
  EXPECT_EQ(system.last_timeout.tv_sec, 0);
  EXPECT_EQ(system.last_timeout.tv_nsec, 0);
  EXPECT_EQ(poller->wakeups(), 0u);
}

TEST(PollerOnFakeHost, AnInterruptedWaitIsAnEarlyReturn) {
  FakeSystemCalls system;
  auto poller = Poller::Create(system).value();
  system.wait_error = EINTR;
  poller->Wait(kForever);
  EXPECT_EQ(system.waits, 1);
}

TEST(PollerOnFakeHost, RunsOutOfDescriptorsWithAnError) {
  FakeSystemCalls system;
  system.epoll_create_error = EMFILE;
  EXPECT_EQ(Poller::Create(system).error(), Error::kIo);
  system.epoll_create_error = 0;
  auto poller = Poller::Create(system).value();
  Recorder recorder;
  system.epoll_control_error = ENOSPC;
  EXPECT_EQ(poller->Add(7, EPOLLIN, recorder).error(), Error::kIo);
  system.epoll_control_error = 0;
  EXPECT_TRUE(poller->Add(7, EPOLLIN, recorder).has_value());  // the failure left nothing behind
}

TEST(PollerOnFakeHost, ClosesItsDescriptor) {
  FakeSystemCalls system;
  Poller::Create(system).value().reset();
  EXPECT_TRUE(system.open_descriptors.empty());
}

}  // namespace
}  // namespace nut::tap
