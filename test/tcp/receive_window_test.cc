// The offered window: its edge, its rounding, its silliness; timestamps and PAWS beside it.

#include "stack/tcp/receive_window.h"

#include <gtest/gtest.h>

#include "stack/base/rng.h"
#include "stack/tcp/timestamps.h"

namespace nut::tcp {
namespace {

using wire::SequenceNumber;

TEST(ReceiveWindow, Rfc7323_2_3_TheShiftIsTheSmallestThatFits) {
  EXPECT_EQ(ReceiveWindow::ShiftFor(1000), 0);
  EXPECT_EQ(ReceiveWindow::ShiftFor(65535), 0);
  EXPECT_EQ(ReceiveWindow::ShiftFor(65536), 1);
  EXPECT_EQ(ReceiveWindow::ShiftFor(1 << 20), 5);
  EXPECT_EQ(ReceiveWindow::ShiftFor(size_t{1} << 40), 14);
}

TEST(ReceiveWindow, Rfc7323_2_2_TheSynIsNotScaled) {
  ReceiveWindow window;
  window.Start(SequenceNumber(100), 1 << 20);
  window.set_shift(5);
  EXPECT_EQ(window.SynField(SequenceNumber(100)), 65535);
  EXPECT_EQ(window.Size(SequenceNumber(100)), 65535u);
}

TEST(ReceiveWindow, Rfc9293_Must39_TheEdgeMovesByWorthwhileStepsOnly) {
  ReceiveWindow window;
  window.Start(SequenceNumber(0xffff'ff00), 1000);
  // All 1000 octets came and nothing was read.
  const SequenceNumber next = SequenceNumber(0xffff'ff00) + 1000;
  EXPECT_EQ(window.Offer(next, 0, 500), 0);
  EXPECT_EQ(window.Offer(next, 499, 500), 0);
  EXPECT_FALSE(window.WouldAdvance(next, 499, 500));
  EXPECT_EQ(window.Offer(next, 500, 500), 500);
  EXPECT_EQ(window.edge(), next + 500);
}

TEST(ReceiveWindow, Rfc7323_2_2_NoMoreThanTheFieldCanSay) {
  for (const uint8_t shift : {0, 3}) {
    ReceiveWindow window;
    window.Start(SequenceNumber(0), 1000);
    window.set_shift(shift);
    const uint32_t largest = 65535u << shift;
    EXPECT_EQ(window.largest(), largest);
    EXPECT_EQ(window.Offer(SequenceNumber(0), 1 << 20, 1), 65535);
    EXPECT_EQ(window.edge(), SequenceNumber(largest));
    EXPECT_EQ(window.largest_offered(), largest);
  }
}

TEST(ReceiveWindow, TheLargestOfferIsRemembered) {
  ReceiveWindow window;
  window.Start(SequenceNumber(0), 1000);
  EXPECT_EQ(window.largest_offered(), 1000u);
  window.Offer(SequenceNumber(1000), 500, 1);
  EXPECT_EQ(window.largest_offered(), 1000u);
  window.Offer(SequenceNumber(1500), 3000, 1);
  EXPECT_EQ(window.largest_offered(), 3000u);
  window.Offer(SequenceNumber(4500), 100, 1);
  EXPECT_EQ(window.largest_offered(), 3000u);
}

TEST(ReceiveWindow, Rfc7323_2_4_RoundingMayCostOneUnitBeyondTheBufferAndNoMore) {
  for (const int space : {12, 11, 8}) {
    ReceiveWindow window;
    window.Start(SequenceNumber(0), 13);  // a promise that is no multiple of four
    window.set_shift(2);
    EXPECT_EQ(window.Offer(SequenceNumber(0), space, 1000), space + 4 >= 16 ? 4 : 3) << space;
    EXPECT_EQ(window.edge(), SequenceNumber(space + 4 >= 16 ? 16 : 13)) << "what was promised stays";
  }
}

// Random reading and arriving, all shifts: the edge that was promised never goes back, and the promise never
// exceeds the buffer by a unit or more.
TEST(ReceiveWindow, Rfc9293_Shld14_TheEdgeNeverMovesLeft) {
  Rng rng("window");
  for (int run = 0; run < 200; ++run) {
    const auto shift = static_cast<uint8_t>(rng.Below(15));
    const int64_t capacity = 1 + static_cast<int64_t>(rng.Below(uint64_t{60000} << shift));
    const auto step = static_cast<size_t>(std::max<int64_t>(1, std::min<int64_t>(capacity / 2, 1460)));
    SequenceNumber next(rng.Next32());
    ReceiveWindow window;
    window.Start(next, static_cast<size_t>(capacity));
    window.set_shift(shift);
    int64_t unread = 0;
    for (int i = 0; i < 500; ++i) {
      const uint32_t arriving = static_cast<uint32_t>(rng.Below(std::min(window.Size(next), 3000u) + 1));
      next += arriving;
      unread += arriving;
      if (rng.Chance(0.3)) unread -= static_cast<int64_t>(rng.Below(static_cast<uint64_t>(unread) + 1));
      const SequenceNumber before = window.edge();
      const uint32_t field = window.Offer(next, capacity - unread, step);
      ASSERT_TRUE(window.edge().AtOrAfter(before));
      ASSERT_TRUE(window.edge().AtOrAfter(next));
      ASSERT_LE(int64_t{window.Size(next)}, std::max<int64_t>(capacity - unread, 0) + (int64_t{1} << shift));
      // What the peer sees is the edge, or less than a unit short of it.
      ASSERT_LE(field << shift, window.Size(next));
      ASSERT_LT(window.Size(next) - (field << shift), 1u << shift);
    }
  }
}

TEST(ReceiveWindow, IsRightAtTheWrapOfSequenceNumbers) {
  ReceiveWindow window;
  window.Start(SequenceNumber(0xffff'ffff), 10);
  EXPECT_EQ(window.edge(), SequenceNumber(9));
  EXPECT_EQ(window.Size(SequenceNumber(3)), 6u);
}

constexpr Instant At(Duration since_start) { return Instant{} + since_start; }

TEST(Timestamps, Rfc7323_7_1_TheClockHasAnOffsetAndTicksInMilliseconds) {
  const Timestamps timestamps(0xffff'ffff);
  EXPECT_EQ(timestamps.Value(At(0ms)), 0xffff'ffffu);
  EXPECT_EQ(timestamps.Value(At(1ms)), 0u);
  EXPECT_EQ(timestamps.Value(At(2ms + 999us)), 1u);
}

TEST(Timestamps, Rfc7323_5_3_OlderThanRecentIsOldAcrossTheWrap) {
  Timestamps timestamps(0);
  timestamps.Start(5, At(0s));
  EXPECT_TRUE(timestamps.IsOld(4, At(1s)));
  EXPECT_TRUE(timestamps.IsOld(0xffff'ffff, At(1s)));
  EXPECT_FALSE(timestamps.IsOld(5, At(1s)));
  EXPECT_FALSE(timestamps.IsOld(0x7fff'ffff, At(1s)));
}

TEST(Timestamps, Rfc7323_5_5_RecentIsForgottenAfter24Days) {
  Timestamps timestamps(0);
  timestamps.Start(1000, At(0s));
  EXPECT_TRUE(timestamps.IsOld(999, At(std::chrono::hours(24 * 24) - 1s)));
  EXPECT_FALSE(timestamps.IsOld(999, At(std::chrono::hours(24 * 24))));
  timestamps.Note(999, SequenceNumber(0), SequenceNumber(0), At(std::chrono::hours(24 * 24)));
  EXPECT_EQ(timestamps.recent(), 999u);
}

TEST(Timestamps, Rfc7323_4_3_RecentMovesOnlyAtTheLeftEdge) {
  Timestamps timestamps(0);
  timestamps.Start(1000, At(0s));
  timestamps.Note(1005, SequenceNumber(101), SequenceNumber(100), At(1s));
  EXPECT_EQ(timestamps.recent(), 1000u) << "behind a gap";
  timestamps.Note(1005, SequenceNumber(100), SequenceNumber(100), At(1s));
  EXPECT_EQ(timestamps.recent(), 1005u);
  timestamps.Note(1001, SequenceNumber(99), SequenceNumber(100), At(1s));
  EXPECT_EQ(timestamps.recent(), 1005u) << "never back";
}

TEST(Timestamps, RoundTripWrapsAndShowsNonsenseAsNegative) {
  const Timestamps timestamps(0xffff'fff0);
  EXPECT_EQ(timestamps.RoundTrip(0xffff'fff0, At(32ms)), 32ms);
  EXPECT_LT(timestamps.RoundTrip(100, At(10ms)), 0ms);
}

}  // namespace
}  // namespace nut::tcp
