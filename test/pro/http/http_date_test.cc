#include "stack/pro/http/http_date.h"

#include <gtest/gtest.h>

namespace nut::pro {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

const sys_seconds kRfcExample(seconds(784111777));  // Sun, 06 Nov 1994 08:49:37 GMT
const sys_seconds kNow(seconds(1389312000));        // 2014

TEST(HttpDate, IsWrittenAsImfFixdate) {
  EXPECT_EQ(FormatHttpDate(kRfcExample), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(FormatHttpDate(sys_seconds()), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(FormatHttpDate(sys_seconds(seconds(951782400))), "Tue, 29 Feb 2000 00:00:00 GMT");
}

TEST(HttpDate, IsReadInAllThreeForms) {
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT", kNow), kRfcExample);
  EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kRfcExample);
  EXPECT_EQ(ParseHttpDate("Sun Nov  6 08:49:37 1994", kNow), kRfcExample);
  EXPECT_EQ(ParseHttpDate("Sun Nov 16 08:49:37 1994", kNow), kRfcExample + std::chrono::days(10));
}

TEST(HttpDate, OfTwoDigitsIsAtMostFiftyYearsAhead) {
  const auto year_of = [](const char* text) {
    return static_cast<int>(
        std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(*ParseHttpDate(text, kNow)))
            .year());
  };
  EXPECT_EQ(year_of("Sunday, 06-Nov-64 08:49:37 GMT"), 2064);
  EXPECT_EQ(year_of("Sunday, 06-Nov-65 08:49:37 GMT"), 1965);
}

TEST(HttpDate, ThatIsMalformedIsNone) {
  for (const char* text :
       {"", "x", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 08:49:37 GMTx",
        "sun, 06 nov 1994 08:49:37 gmt", "1994-11-06T08:49:37Z", "Sun Nov    08:49:37 1994", "-1", "0"}) {
    EXPECT_FALSE(ParseHttpDate(text, kNow)) << text;
  }
}

TEST(HttpDate, RoundTrips) {
  for (int64_t t = 0; t < 4'000'000'000; t += 86399 * 37) {
    const sys_seconds time{seconds(t)};
    EXPECT_EQ(ParseHttpDate(FormatHttpDate(time), kNow), time);
  }
}

}  // namespace
}  // namespace nut::pro
