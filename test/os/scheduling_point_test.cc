// Named scheduling points: nothing in production, a real choice under an exploring scheduler.
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "stack/base/clock.h"
#include "stack/os/executor.h"
#include "stack/os/no_switch_scope.h"
#include "stack/os/timer.h"

namespace nut::os {
namespace {

// Answers from a script, then 0; remembers what it was asked.
class Scripted final : public Scheduler {
 public:
  explicit Scripted(std::deque<size_t> answers = {}) : answers_(std::move(answers)) {}

  size_t Choose(const SchedulingChoice& choice) override {
    std::string text;
    switch (choice.kind) {
      case ChoiceKind::kThread: text = "thread"; break;
      case ChoiceKind::kPoint: text = std::string(NameOf(choice.point)); break;
      case ChoiceKind::kTimer: text = "timer"; break;
      case ChoiceKind::kWorld: text = "world"; break;
    }
    asked.push_back(text + " " + std::to_string(choice.candidates.size()));
    if (answers_.empty()) return 0;
    const size_t answer = answers_.front();
    answers_.pop_front();
    return answer;
  }
  std::vector<std::string> asked;

 private:
  std::deque<size_t> answers_;
};

using Texts = std::vector<std::string>;

class SchedulingPointTest : public testing::Test {
 protected:
  explicit SchedulingPointTest(std::deque<size_t> answers = {}) : scheduler_(std::move(answers)) {}

  // One thread of right 32 that passes `point`, and one of `other_priority` that says "o".
  std::string Run(SchedulingPoint point, uint8_t other_priority, std::deque<size_t> answers) {
    Scripted scheduler(std::move(answers));
    VirtualClock clock;
    Executor executor(clock, {}, &scheduler);
    std::string order;
    EXPECT_TRUE(executor.Create(
        "machine",
        [&] {
          EXPECT_TRUE(executor.Create(
              "other", [&] { order += 'o'; }, 0, other_priority));
          NoSwitchScope scope(executor, "a pass", NamedPoints::kAllowed);
          order += '1';
          executor.Pass(point);
          order += '2';
        },
        0, 32));
    EXPECT_EQ(executor.Run(), RunResult::kFinished);
    asked_ = scheduler.asked;
    return order;
  }

  VirtualClock clock_;
  Scripted scheduler_;
  Texts asked_;
};

TEST_F(SchedulingPointTest, WithoutASchedulerNothingHappens) {
  Executor executor(clock_);
  std::string order;
  ASSERT_TRUE(executor.Create("machine", [&] {
    ASSERT_TRUE(executor.Create("other", [&] { order += 'o'; }));
    executor.Pass(SchedulingPoint::kArpWait);
    order += 'm';
  }));
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
  EXPECT_EQ(order, "mo");
}

TEST_F(SchedulingPointTest, ABlockingPointLetsThreadsOfLowerRightRun) {
  EXPECT_EQ(Run(SchedulingPoint::kArpWait, 64, {0}), "12o");
  EXPECT_EQ(asked_, (Texts{"arp wait 2"}));
  EXPECT_EQ(Run(SchedulingPoint::kArpWait, 64, {1}), "1o2");
  EXPECT_EQ(Run(SchedulingPoint::kTransmit, 64, {1}), "1o2");
  EXPECT_EQ(Run(SchedulingPoint::kBufferWait, 64, {1}), "1o2");
}

TEST_F(SchedulingPointTest, APostLetsOnlyEqualsAndBettersRun) {
  EXPECT_EQ(Run(SchedulingPoint::kEventPost, 64, {1}), "12o");
  EXPECT_EQ(asked_, Texts{}) << "there was nothing to choose";
  EXPECT_EQ(Run(SchedulingPoint::kEventPost, 32, {1}), "1o2");
}

TEST_F(SchedulingPointTest, WhoStandsAtAPointGoesOnAtAnyTime) {
  Scripted scheduler({1, 1});
  Executor executor(clock_, {}, &scheduler);
  std::string order;
  ASSERT_TRUE(executor.Create(
      "machine",
      [&] {
        ASSERT_TRUE(executor.Create("other", [&] {
          order += 'o';
          executor.Yield();
          order += 'p';
        }));
        executor.Pass(SchedulingPoint::kArpWait);
        order += 'm';
      },
      0, 32));
  ASSERT_TRUE(executor.Create(
      "third", [&] { order += 't'; }, 0, 64));
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
  EXPECT_EQ(order, "tmop") << "at the end of the third the machine was chosen before the other";
}

TEST_F(SchedulingPointTest, TimePassesWhileAThreadStandsAtAPoint) {
  Scripted scheduler({0, 1});
  Executor executor(clock_, {}, &scheduler);
  std::string order;
  ASSERT_TRUE(executor.Create("sleeper", [&] {
    executor.Sleep(300ms);
    order += 's';
  }));
  ASSERT_TRUE(executor.Create("machine", [&] {
    executor.Pass(SchedulingPoint::kArpWait);
    order += 'm';
    EXPECT_EQ(executor.Now().time_since_epoch(), 300ms);
  }));
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
  EXPECT_EQ(order, "sm");
}

TEST_F(SchedulingPointTest, NotLongerThanTheOriginalWaits) {
  Scripted scheduler({0, 1});
  Executor executor(clock_, {}, &scheduler);
  std::string order;
  ASSERT_TRUE(executor.Create("sleeper", [&] {
    executor.Sleep(501ms);
    order += 's';
  }));
  ASSERT_TRUE(executor.Create("machine", [&] {
    executor.Pass(SchedulingPoint::kArpWait);
    order += 'm';
  }));
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
  EXPECT_EQ(order, "ms");
}

TEST_F(SchedulingPointTest, TheOrderOfTimersIsAChoice) {
  Scripted scheduler({1});
  Executor executor(clock_, {}, &scheduler);
  std::string order;
  Timer a(
      executor.timers(), [&] { order += 'a'; }, "a");
  Timer b(
      executor.timers(), [&] { order += 'b'; }, "b");
  Timer c(
      executor.timers(), [&] { order += 'c'; }, "c");
  for (Timer* timer : {&a, &b, &c}) timer->StartAfter(1ms);
  ASSERT_TRUE(executor.Create("idle", [&] { executor.Sleep(2ms); }));
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
  EXPECT_EQ(order, "bac");
  EXPECT_EQ(scheduler.asked, (Texts{"timer 3", "timer 2"}));
}

TEST_F(SchedulingPointTest, ThreadsMayComeBeforeTimersThatAreDue) {
  Scripted scheduler({0, 1});
  Executor executor(clock_, {}, &scheduler);
  std::string order;
  Timer a(
      executor.timers(), [&] { order += 'a'; }, "a");
  ASSERT_TRUE(executor.Create("thread", [&] {
    executor.Sleep(1ms);
    order += 't';
  }));
  // Wakes the thread first: the timer is due at the same time.
  executor.RunUntil(Instant{});
  a.StartAt(Instant{} + 1ms);
  executor.Run();
  EXPECT_EQ(order, "ta");
}

TEST_F(SchedulingPointTest, AThreadIsKilledWhereItStands) {
  Scripted scheduler({0, 1});
  Executor executor(clock_, {}, &scheduler);
  std::string order;
  struct Saying {
    ~Saying() { order += "unwound "; }
    std::string& order;
  };
  const auto machine = executor.Create("machine", [&] {
    Saying saying{order};
    NoSwitchScope scope(executor, "a pass", NamedPoints::kAllowed);
    executor.Pass(SchedulingPoint::kArpWait);
    order += "went on";
  });
  ASSERT_TRUE(executor.Create("killer", [&] {
    EXPECT_TRUE(executor.Kill(*machine));
    executor.Yield();  // scopes of the dead do not bind the living
    order += "yielded";
  }));
  EXPECT_EQ(executor.Run(), RunResult::kFinished);
  EXPECT_EQ(order, "unwound yielded");
}

TEST_F(SchedulingPointTest, AStrictScopeAllowsNoNamedPoint) {
  EXPECT_DEATH(
      {
        Scripted scheduler;
        Executor executor(clock_, {}, &scheduler);
        static_cast<void>(executor.Create("machine", [&] {
          NoSwitchScope scope(executor, "loop");
          executor.Pass(SchedulingPoint::kEventPost);
        }));
        executor.Run();
      },
      "named scheduling point");
}

TEST_F(SchedulingPointTest, ASimulationMayAsk) {
  const std::string_view ways[] = {"in order", "overtaken"};
  Scripted scheduler({1});
  EXPECT_EQ(Executor(clock_, {}, &scheduler).Choose(ways), 1u);
  EXPECT_EQ(Executor(clock_).Choose(ways), 0u);
}

}  // namespace
}  // namespace nut::os
