#include "stack/pro/http/preconditions.h"

#include <gtest/gtest.h>

namespace nut::pro {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

const sys_seconds kNow(seconds(1389312000));
constexpr const char* kModified = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr const char* kEarlier = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr const char* kLater = "Sun, 06 Nov 1994 08:49:38 GMT";

Representation Current() {
  Representation representation;
  representation.etag = "\"v2\"";
  representation.last_modified = sys_seconds(seconds(784111777));
  return representation;
}

HttpRequest With(std::vector<HttpField> fields) {
  HttpRequest request;
  request.method = "GET";
  request.fields = std::move(fields);
  return request;
}

struct Case {
  std::vector<HttpField> fields;
  std::optional<HttpStatus> expected;
};

TEST(Preconditions, FollowTheTableOfRfc9110_13_2_2) {
  constexpr auto kServe = std::nullopt;
  const Case cases[] = {
      {{}, kServe},
      {{{"If-None-Match", "\"v2\""}}, HttpStatus::kNotModified},
      {{{"if-none-match", "\"v2\""}}, HttpStatus::kNotModified},
      {{{"If-None-Match", "W/\"v2\""}}, HttpStatus::kNotModified},  // weak comparison
      {{{"If-None-Match", "\"v1\", \"v2\""}}, HttpStatus::kNotModified},
      {{{"If-None-Match", " ,\"v1\",,\"v2\""}}, HttpStatus::kNotModified},
      {{{"If-None-Match", "*"}}, HttpStatus::kNotModified},
      {{{"If-None-Match", "\"v1\""}}, kServe},
      {{{"If-None-Match", "v2"}}, kServe},
      {{{"If-None-Match", "\"v2"}}, kServe},
      {{{"If-None-Match", ""}}, kServe},
      {{{"If-Match", "\"v2\""}}, kServe},
      {{{"If-Match", "*"}}, kServe},
      {{{"If-Match", "\"v1\""}}, HttpStatus::kPreconditionFailed},
      {{{"If-Match", "W/\"v2\""}}, HttpStatus::kPreconditionFailed},  // strong comparison
      {{{"If-Modified-Since", kModified}}, HttpStatus::kNotModified},
      {{{"If-Modified-Since", kLater}}, HttpStatus::kNotModified},
      {{{"If-Modified-Since", kEarlier}}, kServe},
      {{{"If-Modified-Since", "yesterday"}}, kServe},
      {{{"If-Unmodified-Since", kModified}}, kServe},
      {{{"If-Unmodified-Since", kEarlier}}, HttpStatus::kPreconditionFailed},
      {{{"If-Unmodified-Since", "yesterday"}}, kServe},
      // The tag decides where there is one; the date is not looked at.
      {{{"If-None-Match", "\"v1\""}, {"If-Modified-Since", kLater}}, kServe},
      {{{"If-Match", "\"v2\""}, {"If-Unmodified-Since", kEarlier}}, kServe},
      // 412 comes before 304.
      {{{"If-Match", "\"v1\""}, {"If-None-Match", "\"v2\""}}, HttpStatus::kPreconditionFailed},
      {{{"If-Match", "\"v2\""}, {"If-None-Match", "\"v2\""}}, HttpStatus::kNotModified},
  };
  for (const Case& c : cases) {
    const HttpRequest request = With(c.fields);
    EXPECT_EQ(EvaluatePreconditions(request, Current(), kNow), c.expected)
        << (c.fields.empty() ? "" : c.fields[0].name + ": " + c.fields[0].value);
  }
}

TEST(Preconditions, WithoutValidatorsDatesAreIgnored) {
  Representation bare;
  EXPECT_EQ(EvaluatePreconditions(With({{"If-Modified-Since", kLater}}), bare, kNow), std::nullopt);
  EXPECT_EQ(EvaluatePreconditions(With({{"If-None-Match", "\"v2\""}}), bare, kNow), std::nullopt);
  EXPECT_EQ(EvaluatePreconditions(With({{"If-Match", "\"v2\""}}), bare, kNow),
            HttpStatus::kPreconditionFailed);
}

TEST(Preconditions, IfRangeWantsExactlyTheCurrentRepresentation) {
  EXPECT_TRUE(RangeStillApplies(With({}), Current(), kNow));
  EXPECT_TRUE(RangeStillApplies(With({{"If-Range", "\"v2\""}}), Current(), kNow));
  EXPECT_TRUE(RangeStillApplies(With({{"If-Range", kModified}}), Current(), kNow));
  EXPECT_FALSE(RangeStillApplies(With({{"If-Range", "\"v1\""}}), Current(), kNow));
  EXPECT_FALSE(RangeStillApplies(With({{"If-Range", "W/\"v2\""}}), Current(), kNow));
  EXPECT_FALSE(RangeStillApplies(With({{"If-Range", kLater}}), Current(), kNow));
  EXPECT_FALSE(RangeStillApplies(With({{"If-Range", kEarlier}}), Current(), kNow));
  EXPECT_FALSE(RangeStillApplies(With({{"If-Range", ""}}), Current(), kNow));
}

}  // namespace
}  // namespace nut::pro
