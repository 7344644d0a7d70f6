// The receive buffer with text in frames: every octet once and in order, however it was cut, joined, doubled
// and read; and memory in proportion, whoever sends and whoever does not read.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "stack/base/rng.h"
#include "stack/link/frame_pool.h"
#include "stack/tcp/receive_buffer.h"

namespace nut::tcp {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr size_t kHeaders = 66;

uint8_t OctetAt(uint64_t position) { return static_cast<uint8_t>((position * 0x9e3779b97f4a7c15u) >> 56); }

// A segment's frames: headers and the first text, then the text of others that were joined to it.
struct Segment {
  SegmentFrames frames;
  ByteView first;
  size_t size = 0;
  Bytes borrowed;  // instead of frames

  IncomingText text(size_t skip, size_t length) {
    if (!borrowed.empty()) return {borrowed, nullptr, skip, length};
    return {first, &frames, skip, length};
  }
};

class ReceivePieces : public testing::Test {
 protected:
  // Text from `position` on, in pieces of `piece` octets.
  Segment Make(uint64_t position, size_t size, size_t piece, bool in_frames = true) {
    Segment segment;
    segment.size = size;
    if (!in_frames) {
      segment.borrowed.resize(size);
      for (size_t i = 0; i < size; ++i) segment.borrowed[i] = OctetAt(position + i);
      return segment;
    }
    for (size_t done = 0; done < size;) {
      const size_t count = std::min(piece, size - done);
      const bool is_first = done == 0;
      link::FramePtr frame = pool_.Allocate(kHeaders + count);
      EXPECT_NE(frame, nullptr);
      frame->Append(kHeaders);
      const MutableByteView text = frame->Append(count);
      for (size_t i = 0; i < count; ++i) text[i] = OctetAt(position + done + i);
      if (is_first) {
        segment.first = text;
        segment.frames.first = std::move(frame);
      } else {
        frame->TrimFront(kHeaders);
        segment.frames.behind.Push(std::move(frame));
      }
      done += count;
    }
    return segment;
  }
  ReceiveBuffer::Placed Place(uint64_t position, size_t size, size_t piece = 1448, size_t window = 1 << 20) {
    Segment segment = Make(position, size, piece);
    return buffer_.Place(static_cast<size_t>(position - next_), segment.text(0, size), 64, window);
  }
  void ExpectOctets(ByteView bytes) {
    for (const uint8_t octet : bytes) ASSERT_EQ(octet, OctetAt(read_++)) << "at " << read_ - 1;
  }

  link::FramePool pool_;
  ReceiveBuffer buffer_;
  uint64_t next_ = 0;  // RCV.NXT
  uint64_t read_ = 0;
};

// What is covered of the stream, too simple to be wrong.
class Coverage {
 public:
  void Add(uint64_t begin, uint64_t end) {
    for (; begin < end; ++begin) octets_[begin] = true;
    while (octets_.contains(next_)) octets_.erase(next_++);
  }
  uint64_t next() const { return next_; }
  size_t early() const { return octets_.size(); }

 private:
  std::map<uint64_t, bool> octets_;
  uint64_t next_ = 0;
};

TEST_F(ReceivePieces, EveryOctetOnceUnderRandomCutsOverlapsAndReads) {
  for (int seed = 0; seed < 60; ++seed) {
    Rng rng("pieces" + std::to_string(seed));
    const size_t window = seed % 3 == 0 ? 3000 : seed % 3 == 1 ? 40'000 : 300'000;
    const size_t largest = seed % 5 == 0 ? 20 : seed % 5 == 1 ? 30'000 : 1448;
    buffer_.Clear();
    buffer_ = ReceiveBuffer();
    next_ = read_ = 0;
    Coverage model;
    for (int step = 0; step < 300; ++step) {
      const size_t room = window - static_cast<size_t>(next_ - read_);
      if (rng.Chance(0.6) && room > 0) {
        const size_t offset = rng.Chance(0.6) ? 0 : rng.Below(std::min<size_t>(room, 6000));
        const size_t size = 1 + rng.Below(std::min<size_t>(room - offset, 8 * largest));
        // A segment that begins before the window and reaches beyond it is trimmed by the caller.
        const size_t old = rng.Chance(0.2) ? rng.Below(std::min<uint64_t>(next_ + offset, 100) + 1) : 0;
        const size_t beyond = rng.Below(50);
        Segment segment =
            Make(next_ + offset - old, old + size + beyond, 1 + rng.Below(largest), rng.Chance(0.9));
        const auto placed = buffer_.Place(offset, segment.text(old, size), 1000, window);
        ASSERT_TRUE(placed.kept);
        model.Add(next_ + offset, next_ + offset + size);
        ASSERT_EQ(placed.advanced, model.next() - next_) << "seed " << seed << " step " << step;
        next_ = model.next();
      } else if (rng.Chance(0.5)) {
        Bytes out(1 + rng.Below(5000));
        Bytes seen(out.size());
        seen.resize(buffer_.Peek(seen));
        out.resize(buffer_.Read(out));
        ASSERT_EQ(seen, out);
        ExpectOctets(out);
      } else {
        std::vector<ReceivedPiece> pieces(1 + rng.Below(6));
        const size_t count = buffer_.Take(pieces);
        size_t octets = 0;
        for (const ReceivedPiece& piece : pieces) {
          ExpectOctets(piece.bytes());
          octets += piece.size();
        }
        ASSERT_EQ(octets, count);
      }
      if (rng.Chance(0.1)) buffer_.ReleaseIfEmpty();
      ASSERT_EQ(buffer_.readable(), next_ - read_);
      ASSERT_EQ(buffer_.out_of_order(), model.early());
      ASSERT_GE(buffer_.memory(), buffer_.readable() + buffer_.out_of_order());
    }
    Bytes rest(buffer_.readable());
    ASSERT_EQ(buffer_.Read(rest), rest.size());
    ExpectOctets(rest);
    buffer_.Clear();
    ASSERT_EQ(pool_.in_use(), 0u) << "seed " << seed;
  }
}

TEST_F(ReceivePieces, TextStaysInTheFrameThatBroughtIt) {
  Segment segment = Make(0, 5000, 1448);
  const uint8_t* const first = segment.first.data();
  buffer_.Place(0, segment.text(0, 5000), 64, 1 << 20);
  EXPECT_EQ(pool_.in_use(), 4u);
  std::vector<ReceivedPiece> pieces(8);
  EXPECT_EQ(buffer_.Take(pieces), 5000u);
  EXPECT_EQ(pieces[0].bytes().data(), first);
  EXPECT_NE(pieces[3].frame(), nullptr);
  pieces[1] = {};
  EXPECT_EQ(pool_.in_use(), 3u);
}

// A peer that sends single octets to a reader who sleeps.
TEST_F(ReceivePieces, SmallTextIsCopiedTogetherOnceItAddsUp) {
  constexpr size_t kWindow = 100'000;
  for (next_ = 0; next_ < kWindow; ++next_) Place(next_, 1, 1, kWindow);
  EXPECT_EQ(buffer_.readable(), kWindow);
  EXPECT_LE(buffer_.memory(), 2 * kWindow);
  EXPECT_LE(pool_.in_use() * link::FramePoolOptions{}.small_capacity, kWindow / 2);
}

TEST_F(ReceivePieces, MemoryIsAtMostTwiceAFullWindowWhateverTheSizes) {
  Rng rng("sizes");
  for (const size_t window : {5000u, 100'000u, 1'000'000u}) {
    for (const size_t most : {3u, 400u, 900u, 1448u, 20'000u, 60'000u}) {
      buffer_.Clear();
      for (next_ = 0; next_ < window;) {
        const size_t size = 1 + rng.Below(std::min<size_t>(most, window - next_));
        const uint64_t place = next_;
        next_ += Place(place, size, size, window).advanced;
      }
      // The share of badly filled frames, half of the window, beside twice its octets; and one chunk.
      EXPECT_LE(buffer_.memory(), window / 2 + 2 * window + 16384 + window / 100 * sizeof(ReceivedPiece))
          << window << " in segments of up to " << most;
    }
  }
}

// Descending single octets are the worst there is for lists of pieces.
TEST_F(ReceivePieces, OctetsBehindAGapCostTheirPages) {
  constexpr size_t kWindow = 65536;
  for (size_t offset = kWindow - 1; offset > 0; --offset) Place(offset, 1, 1, kWindow);
  EXPECT_EQ(buffer_.out_of_order(), kWindow - 1);
  EXPECT_EQ(buffer_.ranges(), 1u);
  EXPECT_EQ(pool_.in_use(), 0u);
  EXPECT_LE(buffer_.memory(), kWindow + 2 * ReorderBuffer::kPageSize);
  EXPECT_EQ(Place(0, 1).advanced, kWindow);
  Bytes all(kWindow);
  EXPECT_EQ(buffer_.Read(all), kWindow);
  ExpectOctets(all);
  EXPECT_FALSE(buffer_.has_gap());
}

// Four readers sleep; the fifth connection still gets frames.
TEST(ReceivePiecesOfMany, SleepingReadersDoNotEmptyThePool) {
  link::FramePool pool({.maximum_small = 1000, .maximum_large = 10});
  std::vector<ReceiveBuffer> buffers(4);
  uint64_t octets = 0;
  for (int round = 0; round < 2000; ++round) {
    for (ReceiveBuffer& buffer : buffers) {
      for (const size_t size : {1448u, 40'000u}) {
        SegmentFrames frames;
        frames.first = pool.Allocate(size);
        ASSERT_NE(frames.first, nullptr) << "round " << round;
        const ByteView text = frames.first->Append(size);
        if (buffer.readable() + size > 1'000'000) continue;
        octets += buffer.Place(0, IncomingText(text, &frames, 0, size), 64, 1'000'000).advanced;
      }
    }
  }
  EXPECT_GT(octets, 3'900'000u);
  EXPECT_LE(pool.in_use(), 500u + 5u + 2u);
}

}  // namespace
}  // namespace nut::tcp
