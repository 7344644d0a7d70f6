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

// Spinning, on a host where each look takes a microsecond, and something comes at a given time.
class SpinningPoller : public testing::Test {
 protected:
  static constexpr int kFd = 7;

  SpinningPoller() {
    poller_->SpinWhileBusy(clock_, 50us);
    EXPECT_TRUE(poller_->Add(kFd, EPOLLIN | EPOLLET, recorder_).has_value());
    system_.on_wait = [this](const timespec* timeout) { OnWait(timeout); };
  }
  // One wait in which something comes after `delay`; gives the number of sleeps in it.
  uint64_t Wait(Duration delay, Duration limit = kForever) {
    arrival_ = delay == kForever ? kNever : clock_.Now() + delay;
    const uint64_t before = poller_->wakeups();
    poller_->Wait(limit);
    return poller_->wakeups() - before;
  }

  VirtualClock clock_;
  FakeSystemCalls system_;
  std::unique_ptr<Poller> poller_ = Poller::Create(system_).value();
  Recorder recorder_;
  Instant arrival_ = kNever;
  bool starved_ = false;  // nothing comes as long as the poller does not sleep

 private:
  void OnWait(const timespec* timeout) {
    const bool looks = timeout != nullptr && timeout->tv_sec == 0 && timeout->tv_nsec == 0;
    if (looks) {
      clock_.Advance(1us);
      if (starved_) return;
    } else {
      const Instant end = timeout == nullptr
                              ? kNever
                              : clock_.Now() + Duration(timeout->tv_sec * 1'000'000'000 + timeout->tv_nsec);
      clock_.AdvanceTo(std::min(arrival_, end));
    }
    if (clock_.Now() < arrival_) return;
    arrival_ = kNever;
    system_.MakeReady(kFd);
  }
};

TEST_F(SpinningPoller, SleepsAtFirstAndSpinsWhenThatWouldHavePaid) {
  EXPECT_EQ(Wait(20us), 1u);
  EXPECT_EQ(Wait(20us), 0u);
  EXPECT_EQ(Wait(20us), 0u);
  EXPECT_EQ(recorder_.calls, 3);
}

TEST_F(SpinningPoller, WithoutPermissionItOnlyEverSleeps) {
  poller_->SpinWhileBusy(clock_, 0us);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Wait(20us), 1u);
}

TEST_F(SpinningPoller, GivesUpAfterItsTimeAndSleepsTheRest) {
  Wait(20us);
  const Instant start = clock_.Now();
  EXPECT_EQ(Wait(kForever, 1ms), 1u);
  EXPECT_EQ(clock_.Now() - start, 1ms);
  EXPECT_EQ(system_.last_timeout.tv_nsec, 950'000);
}

TEST_F(SpinningPoller, WithoutATimerItSleepsForEverAllTheSame) {
  Wait(20us);
  EXPECT_EQ(Wait(1s), 1u);
  EXPECT_TRUE(system_.waited_for_ever);
}

TEST_F(SpinningPoller, EndsWhenATimerIsDue) {
  Wait(20us);
  const Instant start = clock_.Now();
  EXPECT_EQ(Wait(kForever, 10us), 0u);
  EXPECT_EQ(clock_.Now() - start, 10us);
}

// Finds by itself what has come, a quarter of a microsecond a look.
class Looker final : public FdHandler {
 public:
  explicit Looker(VirtualClock& clock) : clock_(clock) {}
  void OnReady(uint32_t) override { ++told; }
  bool Look() override {
    ++looks;
    clock_.Advance(250ns);
    if (clock_.Now() < arrival) return false;
    arrival = kNever;
    ++found;
    return true;
  }

  Instant arrival = kNever;
  int told = 0, looks = 0, found = 0;

 private:
  VirtualClock& clock_;
};

TEST_F(SpinningPoller, AsksTheOneThatCanLookItselfMostOfTheTime) {
  Looker looker(clock_);
  ASSERT_TRUE(poller_->Add(kFd + 1, EPOLLIN | EPOLLET, looker).has_value());
  poller_->AskWhileSpinning(looker);
  Wait(20us);
  EXPECT_EQ(looker.looks, 0);  // it slept
  looker.arrival = clock_.Now() + 20us;
  system_.waits = 0;
  EXPECT_EQ(Wait(kForever), 0u);
  EXPECT_EQ(looker.found, 1);
  EXPECT_EQ(looker.told, 0);
  EXPECT_GT(looker.looks, 6 * system_.waits);
  EXPECT_GT(system_.waits, 0);  // the others are looked after too
  EXPECT_EQ(Wait(20us), 0u);
  EXPECT_EQ(recorder_.calls, 2);
}

TEST_F(SpinningPoller, LooksAfterTheOthersAlsoWhereEachLookFindsSomething) {
  Looker looker(clock_);
  ASSERT_TRUE(poller_->Add(kFd + 1, EPOLLIN | EPOLLET, looker).has_value());
  poller_->AskWhileSpinning(looker);
  Wait(20us);
  system_.MakeReady(kFd);
  for (int i = 0; i < 100 && recorder_.calls == 1; ++i) {
    looker.arrival = clock_.Now();
    poller_->Wait(kForever);
  }
  EXPECT_EQ(recorder_.calls, 2);
}

TEST_F(SpinningPoller, DoesNotAskWhoIsRemoved) {
  Looker looker(clock_);
  ASSERT_TRUE(poller_->Add(kFd + 1, EPOLLIN | EPOLLET, looker).has_value());
  poller_->AskWhileSpinning(looker);
  poller_->Remove(kFd + 1);
  Wait(20us);
  EXPECT_EQ(Wait(20us), 0u);
  EXPECT_EQ(looker.looks, 0);
}

TEST_F(SpinningPoller, AnIdleNodeNeverSpins) {
  for (int i = 0; i < 100; ++i) Wait(kForever, 40us);  // timers
  for (int i = 0; i < 100; ++i) Wait(1s);              // somebody pings
  EXPECT_EQ(system_.waits, 200);                       // one system call each: no looks
}

TEST_F(SpinningPoller, AfterTrafficHasEndedItSpinsAFewTimesAtMost) {
  for (int i = 0; i < 1000; ++i) Wait(20us);
  system_.waits = 0;
  for (int i = 0; i < 1000; ++i) Wait(kForever, 10ms);
  EXPECT_LE(system_.waits, 1000 + 4 * 50);
}

TEST_F(SpinningPoller, LetsASenderRunThatNeedsThisProcessor) {
  starved_ = true;
  system_.waits = 0;
  for (int i = 0; i < 10'000; ++i) EXPECT_EQ(Wait(5us), 1u);
  // Four spins of 50 looks each, before 16, 32, … 4096 waits without.
  EXPECT_LE(system_.waits, 10'000 + 10 * 4 * 50);
}

TEST_F(SpinningPoller, SpinsAgainWhenItPaysAgain) {
  starved_ = true;
  for (int i = 0; i < 100; ++i) Wait(5us);
  starved_ = false;
  uint64_t sleeps = 0;
  for (int i = 0; i < 200; ++i) sleeps += Wait(5us);
  EXPECT_LE(sleeps, 128u);
  EXPECT_EQ(Wait(5us), 0u);
}

}  // namespace
}  // namespace nut::tap
