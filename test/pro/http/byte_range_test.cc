#include "stack/pro/http/byte_range.h"

#include <gtest/gtest.h>

namespace nut::pro {
namespace {

struct Case {
  const char* field;
  uint64_t size;
  RangeChoice expected;
};

class ByteRangeTable : public testing::TestWithParam<Case> {};

TEST_P(ByteRangeTable, ChoosesWhatTheRfcSays) {
  const Case& c = GetParam();
  EXPECT_EQ(ChooseRange(c.field, c.size), c.expected) << c.field << " of " << c.size;
}

constexpr WholeRepresentation kWhole;
constexpr Unsatisfiable kNone;

INSTANTIATE_TEST_SUITE_P(
    Rfc9110_14, ByteRangeTable,
    testing::Values(
        Case{"bytes=0-499", 10000, ByteRange{0, 500}}, Case{"bytes=500-999", 10000, ByteRange{500, 500}},
        Case{"bytes=-500", 10000, ByteRange{9500, 500}}, Case{"bytes=9500-", 10000, ByteRange{9500, 500}},
        Case{"bytes=0-0", 10000, ByteRange{0, 1}}, Case{"bytes=-1", 10000, ByteRange{9999, 1}},
        Case{"BYTES=0-0", 10000, ByteRange{0, 1}},  // range-unit is case-insensitive
        Case{"bytes= 0-0 ", 10000, ByteRange{0, 1}},
        // Past the end: cut; a suffix longer than everything: everything.
        Case{"bytes=9999-10000", 10000, ByteRange{9999, 1}}, Case{"bytes=0-99999", 10, ByteRange{0, 10}},
        Case{"bytes=-99999", 10, ByteRange{0, 10}},
        // 416
        Case{"bytes=10-", 10, kNone}, Case{"bytes=10-20", 10, kNone}, Case{"bytes=-0", 10, kNone},
        Case{"bytes=0-", 0, kNone}, Case{"bytes=-5", 0, kNone},
        // Malformed or not understood: ignored.
        Case{"bytes=5-4", 10, kWhole}, Case{"bytes=-", 10, kWhole}, Case{"bytes=", 10, kWhole},
        Case{"bytes", 10, kWhole}, Case{"", 10, kWhole}, Case{"lines=0-1", 10, kWhole},
        Case{"bytes=a-b", 10, kWhole}, Case{"bytes=0x1-2", 10, kWhole}, Case{"bytes=1--2", 10, kWhole},
        Case{"bytes=+1-2", 10, kWhole}, Case{"bytes=--1", 10, kWhole},
        // Several ranges: the whole.
        Case{"bytes=0-0,2-3", 10, kWhole}, Case{"bytes=0-0,0-0,0-0,0-0", 10, kWhole},
        // Numbers beyond 64 bits.
        Case{"bytes=99999999999999999999999-", 10, kNone},
        Case{"bytes=0-99999999999999999999999", 10, ByteRange{0, 10}},
        Case{"bytes=-99999999999999999999999", 10, ByteRange{0, 10}},
        Case{"bytes=18446744073709551615-18446744073709551615", 10, kNone},
        Case{"bytes=0-", UINT64_MAX, ByteRange{0, UINT64_MAX}}));

}  // namespace
}  // namespace nut::pro
