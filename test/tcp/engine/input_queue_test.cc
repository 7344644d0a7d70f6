#include "stack/tcp/input_queue.h"

#include <gtest/gtest.h>

#include "stack/link/frame_pool.h"

namespace nut::tcp {
namespace {

// Takes a frame of its own, and `sequence`.
DropReason Push(InputQueue& queue, link::FramePool& pool, uint32_t sequence = 0) {
  return queue.Push([&](QueuedSegment& segment) {
    segment.frames.first = pool.Allocate(20);
    segment.segment.sequence = wire::SequenceNumber(sequence);
    return DropReason::kNone;
  });
}

TEST(InputQueue, RefusesBeyondItsLimits) {
  link::FramePool pool;
  InputQueue queue(2, 1, 0);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Push(queue, pool), DropReason::kNone);
  }
  EXPECT_EQ(Push(queue, pool), DropReason::kTcpInputQueueFull);
  EXPECT_EQ(pool.in_use(), 2u) << "the third was not asked for its frame";
  EXPECT_TRUE(queue.Push(QueuedError{}));
  EXPECT_FALSE(queue.Push(QueuedError{}));
}

TEST(InputQueue, DoesNotKeepASegmentThatWasNotMade) {
  link::FramePool pool;
  InputQueue queue(2, 1, 0);
  EXPECT_EQ(queue.Push([](QueuedSegment&) { return DropReason::kTcpBadOptions; }),
            DropReason::kTcpBadOptions);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.segment_count(), 0u);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Push(queue, pool), DropReason::kNone);
}

TEST(InputQueue, HandsOverInOrderAndIsEmpty) {
  link::FramePool pool;
  InputQueue queue(10, 10, 0);
  for (uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(Push(queue, pool, i), DropReason::kNone);
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
      EXPECT_EQ(Push(queue, pool), DropReason::kNone) << "as many as before";
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
