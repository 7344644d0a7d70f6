#include "stack/pro/http/answer_memory.h"

#include <gtest/gtest.h>

namespace nut::pro {
namespace {

constexpr Instant kStart{};

RememberedAnswer To(std::string request, Duration good_for = 1s) {
  return {.request = std::move(request), .header = "h", .until = kStart + good_for};
}

TEST(AnswerMemory, FindsTheAnswerToTheRequestThatTheInputBeginsWith) {
  AnswerMemory memory(4, 100);
  EXPECT_EQ(memory.Find("GET /a\r\n\r\n", kStart), nullptr);
  memory.Remember(To("GET /a\r\n\r\n"), kStart);
  ASSERT_NE(memory.Find("GET /a\r\n\r\n", kStart), nullptr);
  ASSERT_NE(memory.Find("GET /a\r\n\r\nGET /b", kStart), nullptr);
  EXPECT_EQ(memory.Find("GET /a\r\n\r\n", kStart)->request, "GET /a\r\n\r\n");
  EXPECT_EQ(memory.Find("GET /a\r\n\r", kStart), nullptr);  // not all of it
  EXPECT_EQ(memory.Find("GET /A\r\n\r\n", kStart), nullptr);
  EXPECT_EQ(memory.Find("", kStart), nullptr);
}

TEST(AnswerMemory, ForgetsWhenTheTimeIsOver) {
  AnswerMemory memory(4, 100);
  memory.Remember(To("a", 1s), kStart);
  EXPECT_NE(memory.Find("a", kStart + 999ms), nullptr);
  EXPECT_EQ(memory.Find("a", kStart + 1s), nullptr);
  EXPECT_EQ(memory.size(), 0u);
  memory.Remember(To("a", 1s), kStart + 1s);  // over before it begins
  EXPECT_EQ(memory.size(), 0u);
}

TEST(AnswerMemory, ForgetsWhatWasUsedLongestAgo) {
  AnswerMemory memory(2, 100);
  memory.Remember(To("a"), kStart);
  memory.Remember(To("b"), kStart);
  EXPECT_NE(memory.Find("a", kStart), nullptr);
  memory.Remember(To("c"), kStart);
  EXPECT_EQ(memory.size(), 2u);
  EXPECT_EQ(memory.Find("b", kStart), nullptr);
  EXPECT_NE(memory.Find("a", kStart), nullptr);
  EXPECT_NE(memory.Find("c", kStart), nullptr);
}

TEST(AnswerMemory, AnAnswerOutlivesBeingForgotten) {
  AnswerMemory memory(1, 100);
  memory.Remember(To("a"), kStart);
  const auto answer = memory.Find("a", kStart);
  memory.Remember(To("b"), kStart);
  EXPECT_EQ(answer->header, "h");
}

TEST(AnswerMemory, KeepsItsLimits) {
  AnswerMemory memory(2, 3);
  memory.Remember(To("abcd"), kStart);
  EXPECT_EQ(memory.size(), 0u);
  AnswerMemory none(0, 3);
  none.Remember(To("a"), kStart);
  EXPECT_EQ(none.size(), 0u);
}

}  // namespace
}  // namespace nut::pro
