#include "apps/options/argument_splitter.h"

#include <gtest/gtest.h>

namespace nut::apps {
namespace {

ArgumentSplitter Splitter() {
  return ArgumentSplitter({{"loss", Argument::kNeeded, "PERCENT"},
                           {"verbose", Argument::kOptional, "yes|no"},
                           {"help", Argument::kNone, ""}});
}

TEST(ArgumentSplitter, GivesOptionsInTheOrderOfTheCommandLine) {
  const auto given = Splitter().Split({"--verbose", "--loss", "1%", "--loss=2%", "--verbose=no", "-h"});
  ASSERT_TRUE(given.has_value()) << given.error();
  ASSERT_EQ(given->size(), 5u);
  EXPECT_EQ((*given)[0].name + " " + (*given)[0].value, "verbose yes");
  EXPECT_EQ((*given)[1].name + " " + (*given)[1].value, "loss 1%");
  EXPECT_EQ((*given)[2].value, "2%");
  EXPECT_EQ((*given)[3].value, "no");
  EXPECT_EQ((*given)[4].name, "help");
}

TEST(ArgumentSplitter, NamesTheNearestOption) {
  EXPECT_EQ(Splitter().Split({"--los=1%"}).error(), "unknown option --los; did you mean --loss?");
  EXPECT_EQ(Splitter().Split({"--hepl"}).error(), "unknown option --hepl; did you mean --help?");
  EXPECT_EQ(Splitter().Nearest("verbos"), "verbose");
}

TEST(ArgumentSplitter, SaysWhichValueIsMissing) {
  EXPECT_EQ(Splitter().Split({"--loss"}).error(), "--loss needs a value: --loss PERCENT");
  EXPECT_EQ(Splitter().Split({"--loss", "--help"}).error(), "--loss needs a value: --loss PERCENT");
}

TEST(ArgumentSplitter, TakesNothingButOptions) {
  EXPECT_EQ(Splitter().Split({"loss"}).error(), "\"loss\" is no option; options begin with --");
}

}  // namespace
}  // namespace nut::apps
