// The ring of received pieces: its order, its growth, and what it lets go.

#include "stack/tcp/piece_queue.h"

#include <gtest/gtest.h>

#include <deque>

#include "stack/link/frame_pool.h"

namespace nut::tcp {
namespace {

constexpr uint8_t kOctets[256] = {};

class PieceQueueTest : public testing::Test {
 protected:
  // A piece of so many octets in a frame of its own.
  void Push(size_t size) { queue_.Push(ReceivedPiece(pool_.Allocate(256), ByteView(kOctets, size))); }

  link::FramePool pool_;
  PieceQueue queue_;
};

TEST_F(PieceQueueTest, CostsNothingUntilUsed) {
  EXPECT_TRUE(queue_.empty());
  EXPECT_EQ(queue_.size(), 0u);
  EXPECT_EQ(queue_.memory(), 0u);
}

TEST_F(PieceQueueTest, GrowsByDoublingFromFour) {
  const size_t one = sizeof(ReceivedPiece);
  for (size_t i = 1; i <= 17; ++i) {
    Push(i);
    EXPECT_EQ(queue_.size(), i);
    EXPECT_EQ(queue_.memory(), (i <= 4 ? 4 : i <= 8 ? 8 : i <= 16 ? 16 : 32) * one) << i;
  }
  for (size_t i = 0; i < 17; ++i) EXPECT_EQ(queue_[i].size(), i + 1);
  EXPECT_FALSE(queue_.empty());
}

TEST_F(PieceQueueTest, KeepsItsOrderAroundTheRing) {
  std::deque<size_t> model;
  size_t next = 0;
  // Three in and two out until it has gone around often and grown twice, then out.
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 3; ++i) {
      model.push_back(next % 200);
      Push(next++ % 200);
    }
    EXPECT_EQ(queue_.front().size(), model.front());
    EXPECT_EQ(queue_.back().size(), model.back());
    EXPECT_EQ(queue_.Pop().size(), model.front());
    queue_.DropFront();
    model.erase(model.begin(), model.begin() + 2);
    ASSERT_EQ(queue_.size(), model.size());
    for (size_t i = 0; i < model.size(); ++i) ASSERT_EQ(queue_[i].size(), model[i]);
    EXPECT_EQ(pool_.in_use(), model.size());
  }
  while (!model.empty()) {
    ASSERT_EQ(queue_.front().size(), model.front());
    queue_.DropFront();
    model.pop_front();
    ASSERT_EQ(pool_.in_use(), model.size()) << "its frame has gone back";
  }
  EXPECT_TRUE(queue_.empty());
}

TEST_F(PieceQueueTest, WhatIsTakenOutKeepsItsFrame) {
  Push(5);
  {
    const ReceivedPiece piece = queue_.Pop();
    EXPECT_TRUE(queue_.empty());
    EXPECT_NE(piece.frame(), nullptr);
    EXPECT_EQ(pool_.in_use(), 1u);
  }
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(PieceQueueTest, ReleaseLetsEverythingGoAndMayBeginAgain) {
  for (size_t i = 0; i < 6; ++i) Push(i);
  queue_.DropFront();
  queue_.Release();
  EXPECT_TRUE(queue_.empty());
  EXPECT_EQ(queue_.size(), 0u);
  EXPECT_EQ(queue_.memory(), 0u);
  EXPECT_EQ(pool_.in_use(), 0u);
  Push(7);
  EXPECT_EQ(queue_.front().size(), 7u);
  EXPECT_EQ(queue_.back().size(), 7u);
  EXPECT_EQ(queue_[0].size(), 7u);
  EXPECT_EQ(queue_.memory(), 4 * sizeof(ReceivedPiece));
}

}  // namespace
}  // namespace nut::tcp
