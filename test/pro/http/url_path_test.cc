#include "stack/pro/http/url_path.h"

#include <gtest/gtest.h>

namespace nut::pro {
namespace {

struct Good {
  std::string_view target;
  std::vector<std::string> segments;
  bool is_directory;
};

TEST(UrlPath, IsDecodedIntoSegments) {
  const Good cases[] = {
      {"/", {}, true},
      {"/a", {"a"}, false},
      {"/a/b.html", {"a", "b.html"}, false},
      {"/a/", {"a"}, true},
      {"//a///b", {"a", "b"}, false},
      {"/./a/./b", {"a", "b"}, false},
      {"/a/.", {"a"}, true},
      {"/a%20b", {"a b"}, false},
      {"/%41%6a%6A", {"Ajj"}, false},
      {"/%25", {"%"}, false},
      {"/a%3Fb%23c", {"a?b#c"}, false},  // encoded, so neither query nor fragment
      {"/a?b=c/../d", {"a"}, false},
      {"/a?", {"a"}, false},
      {"/...", {"..."}, false},
      {"/..a", {"..a"}, false},
      {"/%c3%a4", {"\xc3\xa4"}, false},
      {"/a+b", {"a+b"}, false},
      {"http://n1/a", {"a"}, false},
      {"HTTP://198.19.0.10:80/a/", {"a"}, true},
      {"http://n1", {}, true},
      {"http://n1?x", {}, true},
  };
  for (const Good& c : cases) {
    const auto path = UrlPath::Parse(c.target);
    ASSERT_TRUE(path) << c.target;
    EXPECT_EQ(path->segments(), c.segments) << c.target;
    EXPECT_EQ(path->is_directory(), c.is_directory) << c.target;
  }
}

TEST(UrlPath, RefusesWhatCouldLeaveTheTreeOrIsMalformed) {
  using namespace std::string_view_literals;
  const std::string_view cases[] = {
      "",
      "*",
      "a",
      "n1:80",
      "https://n1/",
      "http:///a",
      "/a#b",
      "/..",
      "/../a",
      "/a/..",
      "/a/../b",
      "/a/../../b",
      "/%2e%2e/a",
      "/%2E%2e",
      "/.%2e/a",
      "/%2e./a",
      "/a/%2e%2e",
      "/..%2fetc",
      "/a%2fb",
      "/a%2Fb",
      "/%2fetc/passwd",
      "/a\\b",
      "/..\\etc",
      "/a%5cb",
      "/%00",
      "/a%00.html",
      "/a\0b"sv,
      "/%0a",
      "/%7f",
      "/a%0d%0aX:y",
      "/%",
      "/%4",
      "/a%",
      "/%zz",
      "/%4g",
      "/%g4",
      "/%-1",
      "/%%41",
      "/a%2",
      "http://n1/../a",
      "http://n1/%",
      "/a\x01",
  };
  for (const std::string_view target : cases) EXPECT_FALSE(UrlPath::Parse(target)) << target;
}

TEST(UrlPath, DecodesOnce) {
  // "%252e" is the text "%2e", not a dot.
  const auto path = UrlPath::Parse("/%252e%252e/a");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->segments(), (std::vector<std::string>{"%2e%2e", "a"}));
}

TEST(UrlPath, EncodesSoThatParsingGivesItBack) {
  for (const std::string_view target : {"/", "/a/", "/a%20b/%25%3F%23", "/%C3%A4/x~y"}) {
    const auto path = UrlPath::Parse(target);
    ASSERT_TRUE(path);
    EXPECT_EQ(path->Encoded(), target);
    EXPECT_EQ(UrlPath::Parse(path->Encoded())->segments(), path->segments());
  }
  // A redirect made of it names a path of this host, never another host.
  EXPECT_EQ(UrlPath::Parse("//evil.example/x")->Encoded(), "/evil.example/x");
}

TEST(UrlPath, LosesItsFirstSegment) {
  const auto path = UrlPath::Parse("/status/status.css?v=1")->WithoutFirst();
  EXPECT_EQ(path.segments(), (std::vector<std::string>{"status.css"}));
  EXPECT_EQ(path.query(), "?v=1");
}

}  // namespace
}  // namespace nut::pro
