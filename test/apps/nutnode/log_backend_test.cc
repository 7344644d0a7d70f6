// Log lines: their form, who gets them, the file and its reopening, the ring.
#include "apps/nutnode/log_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "apps/nutnode/log_line.h"

namespace nut::apps {
namespace {

using testing::HasSubstr;

LogLine Line(std::string_view text, LogLevel level = LogLevel::kInfo) {
  return {.at = Instant(12s + 345678us), .node = "n1", .module = "tcp", .level = level, .text = text};
}

std::string Contents(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(LogLineTest, TextHasStampNodeAndModule) {
  EXPECT_EQ(FormatText(Line("198.19.0.10:80 < 198.19.0.1:51234 SYN-RECEIVED -> ESTABLISHED")),
            "12.345678 n1 tcp 198.19.0.10:80 < 198.19.0.1:51234 SYN-RECEIVED -> ESTABLISHED");
  EXPECT_EQ(FormatText(Line("full", LogLevel::kWarning)), "12.345678 n1 tcp warning: full");
  EXPECT_EQ(FormatText(Line("gone", LogLevel::kError)), "12.345678 n1 tcp error: gone");
}

TEST(LogLineTest, ControlCharactersOfTheWireReachNoTerminal) {
  EXPECT_EQ(FormatText(Line("GET /\x1b[2J\n\x7f")), "12.345678 n1 tcp GET /\\x1b[2J\\x0a\\x7f");
}

TEST(LogLineTest, JsonIsOneObject) {
  EXPECT_EQ(FormatJson(Line("a \"b\"\n")),
            R"({"t":12.345678,"node":"n1","module":"tcp","level":"info","text":"a \"b\"\n"})");
  EXPECT_THAT(FormatJson(Line("\xff\xfe")), HasSubstr("\"text\":\"\xEF\xBF\xBD\xEF\xBF\xBD\""));
}

class LogBackendTest : public testing::Test {
 protected:
  LogBackendTest() { std::filesystem::remove(file_); }
  std::unique_ptr<LogBackend> Open(const std::string& levels, size_t ring = 3) {
    auto log = LogBackend::Open(
        {.node_name = "n1", .levels = ParseLogLevels(levels).value(), .file = file_, .ring_lines = ring},
        clock_);
    EXPECT_TRUE(log.has_value());
    return *std::move(log);
  }

  VirtualClock clock_;
  const std::string file_ = testing::TempDir() + "/node.log";
};

TEST_F(LogBackendTest, WritesWhatIsWantedWithTheNodesTime) {
  const auto log = Open("warning,tcp=debug");
  clock_.Advance(1s);
  log->Print(LogLevel::kDebug, "tcp", "yes {}", 1);
  log->Print(LogLevel::kTrace, "tcp", "no");
  log->Print(LogLevel::kInfo, "arp", "no");
  log->Print(LogLevel::kWarning, "arp", "yes 2");
  EXPECT_EQ(Contents(file_), "1.000000 n1 tcp yes 1\n1.000000 n1 arp warning: yes 2\n");
}

TEST_F(LogBackendTest, BracesOfTheWireAreNoFormat) {
  const auto log = Open("info");
  log->Write(LogLevel::kInfo, "http", "GET /{}{0}");
  EXPECT_THAT(Contents(file_), HasSubstr("GET /{}{0}"));
}

TEST_F(LogBackendTest, OffIsSilent) {
  const auto log = Open("off");
  EXPECT_FALSE(log->Wants(LogLevel::kError, "tcp"));
  EXPECT_FALSE(log->Wants(LogLevel::kOff, "tcp"));
}

TEST_F(LogBackendTest, TheRingKeepsTheLatestLinesOldestFirst) {
  const auto log = Open("info");
  for (int i = 1; i <= 5; ++i) log->Print(LogLevel::kInfo, "tcp", "line {}", i);
  const auto all = log->Latest(10);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all.front().text, "line 3");
  EXPECT_EQ(all.front().number, 3u);
  EXPECT_EQ(all.back().text, "line 5");
  const auto last = log->Latest(1);
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0].text, "line 5");
}

TEST_F(LogBackendTest, TheRingsLinesAreBounded) {
  const auto log = Open("info");
  log->Write(LogLevel::kInfo, "tcp", std::string(100000, 'x'));
  EXPECT_EQ(log->Latest(1)[0].text.size(), 1024u);
}

TEST_F(LogBackendTest, ReopensAFileThatWasMovedAway) {
  const auto log = Open("info");
  log->Write(LogLevel::kInfo, "tcp", "old");
  const std::string moved = file_ + ".1";
  std::filesystem::rename(file_, moved);
  log->Write(LogLevel::kInfo, "tcp", "still old");
  ASSERT_TRUE(log->Reopen().has_value());
  log->Write(LogLevel::kInfo, "tcp", "new");
  EXPECT_EQ(Contents(moved), "0.000000 n1 tcp old\n0.000000 n1 tcp still old\n");
  EXPECT_EQ(Contents(file_), "0.000000 n1 tcp new\n");
}

TEST_F(LogBackendTest, NamesAFileThatCannotBeOpened) {
  const auto log = LogBackend::Open({.node_name = "n1", .file = "/proc/no/such/file"}, clock_);
  ASSERT_FALSE(log.has_value());
  EXPECT_THAT(log.error(), HasSubstr("/proc/no/such/file"));
}

}  // namespace
}  // namespace nut::apps
