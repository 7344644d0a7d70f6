#include "stack/pro/http/media_type.h"

#include <gtest/gtest.h>

namespace nut::pro {
namespace {

TEST(MediaType, ComesFromTheEndOfTheName) {
  EXPECT_EQ(MediaTypeOf("index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(MediaTypeOf("a.tar.gz"), "application/gzip");
  EXPECT_EQ(MediaTypeOf("PHOTO.JPG"), "image/jpeg");
  EXPECT_EQ(MediaTypeOf(".css"), "text/css; charset=utf-8");
}

TEST(MediaType, OfNamesShorterThanAnEndingIsUnknown) {
  // The original compared from before the start of such names (S23).
  for (const char* name : {"", "a", "html", ".", "a.", "x.y"}) {
    EXPECT_EQ(MediaTypeOf(name), "application/octet-stream") << name;
  }
}

}  // namespace
}  // namespace nut::pro
