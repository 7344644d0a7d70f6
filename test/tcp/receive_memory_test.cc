// What the receive buffer keeps of the memory in which octets came, to the octet: frames, chunks, pages and
// the list.
#include <gtest/gtest.h>

#include <vector>

#include "stack/link/frame_pool.h"
#include "stack/tcp/receive_buffer.h"

namespace nut::tcp {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr size_t kList = 4 * sizeof(ReceivedPiece);
constexpr size_t kPlenty = 1 << 20;

class ReceiveMemory : public testing::Test {
 protected:
  // Text in a frame of its own, at `offset` behind RCV.NXT.
  ReceiveBuffer::Placed PlaceFrame(size_t octets, size_t window, size_t offset = 0) {
    SegmentFrames frames{.first = pool_.Allocate(octets)};
    const MutableByteView text = frames.first->Append(octets);
    return buffer_.Place(offset, {text, &frames, 0, octets}, 8, window);
  }
  ReceiveBuffer::Placed PlaceBorrowed(size_t octets, size_t offset = 0, size_t ranges = 8) {
    return buffer_.Place(offset, IncomingText(Bytes(octets, 'x')), ranges, kPlenty);
  }
  size_t Read(size_t octets) {
    Bytes out(octets);
    return buffer_.Read(out);
  }
  // What of memory() is neither list nor octets in pages.
  size_t Kept() const { return buffer_.memory() - kList; }

  link::FramePool pool_;
  ReceiveBuffer buffer_;
  const size_t frame_ = link::FramePoolOptions().small_capacity;
};

TEST_F(ReceiveMemory, BeginsWithNothing) {
  EXPECT_EQ(buffer_.memory(), 0u);
  EXPECT_EQ(buffer_.readable(), 0u);
  EXPECT_EQ(buffer_.received(), 0u);
  EXPECT_EQ(buffer_.out_of_order(), 0u);
  EXPECT_EQ(buffer_.early_reach(), 0u);
  EXPECT_EQ(buffer_.ranges(), 0u);
  EXPECT_FALSE(buffer_.has_gap());
  EXPECT_EQ(buffer_.EarlyAround(0), std::nullopt);
  Range out[1];
  EXPECT_EQ(buffer_.ListEarly(out), 0u);
  bool held = false;
  buffer_.ForEachHeld(0, 100, [&](Range) { held = true; });
  EXPECT_FALSE(held);
  const ReceiveBuffer::Placed placed = PlaceBorrowed(0);
  EXPECT_TRUE(placed.kept);
  EXPECT_EQ(placed.advanced, 0u);
}

TEST_F(ReceiveMemory, AWellFilledFrameIsKeptAndGoesWithItsLastOctet) {
  const size_t half = frame_ / 2;
  PlaceFrame(half, 0);
  EXPECT_EQ(pool_.in_use(), 1u);
  EXPECT_EQ(Kept(), frame_);
  EXPECT_EQ(Read(half - 1), half - 1);
  EXPECT_EQ(Kept(), frame_);
  EXPECT_EQ(buffer_.readable(), 1u);
  EXPECT_EQ(Read(5), 1u);
  EXPECT_EQ(Kept(), 0u);
  EXPECT_EQ(pool_.in_use(), 0u);
  PlaceFrame(half - 1, 0);
  EXPECT_EQ(pool_.in_use(), 0u) << "an octet less than half of it: copied";
  EXPECT_EQ(Kept(), 2048u);
  EXPECT_EQ(buffer_.received(), 2 * half - 1);
}

TEST_F(ReceiveMemory, ABadlyFilledOneIsKeptWithinHalfTheWindow) {
  PlaceFrame(10, 2 * frame_ - 1);
  EXPECT_EQ(pool_.in_use(), 0u);
  buffer_.Clear();
  PlaceFrame(10, 2 * frame_);
  EXPECT_EQ(pool_.in_use(), 1u);
  EXPECT_EQ(Kept(), frame_);
  // The list is memory, too.
  PlaceFrame(10, 2 * (2 * frame_ + kList) - 1);
  EXPECT_EQ(pool_.in_use(), 1u);
  buffer_.Clear();
  PlaceFrame(10, kPlenty);
  PlaceFrame(10, 2 * (2 * frame_ + kList));
  EXPECT_EQ(pool_.in_use(), 2u);
}

TEST_F(ReceiveMemory, ChunksAreAsLargeAsWhatWaitsWithinTheirLimits) {
  PlaceBorrowed(10);
  EXPECT_EQ(Kept(), 2048u);
  PlaceBorrowed(2038);
  EXPECT_EQ(Kept(), 2048u) << "it is full";
  PlaceBorrowed(1);
  EXPECT_EQ(Kept(), 2048u + 2049u) << "as large as what waits";
  PlaceBorrowed(2048);
  EXPECT_EQ(Kept(), 4097u);
  PlaceBorrowed(20000);
  EXPECT_EQ(buffer_.readable(), 24097u);
  EXPECT_EQ(Kept(), 4097u + 16384u + 16384u) << "16 KiB at most";
  EXPECT_EQ(Read(24096), 24096u);
  EXPECT_EQ(Kept(), 1u + 12768u) << "an octet, and the room behind it";
  EXPECT_EQ(Read(1), 1u);
  EXPECT_EQ(Kept(), 0u) << "nor the room";
}

TEST_F(ReceiveMemory, PiecesThatAreTakenAreGone) {
  PlaceFrame(frame_ - 200, 0);
  PlaceBorrowed(100);
  ReceivedPiece pieces[3];
  EXPECT_EQ(buffer_.Take(std::span(pieces).first(1)), frame_ - 200);
  EXPECT_EQ(buffer_.readable(), 100u);
  EXPECT_EQ(Kept(), 2048u);
  EXPECT_EQ(buffer_.Take(std::span(pieces).subspan(1)), 100u);
  EXPECT_EQ(buffer_.readable(), 0u);
  EXPECT_EQ(Kept(), 0u);
  EXPECT_EQ(buffer_.Take(pieces), 0u);
  EXPECT_FALSE(pieces[1].empty());
  EXPECT_TRUE(pieces[2].empty());
  EXPECT_EQ(pieces[1].frame(), nullptr);
  EXPECT_TRUE(pieces[1].chunk());
}

TEST_F(ReceiveMemory, BehindAGapPagesAreKeptUntilItIsFilled) {
  PlaceBorrowed(10, 100);
  EXPECT_TRUE(buffer_.has_gap());
  EXPECT_EQ(buffer_.memory(), 4096u);
  EXPECT_EQ(buffer_.out_of_order(), 10u);
  EXPECT_EQ(buffer_.early_reach(), 110u);
  EXPECT_EQ(buffer_.ranges(), 1u);
  EXPECT_EQ(buffer_.EarlyAround(99), std::nullopt);
  EXPECT_EQ(buffer_.EarlyAround(100), (Range{100, 110}));
  EXPECT_EQ(buffer_.EarlyAround(110), std::nullopt);
  const auto placed = PlaceBorrowed(105);
  EXPECT_EQ(placed.advanced, 110u);
  EXPECT_FALSE(buffer_.has_gap());
  EXPECT_EQ(buffer_.readable(), 110u);
  EXPECT_EQ(buffer_.received(), 110u);
  EXPECT_EQ(buffer_.early_reach(), 0u);
}

TEST_F(ReceiveMemory, AtTheLimitOfRangesNothingMoreIsKept) {
  EXPECT_TRUE(PlaceBorrowed(1, 10, 2).kept);
  EXPECT_TRUE(PlaceBorrowed(1, 20, 2).kept);
  EXPECT_FALSE(PlaceBorrowed(1, 30, 2).kept);
  EXPECT_EQ(buffer_.out_of_order(), 2u);
  EXPECT_TRUE(PlaceBorrowed(5, 0, 2).kept) << "in order";
  EXPECT_EQ(buffer_.ranges(), 2u);
  ReceiveBuffer none;
  EXPECT_FALSE(none.Place(1, IncomingText(Bytes(1)), 0, kPlenty).kept);
  EXPECT_FALSE(none.has_gap()) << "nothing is left of it";
}

TEST_F(ReceiveMemory, WhatWaitsIsNotReleased) {
  PlaceBorrowed(5);
  buffer_.ReleaseIfEmpty();
  EXPECT_EQ(buffer_.readable(), 5u);
  Read(5);
  PlaceBorrowed(5, 10);
  const size_t before = buffer_.memory();
  buffer_.ReleaseIfEmpty();
  EXPECT_EQ(buffer_.memory(), before) << "something is behind a gap";
  buffer_.DropEarly();
  EXPECT_FALSE(buffer_.has_gap());
  buffer_.ReleaseIfEmpty();
  EXPECT_EQ(buffer_.memory(), 0u);
}

TEST_F(ReceiveMemory, ClearForgetsAllButHowFarTheStreamIs) {
  PlaceFrame(frame_ - 200, 0);
  PlaceBorrowed(10);
  PlaceBorrowed(5, 10);
  buffer_.Clear();
  EXPECT_EQ(buffer_.memory(), 0u);
  EXPECT_EQ(buffer_.readable(), 0u);
  EXPECT_FALSE(buffer_.has_gap());
  EXPECT_EQ(pool_.in_use(), 0u);
  EXPECT_EQ(buffer_.received(), frame_ - 190);
  PlaceBorrowed(3);
  EXPECT_EQ(Kept(), 2048u);
  EXPECT_EQ(Read(10), 3u);
}

TEST_F(ReceiveMemory, PeekingChangesNothing) {
  PlaceFrame(frame_ - 200, 0);
  PlaceBorrowed(10);
  const size_t before = buffer_.memory();
  Bytes out(frame_);
  EXPECT_EQ(buffer_.Peek(out), frame_ - 190);
  EXPECT_EQ(buffer_.Peek(std::span(out).first(5)), 5u);
  EXPECT_EQ(buffer_.memory(), before);
  EXPECT_EQ(buffer_.readable(), frame_ - 190);
}

}  // namespace
}  // namespace nut::tcp
