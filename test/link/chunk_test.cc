// Chunks, their pool, and the frames that carry slices of them.

#include "stack/link/chunk.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stack/link/chunk_pool.h"
#include "stack/link/slice_list.h"
#include "test/link/memory_device.h"

namespace nut::link {
namespace {

Bytes Numbered(size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 31 + i / 256);
  return bytes;
}

Slice SliceOf(const Bytes& bytes) {
  const ChunkRef chunk = Chunk::OnHeap(bytes.size());
  chunk->Append(bytes);
  return {chunk, chunk->bytes()};
}

TEST(Chunk, IsFilledFromTheFrontAndNeverMoves) {
  const ChunkRef chunk = Chunk::OnHeap(10);
  EXPECT_EQ(chunk->Append(Bytes{1, 2, 3}), 3u);
  const ByteView first = chunk->bytes();
  const MutableByteView spare = chunk->spare();
  ASSERT_EQ(spare.size(), 7u);
  spare[0] = 4;
  chunk->Commit(1);
  EXPECT_EQ(chunk->Append(Bytes(100, 5)), 6u) << "what fits";
  EXPECT_EQ(chunk->room(), 0u);
  EXPECT_EQ(chunk->bytes().data(), first.data());
  EXPECT_EQ(Copy(chunk->bytes()), (Bytes{1, 2, 3, 4, 5, 5, 5, 5, 5, 5}));
}

TEST(Chunk, OverForeignBytesCopiesNothingAndTakesNothing) {
  const Bytes bytes = Numbered(100);
  const ChunkRef chunk = Chunk::Over(bytes);
  EXPECT_EQ(chunk->bytes().data(), bytes.data());
  EXPECT_EQ(chunk->Append(Bytes{1}), 0u);
}

TEST(ChunkDeathTest, RoomThatIsNotThereIsAFaultOfOurs) {
  const ChunkRef chunk = Chunk::OnHeap(10);
  EXPECT_DEATH(chunk->Commit(11), "room");
  SliceList list;
  while (!list.full()) list.Push(SliceOf({1}));
  EXPECT_DEATH(list.Push(SliceOf({1})), "more slices");
}

TEST(ChunkPool, GivesTheWarmestChunkOfTheSmallestSizeThatFits) {
  ChunkPool pool;
  for (const size_t wanted :
       {size_t{0}, size_t{1}, size_t{2048}, size_t{2049}, size_t{65536}, size_t{1 << 20}}) {
    const ChunkRef chunk = pool.Allocate(wanted);
    EXPECT_EQ(chunk->capacity(), ChunkPool::CapacityFor(wanted));
    EXPECT_GE(chunk->capacity(), std::min(wanted, ChunkPool::kCapacities.back()));
    EXPECT_EQ(chunk->size(), 0u);
  }
  ChunkRef first = pool.Allocate(100);
  first->Append(Bytes(10));
  const Chunk* const place = first.get();
  EXPECT_EQ(pool.in_use(), 1u);
  first = {};
  EXPECT_EQ(pool.in_use(), 0u);
  const ChunkRef again = pool.Allocate(2000);
  EXPECT_EQ(again.get(), place);
  EXPECT_EQ(again->size(), 0u);
}

TEST(ChunkPool, KeepsNoMoreThanItMay) {
  ChunkPool pool({.maximum_kept = 200'000});
  {
    std::vector<ChunkRef> many;
    for (int i = 0; i < 10; ++i) many.push_back(pool.Allocate(65536));
    EXPECT_EQ(pool.in_use(), 10u);
    EXPECT_EQ(pool.kept(), 0u);
  }
  EXPECT_EQ(pool.in_use(), 0u);
  EXPECT_GT(pool.kept(), 3 * 65536u);
  EXPECT_LE(pool.kept(), 200'000u);
}

TEST(ChunkPool, MayEndBeforeItsChunks) {
  ChunkRef chunk;
  {
    ChunkPool pool;
    chunk = pool.Allocate(1);
    pool.Allocate(1);
  }
  EXPECT_EQ(chunk->Append(Bytes{7}), 1u);
}

TEST(SliceList, PartsAreTheSameBytes) {
  const Bytes bytes = Numbered(1000);
  SliceList list;
  for (const auto& [from, to] : {std::pair{0, 1}, {1, 300}, {300, 301}, {301, 1000}}) {
    list.Push(SliceOf(Bytes(bytes.begin() + from, bytes.begin() + to)));
  }
  list.Push({});
  EXPECT_TRUE(list.full());
  EXPECT_EQ(list.size(), 1000u);
  for (size_t from = 0; from <= 1000; from += 37) {
    for (size_t length = 0; from + length <= 1000; length += 53) {
      const SliceList part = list.Part(from, length);
      Bytes copy(part.size());
      part.CopyTo(copy);
      ASSERT_EQ(copy, Bytes(bytes.begin() + static_cast<ptrdiff_t>(from),
                            bytes.begin() + static_cast<ptrdiff_t>(from + length)));
    }
  }
}

TEST(SliceList, AMovedOneIsEmpty) {
  SliceList list;
  list.Push(SliceOf({1, 2}));
  const SliceList copy = list;
  const SliceList moved = std::move(list);
  EXPECT_EQ(copy.size(), 2u);
  EXPECT_EQ(moved.size(), 2u);
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.size(), 0u);
}

class FrameTail : public ::testing::Test {
 protected:
  FramePtr WithTail() {
    FramePtr frame = MakeFrame(frames_, Bytes{1, 2, 3});
    ChunkRef chunk = chunks_.Allocate(1);
    chunk->Append(Numbered(2000));
    SliceList tail;
    tail.Push({chunk, chunk->bytes().first(500)});
    tail.Push({chunk, chunk->bytes().subspan(500)});
    frame->SetTail(std::move(tail));
    frame->checksum = {ChecksumState::kPartial, 1, 0};
    frame->capture_ticket = 5;
    return frame;
  }
  static Bytes Whole() {
    Bytes whole{1, 2, 3};
    const Bytes tail = Numbered(2000);
    whole.insert(whole.end(), tail.begin(), tail.end());
    return whole;
  }

  ChunkPool chunks_;
  FramePool frames_;
};

TEST_F(FrameTail, CountsInTheWholeSizeOnlyAndGoesWithTheFrame) {
  FramePtr frame = WithTail();
  EXPECT_EQ(frame->size(), 3u);
  EXPECT_EQ(frame->total_size(), 2003u);
  EXPECT_EQ(chunks_.in_use(), 1u);
  frame.reset();
  EXPECT_EQ(chunks_.in_use(), 0u);
  EXPECT_FALSE(frames_.Allocate(1)->has_tail());
}

TEST_F(FrameTail, ACloneIsInOnePiece) {
  const FramePtr frame = WithTail();
  const FramePtr copy = frames_.Clone(*frame);
  EXPECT_EQ(Copy(copy->data()), Whole());
  EXPECT_FALSE(copy->has_tail());
  EXPECT_EQ(copy->checksum.state, ChecksumState::kPartial);
}

TEST_F(FrameTail, LinearisingKeepsTheNotesAndLeavesOthersAlone) {
  FramePtr whole = frames_.Linearise(WithTail());
  EXPECT_EQ(Copy(whole->data()), Whole());
  EXPECT_EQ(whole->capture_ticket, 5u);
  EXPECT_EQ(chunks_.in_use(), 0u);
  const Frame* const same = whole.get();
  EXPECT_EQ(frames_.Linearise(std::move(whole)).get(), same);
  FramePtr refused = WithTail();
  frames_.FailAt(1);
  EXPECT_EQ(frames_.Linearise(std::move(refused)), nullptr);
  EXPECT_EQ(frames_.in_use(), 0u);
}

}  // namespace
}  // namespace nut::link
