#include "test/explore/schedule.h"

#include <gtest/gtest.h>

namespace nut::explore {
namespace {

std::string WhyNot(std::string_view text) {
  std::string why;
  EXPECT_FALSE(Schedule::Parse(text, &why).has_value()) << text;
  return why;
}

TEST(Schedule, TextAndBack) {
  const Schedule schedule{{{17, 1}, {20, 2}, {4000000000, 3}}};
  EXPECT_EQ(schedule.ToText(), "17:1 20:2 4000000000:3");
  EXPECT_EQ(*Schedule::Parse(schedule.ToText()), schedule);
}

TEST(Schedule, TheEmptyTextIsProductionsRun) {
  EXPECT_EQ(Schedule{}.ToText(), "");
  EXPECT_EQ(*Schedule::Parse(""), Schedule{});
  EXPECT_EQ(*Schedule::Parse("  "), Schedule{});
}

TEST(Schedule, BlanksAroundDoNotMatter) {
  EXPECT_EQ(*Schedule::Parse("  1:1   2:2 "), (Schedule{{{1, 1}, {2, 2}}}));
}

TEST(Schedule, SaysWhatIsWrongWhere) {
  EXPECT_EQ(WhyNot("1:1 x"), "'x' does not begin with the number of a decision (expected: \"17:1 20:2\")");
  EXPECT_EQ(WhyNot("17"), "'17' has no ':' between decision and choice (expected: \"17:1 20:2\")");
  EXPECT_EQ(WhyNot("17:"), "'17:' does not end with the number of a choice (expected: \"17:1 20:2\")");
  EXPECT_EQ(WhyNot("17:1,20:2"),
            "'17:1,20:2' has something after the number of the choice (expected: \"17:1 20:2\")");
  EXPECT_EQ(WhyNot("17:0"), "'17:0' is choice 0, which is no deviation (expected: \"17:1 20:2\")");
  EXPECT_EQ(WhyNot("17:1 17:2"), "'17:2' does not come after the one before it (expected: \"17:1 20:2\")");
  EXPECT_EQ(WhyNot("99999999999:1"),
            "'99999999999:1' does not begin with the number of a decision (expected: \"17:1 20:2\")");
  EXPECT_EQ(Schedule::Parse("nonsense").error(), Error::kInvalidArgument);
}

}  // namespace
}  // namespace nut::explore
