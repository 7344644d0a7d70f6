#include "stack/tcp/input_queue.h"

#include <gtest/gtest.h>

#include "stack/link/frame_pool.h"

namespace nut::tcp {
namespace {

TEST(InputQueue, RefusesBeyondItsLimitsAndLeavesTheFrameToTheCaller) {
  link::FramePool pool;
  InputQueue queue(2, 1, 0);
  for (int i = 0; i < 2; ++i) {
    QueuedSegment segment{.frames = {.first = pool.Allocate(20)}};
    EXPECT_TRUE(queue.Push(segment));
  }
  QueuedSegment third{.frames = {.first = pool.Allocate(20)}};
  EXPECT_FALSE(queue.Push(third));
  EXPECT_NE(third.frames.first, nullptr);
  EXPECT_TRUE(queue.Push(QueuedError{}));
  EXPECT_FALSE(queue.Push(QueuedError{}));
}

TEST(InputQueue, HandsOverInOrderAndIsEmpty) {
  link::FramePool pool;
  InputQueue queue(10, 10, 0);
  for (uint32_t i = 0; i < 3; ++i) {
    QueuedSegment segment{.frames = {.first = pool.Allocate(20)},
                          .segment = {.sequence = wire::SequenceNumber(i)}};
    queue.Push(segment);
  }
  std::vector<QueuedSegment> segments(1);
  std::vector<QueuedError> errors;
  queue.Take(segments, errors);
  EXPECT_TRUE(queue.empty());
  ASSERT_EQ(segments.size(), 3u);
  for (uint32_t i = 0; i < 3; ++i) EXPECT_EQ(segments[i].segment.sequence, wire::SequenceNumber(i));
  EXPECT_EQ(pool.in_use(), 3u);
}

TEST(InputQueue, IsEmptyWhenNeitherWaits) {
  link::FramePool pool;
  InputQueue queue(2, 2, 0);
  std::vector<QueuedSegment> segments;
  std::vector<QueuedError> errors(3);
  EXPECT_TRUE(queue.empty());
  queue.Push(QueuedError{.mtu = 7});
  EXPECT_FALSE(queue.empty());
  queue.Take(segments, errors);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].mtu, 7u);
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.segment_count(), 0u);
    for (size_t i = 1; i <= 2; ++i) {
      QueuedSegment segment{.frames = {.first = pool.Allocate(20)}};
      EXPECT_TRUE(queue.Push(segment)) << "as many as before";
      EXPECT_EQ(queue.segment_count(), i);
    }
    EXPECT_FALSE(queue.empty());
    queue.Take(segments, errors);
    EXPECT_EQ(segments.size(), 2u);
    EXPECT_TRUE(errors.empty());
  }
}

TEST(InputQueue, AnErrorIsSoftUnlessSaidOtherwise) {
  const QueuedError error;
  EXPECT_FALSE(error.hard);
  EXPECT_FALSE(error.too_big);
  EXPECT_EQ(error.mtu, 0u);
}

}  // namespace
}  // namespace nut::tcp
