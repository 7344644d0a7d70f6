#include "stack/pro/server/nearest_name.h"

#include <gtest/gtest.h>

namespace nut::pro {
namespace {

TEST(EditDistance, CountsWhatATypistGetsWrong) {
  EXPECT_EQ(EditDistance("", ""), 0u);
  EXPECT_EQ(EditDistance("echo", "echo"), 0u);
  EXPECT_EQ(EditDistance("echo", "ehco"), 1u);
  EXPECT_EQ(EditDistance("echo", "eco"), 1u);
  EXPECT_EQ(EditDistance("echo", "eccho"), 1u);
  EXPECT_EQ(EditDistance("echo", "ecko"), 1u);
  EXPECT_EQ(EditDistance("echo", ""), 4u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
  EXPECT_EQ(EditDistance("sitting", "kitten"), 3u);
}

}  // namespace
}  // namespace nut::pro
