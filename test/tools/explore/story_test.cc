#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/tools/explore/made_up_run.h"
#include "tools/explore/event_text.h"
#include "tools/explore/story_teller.h"
#include "tools/explore/text_lines.h"

namespace nut::explorer {
namespace {

using explore::StoryEvent;
using testing::HasSubstr;

TEST(EventText, WhatIsWrittenIsReadBack) {
  const StoryEvent event = MadeUpEvents()[3];
  const auto read = FromLine(ToLine(event));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, event.kind);
  EXPECT_EQ(read->when, event.when);
  EXPECT_EQ(read->step, event.step);
  EXPECT_EQ(read->node, event.node);
  EXPECT_EQ(read->thread, event.thread);
  EXPECT_EQ(read->text, event.text);
  EXPECT_EQ(read->to, event.to);
}

TEST(EventText, TheLastLineOfADyingWriterIsLeftOut) {
  std::string lines;
  for (const StoryEvent& event : MadeUpEvents()) lines += ToLine(event);
  lines.resize(lines.size() - 5);
  EXPECT_EQ(EventsIn(lines).size(), MadeUpEvents().size() - 1);
}

TEST(EventText, BytesThatAreNoTextDoNoHarm) {
  StoryEvent event;
  event.text = "\xff\xfe\x00z";
  EXPECT_TRUE(FromLine(ToLine(event)));
}

TEST(TextLines, FoldsAtBlanksAndCountsCharacters) {
  const auto lines = Folded("zwölf Boxkämpfer jagen", 12);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(Utf8(lines[0]), "zwölf");
  EXPECT_EQ(Utf8(lines[1]), "Boxkämpfer");
  EXPECT_EQ(Utf8(Clipped(CodePoints("zwölf"), 4)), "zwö…");
  EXPECT_EQ(Utf8(CodePoints("a\xff\xc3")), "a\ufffd\ufffd");
}

TEST(Story, SaysWhoStoodWhereWhatHappenedMeanwhileAndWhatBroke) {
  const std::string story = TellStory(MadeUpFinding(), 100);
  EXPECT_THAT(story, HasSubstr("FAULT  close-during-retransmit: heap-use-after-free"));
  EXPECT_THAT(story, HasSubstr("seed 1 · mutant reclaim_at_once · schedule 17:1"));
  EXPECT_THAT(story, HasSubstr("shrunk from 9 deviations to 1 by 40 runs; none of them can be left out"));
  const size_t stopped =
      story.find("(1) a's tcpsm stops at the point 'arp wait'; a's closer runs in its place.");
  const size_t freed = story.find("a's closer: close: SYN-SENT -> CLOSED; connection 3 is freed");
  const size_t broke = story.find("What broke");
  ASSERT_NE(stopped, std::string::npos) << story;
  ASSERT_NE(freed, std::string::npos) << story;
  ASSERT_NE(broke, std::string::npos) << story;
  EXPECT_LT(stopped, freed);
  EXPECT_LT(freed, broke);
  EXPECT_THAT(story, HasSubstr("freed in  tcp::Table::Free (stack/tcp/table.cc:30)"));
}

TEST(Story, KeepsToItsWidth) {
  for (const unsigned columns : {60u, 80u, 120u}) {
    const std::string story = TellStory(MadeUpFinding(), columns);
    for (size_t begin = 0, end; (end = story.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const auto line = CodePoints(story.substr(begin, end - begin));
      EXPECT_LE(line.size(), columns) << Utf8(line);
    }
  }
}

}  // namespace
}  // namespace nut::explorer
