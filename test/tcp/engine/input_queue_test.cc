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
    QueuedSegment segment{.frames = {.first = pool.Allocate(20)}, .segment = {.sequence = wire::SequenceNumber(i)}};
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

}  // namespace
}  // namespace nut::tcp
