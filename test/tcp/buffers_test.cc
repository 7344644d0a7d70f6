// The receive buffer against a model that is too simple to be wrong.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

#include "stack/base/rng.h"
#include "stack/tcp/receive_buffer.h"

namespace nut::tcp {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes RandomBytes(Rng& rng, size_t size) {
  Bytes bytes(size);
  rng.Fill(bytes);
  return bytes;
}

// Beside the octets: two pages behind a gap, what is left of a chunk, the list of pieces.
constexpr size_t kSlack = 2 * 4096 + 2048 + 512 * sizeof(ReceivedPiece);

// The stream as a map from position to octet: what came first stays.
class ReceiveModel {
 public:
  void Place(uint64_t position, ByteView data) {
    for (size_t i = 0; i < data.size(); ++i) octets_.emplace(position + i, data[i]);
    while (octets_.contains(next_)) ++next_;
  }
  uint64_t next() const { return next_; }
  size_t readable() const { return static_cast<size_t>(next_ - read_); }
  size_t out_of_order() const { return octets_.size() - readable(); }
  Bytes Read(size_t count) {
    Bytes bytes;
    for (; count > 0 && read_ < next_; --count, ++read_) {
      bytes.push_back(octets_.at(read_));
      octets_.erase(read_);
    }
    return bytes;
  }
  size_t Ranges() const {
    size_t ranges = 0;
    uint64_t expected = UINT64_MAX;
    for (const auto& [position, octet] : octets_) {
      if (position < next_) continue;
      ranges += position != expected;
      expected = position + 1;
    }
    return ranges;
  }

 private:
  std::map<uint64_t, uint8_t> octets_;
  uint64_t read_ = 0;
  uint64_t next_ = 0;
};

TEST(ReceiveBuffer, KeepsEveryOctetOnceUnderRandomOverlaps) {
  for (int seed = 0; seed < 40; ++seed) {
    Rng rng("receive" + std::to_string(seed));
    const size_t window = 1 + rng.Below(seed % 8 == 7 ? 5000 : 300);
    const size_t limit = 1 + rng.Below(8);
    ReceiveBuffer buffer;
    ReceiveModel model;
    for (int step = 0; step < 800; ++step) {
      if (rng.Chance(0.75)) {
        const size_t room = window - std::min(window, model.readable());
        if (room == 0) continue;
        const size_t offset = rng.Chance(0.4) ? 0 : rng.Below(room);
        const Bytes data = RandomBytes(rng, rng.Below(room - offset) + 1);
        ReceiveModel after = model;
        after.Place(model.next() + offset, data);
        const bool fits = offset == 0 || after.Ranges() <= limit;
        const auto placed = buffer.Place(offset, IncomingText(data), limit, window);
        ASSERT_EQ(placed.kept, fits) << "seed " << seed << " step " << step;
        ASSERT_EQ(placed.advanced, fits ? after.next() - model.next() : 0);
        if (fits) model = after;
      } else {
        Bytes out(rng.Below(window) + 1);
        Bytes peeked(out.size());
        const size_t seen = buffer.Peek(peeked);
        const size_t count = buffer.Read(out);
        ASSERT_EQ(seen, count);
        out.resize(count);
        peeked.resize(count);
        ASSERT_EQ(out, peeked);
        ASSERT_EQ(out, model.Read(window + 1 > count ? count : 0));
        buffer.ReleaseIfEmpty();
      }
      ASSERT_EQ(buffer.readable(), model.readable());
      ASSERT_EQ(buffer.out_of_order(), model.out_of_order());
      ASSERT_EQ(buffer.ranges(), model.Ranges());
      ASSERT_GE(buffer.memory(), buffer.readable() + buffer.out_of_order());
      ASSERT_LE(buffer.memory(), 2 * window + kSlack);
    }
  }
}

TEST(ReceiveBuffer, ARetransmissionChangesNothingThatIsHere) {
  ReceiveBuffer buffer;
  buffer.Place(4, IncomingText(AsBytes("EFGH")), 8, 100);
  buffer.Place(2, IncomingText(AsBytes("cdefghij")), 8, 100);
  buffer.Place(0, IncomingText(AsBytes("ABCD")), 8, 100);
  Bytes out(100);
  out.resize(buffer.Read(out));
  EXPECT_EQ(AsText(out), "ABcdEFGHij");
}

TEST(ReceiveBuffer, ProgressIsPossibleAtTheLimitOfRanges) {
  ReceiveBuffer buffer;
  EXPECT_TRUE(buffer.Place(10, IncomingText(Bytes(1)), 2, 100).kept);
  EXPECT_TRUE(buffer.Place(20, IncomingText(Bytes(1)), 2, 100).kept);
  EXPECT_FALSE(buffer.Place(30, IncomingText(Bytes(1)), 2, 100).kept) << "a third piece";
  EXPECT_TRUE(buffer.Place(19, IncomingText(Bytes(1)), 2, 100).kept) << "joins the second";
  EXPECT_EQ(buffer.Place(0, IncomingText(Bytes(3)), 2, 100).advanced, 3u) << "in order, in front of both";
  EXPECT_EQ(buffer.ranges(), 2u);
  EXPECT_EQ(buffer.Place(0, IncomingText(Bytes(7)), 2, 100).advanced, 8u) << "meets the first";
}

TEST(ReceiveBuffer, CostsNothingUntilUsedAndAfterRelease) {
  ReceiveBuffer buffer;
  EXPECT_EQ(buffer.memory(), 0u);
  buffer.Place(0, IncomingText(Bytes(100)), 8, 1 << 20);
  EXPECT_LE(buffer.memory(), 2048u + 8 * sizeof(ReceivedPiece));
  Bytes out(100);
  buffer.Read(out);
  buffer.ReleaseIfEmpty();
  EXPECT_EQ(buffer.memory(), 0u);
}

}  // namespace
}  // namespace nut::tcp
