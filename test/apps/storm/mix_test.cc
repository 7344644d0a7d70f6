#include "apps/storm/mix.h"

#include <gtest/gtest.h>

namespace nut::storm {
namespace {

TEST(Mix, TheUsualOneHasEveryKind) {
  for (size_t i = 0; i < kKindCount; ++i) EXPECT_GT(Mix::Default().weight(static_cast<Kind>(i)), 0u) << i;
  EXPECT_EQ(Mix::Default().total(), 100u);
}

TEST(Mix, ItsTextIsReadBack) {
  EXPECT_EQ(Mix::FromText(Mix::Default().ToText()), Mix::Default());
  const auto mix = Mix::FromText("close-early=3,normal=0,reuse=1");
  ASSERT_TRUE(mix.has_value()) << mix.error();
  EXPECT_EQ(mix->ToText(), "close-early=3,reuse=1");
  EXPECT_EQ(mix->total(), 4u);
}

TEST(Mix, EveryPlaceHasItsKind) {
  const auto mix = Mix::FromText("refused=2,vanish=1");
  ASSERT_TRUE(mix.has_value());
  EXPECT_EQ(mix->At(0), Kind::kRefused);
  EXPECT_EQ(mix->At(1), Kind::kRefused);
  EXPECT_EQ(mix->At(2), Kind::kVanish);
  EXPECT_DEATH(mix->At(3), "outside of the mix");
}

TEST(Mix, MistakesAreNamed) {
  EXPECT_EQ(Mix::FromText("nrmal=1").error(), "\"nrmal\" is no kind of connection; did you mean normal?");
  EXPECT_EQ(Mix::FromText("").error(), "\"\" is no kind of connection; did you mean abort?");
  EXPECT_EQ(Mix::FromText("normal").error(), "\"normal\" has no weight; write normal=10");
  EXPECT_EQ(Mix::FromText("normal=-1").error(), "\"-1\" is no weight; it is a whole number up to 1000000");
  EXPECT_EQ(Mix::FromText("normal=1000001").error(),
            "\"1000001\" is no weight; it is a whole number up to 1000000");
  EXPECT_EQ(Mix::FromText("abort=1,abort=2").error(), "abort is named twice");
  EXPECT_EQ(Mix::FromText("abort=0").error(), "every weight is 0");
  EXPECT_FALSE(Mix::FromText("abort=1,").has_value());
}

}  // namespace
}  // namespace nut::storm
