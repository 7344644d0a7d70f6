#include "stack/link/line_rate.h"

#include <gtest/gtest.h>

namespace nut::link {
namespace {

TEST(LineRate, WithoutALimitFramesLeaveAtOnce) {
  LineRate line;
  EXPECT_EQ(line.Transmit(Instant(5ms), 1500), Instant(5ms));
  EXPECT_EQ(line.Transmit(Instant(5ms), 1500), Instant(5ms));
  EXPECT_EQ(line.Backlog(Instant(5ms)), 0u);
}

TEST(LineRate, OneFrameAfterTheOther) {
  LineRate line(1'000'000);
  EXPECT_EQ(line.Transmit(Instant(0ms), 1250), Instant(10ms));
  EXPECT_EQ(line.Transmit(Instant(0ms), 1250), Instant(20ms));
  EXPECT_EQ(line.Transmit(Instant(15ms), 1250), Instant(30ms));
  EXPECT_EQ(line.Transmit(Instant(100ms), 1250), Instant(110ms)) << "an idle line has no credit";
}

TEST(LineRate, DoesNotDriftWhereNanosecondsDoNotDivide) {
  LineRate line(3);  // one byte takes 2 2/3 s
  Instant last;
  for (int i = 0; i < 3'000'000; ++i) last = line.Transmit(Instant{}, 1);
  EXPECT_EQ(last, Instant(8'000'000s));
}

TEST(LineRate, BacklogIsWhatHasNotLeft) {
  LineRate line(8'000);  // 1000 bytes a second
  line.Transmit(Instant{}, 500);
  line.Transmit(Instant{}, 1500);
  EXPECT_EQ(line.Backlog(Instant{}), 2000u);
  EXPECT_EQ(line.Backlog(Instant(1s)), 1000u);
  EXPECT_EQ(line.Backlog(Instant(1s + 1ns)), 1000u) << "a started byte counts";
  EXPECT_EQ(line.Backlog(Instant(1s + 1ms)), 999u);
  EXPECT_EQ(line.Backlog(Instant(2s)), 0u);
}

TEST(LineRate, AFastLineAndALongQueueDoNotOverflow) {
  LineRate line(400'000'000'000);
  for (int i = 0; i < 1'000'000; ++i) line.Transmit(Instant{}, 65536);
  EXPECT_EQ(line.Backlog(Instant{}), 65'536'000'000u);
}

}  // namespace
}  // namespace nut::link
