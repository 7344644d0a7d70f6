// The send buffer against a model that is too simple to be wrong, and what its slices promise.

#include "stack/tcp/send_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "stack/base/rng.h"

namespace nut::tcp {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes RandomBytes(Rng& rng, size_t size) {
  Bytes bytes(size);
  rng.Fill(bytes);
  return bytes;
}

Bytes Joined(const link::SliceList& slices) {
  Bytes bytes(slices.size());
  slices.CopyTo(bytes);
  return bytes;
}

link::Slice Handed(const Bytes& bytes) {
  const link::ChunkRef chunk = link::Chunk::OnHeap(bytes.size());
  chunk->Append(bytes);
  return {chunk, chunk->bytes()};
}

// What is copied and what is handed over, in any order; and where segments are cut, which goes on from the
// last one most of the time.
void RandomOperations(size_t limit, bool handing, link::ChunkPool* pool) {
  Rng rng("send" + std::to_string(limit));
  SendBuffer buffer;
  std::deque<uint8_t> model;
  size_t next = 0;
  for (int step = 0; step < 3000; ++step) {
    if (rng.Chance(0.5)) {
      const Bytes data = RandomBytes(rng, rng.Below(limit + 2));
      const size_t fits = std::min(data.size(), limit - model.size());
      const bool hand = handing && rng.Chance(0.5) && !data.empty();
      const size_t taken =
          hand ? buffer.AppendSlice(Handed(data), limit, pool) : buffer.Append(data, limit, pool);
      ASSERT_EQ(taken, fits);
      model.insert(model.end(), data.begin(), data.begin() + static_cast<ptrdiff_t>(fits));
    } else if (rng.Chance(0.05)) {
      buffer.ReleaseIfEmpty();
    } else {
      const size_t count = rng.Below(model.size() + 1);
      buffer.Consume(count);
      model.erase(model.begin(), model.begin() + static_cast<ptrdiff_t>(count));
      next -= std::min(next, count);
    }
    ASSERT_EQ(buffer.size(), model.size());
    const size_t offset = next < model.size() && rng.Chance(0.7) ? next : rng.Below(model.size() + 1);
    const size_t length = rng.Below(model.size() - offset + 1);
    const link::SliceList slices = buffer.Gather(offset, length);
    ASSERT_LE(slices.size(), length);
    ASSERT_TRUE(slices.size() == length || slices.full()) << "fewer only when the list is full";
    ASSERT_EQ(Joined(slices), Bytes(model.begin() + static_cast<ptrdiff_t>(offset),
                                    model.begin() + static_cast<ptrdiff_t>(offset + slices.size())));
    next = offset + slices.size();
    // At worst: the octets, the unused ends of the first and the last chunk, what one handed piece cut off.
    ASSERT_LE(buffer.memory(), limit + 4 * 65536 + 1024 * sizeof(link::Slice));
  }
}

TEST(SendBuffer, BehavesAsAQueueUnderRandomOperations) {
  link::ChunkPool pool;
  for (const size_t limit : {1u, 7u, 100u, 2048u, 5000u, 70'000u}) {
    for (const bool handing : {false, true}) {
      RandomOperations(limit, handing, nullptr);
      RandomOperations(limit, handing, &pool);
    }
  }
  EXPECT_EQ(pool.in_use(), 0u);
}

TEST(SendBuffer, CostsNothingUntilUsedAndAfterRelease) {
  SendBuffer buffer;
  EXPECT_EQ(buffer.memory(), 0u);
  EXPECT_FALSE(buffer.has_memory());
  buffer.Append(Bytes(10), 1 << 20, nullptr);
  EXPECT_LE(buffer.memory(), 2048u + 4 * sizeof(link::Slice));
  buffer.ReleaseIfEmpty();
  EXPECT_GT(buffer.memory(), 2048u) << "it is not empty";
  buffer.Consume(10);
  EXPECT_LT(buffer.memory(), 2048u) << "its chunk is empty";
  buffer.ReleaseIfEmpty();
  EXPECT_EQ(buffer.memory(), 0u);
  EXPECT_FALSE(buffer.has_memory());
}

TEST(SendBuffer, ChunksGrowWithWhatIsQueued) {
  SendBuffer buffer;
  for (int i = 0; i < 1000; ++i) {
    buffer.Append(Bytes(100), 1 << 20, nullptr);
    ASSERT_LE(buffer.memory(), 5 * buffer.size() + 2048 + 1024);
  }
  SendBuffer bulk;
  bulk.Append(Bytes(65536), 1 << 20, nullptr);
  EXPECT_EQ(bulk.Gather(0, 65536).count(), 1u) << "a large write lies in one piece";
}

TEST(SendBuffer, WhatIsUnderWayDoesNotPointIntoIt) {
  link::ChunkPool pool;
  Rng rng("under way");
  const Bytes data = RandomBytes(rng, 5000);
  link::SliceList slices;
  {
    SendBuffer buffer;
    buffer.Append(data, 1 << 20, &pool);
    slices = buffer.Gather(1000, 3000);
    buffer.Clear();
    buffer.Append(Bytes(5000, 0xee), 1 << 20, &pool);
  }
  EXPECT_EQ(Joined(slices), Bytes(data.begin() + 1000, data.begin() + 4000));
  EXPECT_EQ(pool.in_use(), 1u);
  slices.Clear();
  EXPECT_EQ(pool.in_use(), 0u);
}

TEST(SendBuffer, WhatIsHandedOverIsNotCopiedAndGoesWhenItIsAcknowledged) {
  SendBuffer buffer;
  const Bytes own(10, 1);
  link::ChunkRef chunk = link::Chunk::OnHeap(8192);
  chunk->Append(Bytes(4000, 2));
  buffer.Append(own, 1 << 20, nullptr);
  EXPECT_EQ(buffer.AppendSlice({chunk, chunk->bytes()}, 3010, nullptr), 3000u) << "to the limit";
  const link::SliceList slices = buffer.Gather(0, 3010);
  EXPECT_EQ(slices.count(), 2u);
  EXPECT_EQ(slices.slices()[1].bytes.data(), chunk->bytes().data());
  // The room in the application's chunk is its own.
  buffer.Consume(10);
  buffer.Append(own, 1 << 20, nullptr);
  EXPECT_EQ(chunk->size(), 4000u);
}

// Whatever limit an application asks for: beyond it sequence numbers would say nothing.
TEST(SendBuffer, HoldsNoMoreThanTheLargestWindow) {
  SendBuffer buffer;
  constexpr size_t kPiece = size_t{1} << 28;
  const link::ChunkRef chunk = link::Chunk::OnHeap(kPiece);
  chunk->Commit(kPiece - 1);  // never touched
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(buffer.AppendSlice({chunk, chunk->bytes()}, SIZE_MAX, nullptr), kPiece - 1);
  }
  EXPECT_EQ(buffer.AppendSlice({chunk, chunk->bytes()}, SIZE_MAX, nullptr), 4u);
  EXPECT_EQ(buffer.AppendSlice({chunk, chunk->bytes()}, SIZE_MAX, nullptr), 0u);
  EXPECT_EQ(buffer.Append(Bytes(1), SIZE_MAX, nullptr), 0u);
  EXPECT_EQ(buffer.size(), SendBuffer::kMostOctets);
}

TEST(SendBuffer, SmallPiecesThatAreHandedOverAreJoined) {
  SendBuffer buffer;
  for (int i = 0; i < 100; ++i) {
    buffer.AppendSlice(Handed(Bytes(20, static_cast<uint8_t>(i))), 1 << 20, nullptr);
  }
  EXPECT_EQ(buffer.Gather(0, 2000).size(), 2000u);
}

// What is kept of a chunk that is not full yet, and when it goes.
TEST(SendBuffer, AnOpenChunkGoesOnUntilItIsFullOrEverythingIsThere) {
  link::ChunkPool pool;
  SendBuffer buffer;
  buffer.Append(Bytes(10), 1 << 20, &pool);
  buffer.Consume(9);
  buffer.Append(Bytes(10), 1 << 20, &pool);
  EXPECT_EQ(pool.in_use(), 1u);
  EXPECT_EQ(buffer.Gather(0, 11).count(), 1u);
  buffer.Consume(10);
  EXPECT_EQ(pool.in_use(), 1u) << "an octet is left";
  buffer.Consume(1);
  EXPECT_EQ(pool.in_use(), 0u);
  buffer.Append(Bytes(2048), 1 << 20, &pool);
  buffer.Append(Bytes(1), 1 << 20, &pool);
  EXPECT_EQ(pool.in_use(), 2u) << "the first one was full";
  EXPECT_EQ(buffer.Gather(0, 2049).count(), 2u);
}

TEST(SendBuffer, AChunkIsCountedOnceWhereItsSlicesFollowEachOther) {
  SendBuffer buffer;
  const link::ChunkRef chunk = link::Chunk::OnHeap(8192);
  chunk->Append(Bytes(8192));
  const link::ChunkRef other = link::Chunk::OnHeap(4096);
  other->Append(Bytes(4096));
  buffer.AppendSlice({chunk, chunk->bytes().first(2000)}, 1 << 20, nullptr);
  const size_t list = buffer.memory() - 8192;
  EXPECT_LE(list, 16 * sizeof(link::Slice));
  buffer.AppendSlice({chunk, chunk->bytes().subspan(2000, 2000)}, 1 << 20, nullptr);
  EXPECT_EQ(buffer.memory(), 8192 + list);
  buffer.AppendSlice({other, other->bytes()}, 1 << 20, nullptr);
  EXPECT_EQ(buffer.memory(), 8192 + 4096 + list);
  EXPECT_EQ(buffer.Gather(0, 8096).count(), 3u);
}

TEST(SendBuffer, WhatIsHandedOverIsCopiedBelowAKibibyte) {
  for (const auto& [octets, copied] : {std::pair{1023u, true}, {1024u, false}}) {
    SendBuffer buffer;
    const link::Slice slice = Handed(Bytes(octets));
    EXPECT_EQ(buffer.AppendSlice(slice, 1 << 20, nullptr), octets);
    EXPECT_EQ(buffer.Gather(0, octets).slices()[0].bytes.data() != slice.bytes.data(), copied) << octets;
  }
  SendBuffer buffer;
  const Bytes bytes(2000);
  EXPECT_EQ(buffer.AppendSlice({{}, bytes}, 1 << 20, nullptr), 2000u);
  EXPECT_NE(buffer.Gather(0, 2000).slices()[0].bytes.data(), bytes.data()) << "nothing keeps it in place";
}

}  // namespace
}  // namespace nut::tcp
