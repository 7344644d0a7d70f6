#include "stack/pro/telnet/line_editor.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace nut::pro {
namespace {

using Event = LineEditor::Event;

// The lines that `text` makes; "!" for one that was too long, "^D" for the end of input.
std::vector<std::string> LinesOf(std::string_view text, size_t limit = 10) {
  LineEditor editor(limit);
  std::vector<std::string> lines;
  const auto handle = [&](Event event) {
    if (event == Event::kLine) lines.push_back(editor.TakeLine());
    if (event == Event::kTooLong) lines.emplace_back("!");
    if (event == Event::kEndOfInput) lines.emplace_back("^D");
  };
  for (const char c : text) handle(editor.Put(c));
  handle(editor.Finish());
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LineEditor, MakesLines) {
  EXPECT_EQ(LinesOf("help\nquit\n"), (Lines{"help", "quit"}));
  EXPECT_EQ(LinesOf("\n\n"), (Lines{"", ""}));
}

TEST(LineEditor, ALastLineNeedsNoEnd) {
  EXPECT_EQ(LinesOf("help\nqui"), (Lines{"help", "qui"}));
  EXPECT_EQ(LinesOf(""), Lines{});
}

TEST(LineEditor, Erases) {
  EXPECT_EQ(LinesOf("hex\blp\n"), (Lines{"help"}));
  EXPECT_EQ(LinesOf("\b\b\bx\n"), (Lines{"x"}));
  EXPECT_EQ(LinesOf("wrong\x15right\n"), (Lines{"right"}));
  EXPECT_EQ(LinesOf("wrong\x03right\n"), (Lines{"right"}));
}

TEST(LineEditor, ThrowsAwayWhatIsTooLong) {
  EXPECT_EQ(LinesOf("0123456789\n"), (Lines{"0123456789"}));
  EXPECT_EQ(LinesOf("0123456789a\nhelp\n"), (Lines{"!", "help"}));
  EXPECT_EQ(LinesOf(std::string(1'000'000, 'x') + "\n"), (Lines{"!"}));
  EXPECT_EQ(LinesOf(std::string(100, 'x')), (Lines{"!"}));
}

TEST(LineEditor, EndsOnControlDOfAnEmptyLine) {
  EXPECT_EQ(LinesOf("\x04"), (Lines{"^D"}));
  EXPECT_EQ(LinesOf("a\x04\n"), (Lines{"a"}));
}

TEST(LineEditor, DropsOtherControlCharacters) { EXPECT_EQ(LinesOf("a\x01\x1b[A\tb\n"), (Lines{"a[A b"})); }

}  // namespace
}  // namespace nut::pro
