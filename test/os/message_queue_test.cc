// nut-api sys/msg.h.
#include "stack/os/message_queue.h"

#include "stack/os/message_timer.h"
#include "test/os/os_test_base.h"

namespace nut::os {
namespace {

class MessageQueueTest : public OsTest {
 protected:
  void TearDown() override { executor_.KillAll(); }

  MessageBus bus_{executor_};
  MessageQueue queue_{bus_, 3};
};

TEST_F(MessageQueueTest, HoldsTwoToTheBitsLessOne) {
  EXPECT_EQ(queue_.capacity(), 7u);
  for (int i = 0; i != 7; ++i) {
    EXPECT_FALSE(queue_.full());
    EXPECT_TRUE(queue_.Post({1, i, nullptr}));
  }
  EXPECT_TRUE(queue_.full());
  EXPECT_FALSE(queue_.Post({1, 7, nullptr}));
  EXPECT_EQ(MessageQueue(bus_, 8).capacity(), 255u);
  EXPECT_EQ(MessageQueue(bus_, 1).capacity(), 1u);
}

TEST_F(MessageQueueTest, MessagesArriveWholeAndInOrder) {
  int target = 0;
  Spawn("receiver", [&] {
    for (int i = 0; i != 20; ++i) {
      const auto message = queue_.Get();
      EXPECT_EQ(message, (Message{static_cast<uint8_t>(i), i * 1000, &target}));
    }
  });
  Spawn("sender", [&] {
    for (int i = 0; i != 20; ++i) EXPECT_TRUE(queue_.Send({static_cast<uint8_t>(i), i * 1000, &target}));
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(MessageQueueTest, SendIsASchedulingPointAndPostIsNot) {
  Spawn("receiver", [&] {
    for (int i = 0; i != 2; ++i) Say("got " + std::to_string(queue_.Get()->param));
  });
  Spawn("sender", [&] {
    queue_.Post({1, 1, nullptr});
    Say("posted");
    queue_.Send({1, 2, nullptr});
    Say("sent");
  });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"posted", "got 1", "sent", "got 2"}));
}

TEST_F(MessageQueueTest, GetIsASchedulingPointEvenIfThereIsAMessage) {
  queue_.Post({1, 1, nullptr});
  Spawn("receiver", [&] {
    queue_.Get();
    Say("got");
  });
  Spawn("other", [&] { Say("other"); });
  executor_.Run();
  EXPECT_EQ(trace_, (Trace{"other", "got"}));
}

TEST_F(MessageQueueTest, GetGivesUpAfterItsLimit) {
  Spawn("receiver", [&] {
    EXPECT_EQ(queue_.Get(30ms), std::nullopt);
    EXPECT_EQ(Elapsed(), 30ms);
    // An event remembered of a message that was taken without waiting must not shorten the wait.
    queue_.Post({1, 1, nullptr});
    EXPECT_TRUE(queue_.Get(30ms).has_value());
    EXPECT_EQ(queue_.Get(30ms), std::nullopt);
    EXPECT_EQ(Elapsed(), 60ms);
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(MessageQueueTest, BroadcastPostsToAllAndCountsTheFullOnes) {
  MessageQueue small(bus_, 1);
  EXPECT_EQ(bus_.Broadcast({5, 1, nullptr}), 0);
  EXPECT_EQ(bus_.Broadcast({5, 2, nullptr}), 1);
  EXPECT_EQ(queue_.size(), 2u);
  EXPECT_EQ(small.size(), 1u);
}

TEST_F(MessageQueueTest, DestroyedQueueGetsNoBroadcasts) {
  { MessageQueue other(bus_, 1); }
  EXPECT_EQ(bus_.Broadcast({5, 1, nullptr}), 0);
}

TEST_F(MessageQueueTest, FlushDropsAllMessages) {
  queue_.Post({1, 1, nullptr});
  queue_.Post({1, 2, nullptr});
  queue_.Flush();
  EXPECT_EQ(queue_.size(), 0u);
  Spawn("receiver", [&] { EXPECT_EQ(queue_.Get(1ms), std::nullopt); });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(MessageQueueTest, TimerPostsItsMessageOnce) {
  int target = 0;
  MessageTimer timer(queue_, 42, &target);
  timer.StartAfter(20ms);
  Spawn("receiver", [&] {
    EXPECT_EQ(queue_.Get(), (Message{kTimerMessage, 42, &target}));
    EXPECT_EQ(Elapsed(), 20ms);
    EXPECT_EQ(queue_.Get(1s), std::nullopt);
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(MessageQueueTest, PeriodicTimerPostsAgainAndAgain) {
  MessageTimer timer(queue_, 1, nullptr);
  timer.StartPeriodic(10ms);
  Spawn("receiver", [&] {
    for (int i = 1; i <= 5; ++i) {
      queue_.Get();
      EXPECT_EQ(Elapsed(), i * 10ms);
    }
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

TEST_F(MessageQueueTest, StoppingATimerTakesBackItsQueuedExpiry) {
  MessageTimer stopped(queue_, 1, nullptr);
  MessageTimer other(queue_, 2, nullptr);
  stopped.StartAfter(10ms);
  other.StartAfter(10ms);
  Spawn("receiver", [&] {
    executor_.Sleep(50ms);
    EXPECT_EQ(queue_.size(), 2u);
    stopped.Stop();
    EXPECT_EQ(queue_.Get()->param, 2);
    EXPECT_EQ(queue_.Get(1ms), std::nullopt);
  });
  EXPECT_EQ(executor_.Run(), RunResult::kFinished);
}

}  // namespace
}  // namespace nut::os
