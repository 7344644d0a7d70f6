#include "tools/progress/figures.h"

#include <gtest/gtest.h>

namespace nut::tools {
namespace {

TEST(Figures, LargeNumbersHaveThousands) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1000), "1,000");
  EXPECT_EQ(WithThousands(100000000), "100,000,000");
}

TEST(Figures, RatesHaveThreeDigits) {
  EXPECT_EQ(Short(0), "0");
  EXPECT_EQ(Short(999), "999");
  EXPECT_EQ(Short(999.7), "1.00k");
  EXPECT_EQ(Short(12345), "12.3k");
  EXPECT_EQ(Short(123456), "123k");
  EXPECT_EQ(Short(4560000), "4.56M");
}

TEST(Figures, SizesAndTimesHaveTheirUnits) {
  EXPECT_EQ(Bytes(17), "17 B");
  EXPECT_EQ(Bytes(1536), "1.5 KiB");
  EXPECT_EQ(Bytes(18 << 20), "18 MiB");
  EXPECT_EQ(Length(41.6), "42 s");
  EXPECT_EQ(Length(187), "3:07");
  EXPECT_EQ(Length(3753), "1:02:33");
  EXPECT_EQ(Length(-1), "?");
}

}  // namespace
}  // namespace nut::tools
