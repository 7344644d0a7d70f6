#include "tools/storm/command_line.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace nut::storm {
namespace {

CommandLine Parse(const std::vector<std::string>& arguments,
                  const std::map<std::string, std::string>& environment = {}) {
  return ParseCommandLine(arguments, [&](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

StormOptions OptionsOf(const CommandLine& line) {
  if (const auto* error = std::get_if<UsageError>(&line)) ADD_FAILURE() << error->message;
  const auto* options = std::get_if<StormOptions>(&line);
  return options == nullptr ? StormOptions() : *options;
}

std::string ErrorOf(const CommandLine& line) {
  const auto* error = std::get_if<UsageError>(&line);
  return error == nullptr ? "" : error->message;
}

TEST(CommandLine, WithoutOptionsIsAMillionSimulated) {
  const StormOptions options = OptionsOf(Parse({}));
  EXPECT_EQ(options.mode, Mode::kSimulated);
  EXPECT_EQ(options.connections, 1'000'000u);
  EXPECT_EQ(options.mix, Mix::Default());
  EXPECT_EQ(options.sizes.least, 1u);
  EXPECT_EQ(options.sizes.most, 4096u);
  EXPECT_FALSE(options.impairment.active());
}

TEST(CommandLine, OptionsAreRead) {
  const StormOptions options = OptionsOf(
      Parse({"--connections=5000", "--mix", "normal=1,vanish=2", "--size", "7..9", "--threads", "12", "--seed", "s",
             "--jobs", "2", "--share", "3/4", "--until", "60s", "--latency", "1ms", "--loss", "1%", "--delay",
             "20ms±5ms", "--rate", "1mbit", "--time-wait", "2s", "--json", "-"}));
  EXPECT_EQ(options.connections, 5000u);
  EXPECT_EQ(options.mix.ToText(), "normal=1,vanish=2");
  EXPECT_EQ(options.sizes.least, 7u);
  EXPECT_EQ(options.sizes.most, 9u);
  EXPECT_EQ(options.threads, 12u);
  EXPECT_EQ(options.seed, "s");
  EXPECT_EQ(options.jobs, 2u);
  EXPECT_EQ(options.share.index, 2u);
  EXPECT_EQ(options.share.count, 4u);
  EXPECT_EQ(options.until, std::optional<Duration>(60s));
  EXPECT_EQ(options.latency, Duration(1ms));
  EXPECT_DOUBLE_EQ(options.impairment.loss, 0.01);
  EXPECT_EQ(options.impairment.jitter, Duration(5ms));
  EXPECT_EQ(options.impairment.bits_per_second, 1'000'000u);
  EXPECT_EQ(options.time_wait, std::optional<Duration>(2s));
  EXPECT_EQ(options.json, "-");
}

TEST(CommandLine, BazelsShardingIsAShare) {
  const std::map<std::string, std::string> environment{{"TEST_SHARD_INDEX", "1"}, {"TEST_TOTAL_SHARDS", "5"}};
  EXPECT_EQ(OptionsOf(Parse({}, environment)).share.index, 1u);
  EXPECT_EQ(OptionsOf(Parse({}, environment)).share.count, 5u);
  EXPECT_EQ(OptionsOf(Parse({"--share", "1/1"}, environment)).share.count, 1u);
}

TEST(CommandLine, MistakesAreNamed) {
  EXPECT_EQ(ErrorOf(Parse({"--connection=5"})), "unknown option --connection; did you mean --connections?");
  EXPECT_EQ(ErrorOf(Parse({"--mix", "refusd=1"})),
            "--mix: \"refusd\" is no kind of connection; did you mean refused?");
  EXPECT_EQ(ErrorOf(Parse({"--size", "9..7"})), "--size: \"9..7\" begins with the larger size");
  EXPECT_EQ(ErrorOf(Parse({"--share", "3"})), "--share: \"3\" is no share; write 2/8 for the second of eight");
  EXPECT_NE(ErrorOf(Parse({"--share", "5/4"})), "");
  EXPECT_NE(ErrorOf(Parse({"--share", "0/4"})), "");
  EXPECT_NE(ErrorOf(Parse({"--connections", "0"})), "");
  EXPECT_EQ(ErrorOf(Parse({"--seed", "1", "--seed", "2"})), "--seed is given twice");
  EXPECT_EQ(ErrorOf(Parse({"--mode", "live", "--loss", "1%"})), "--loss belongs to --mode simulated");
}

TEST(CommandLine, TheHelpFitsATerminal) {
  const CommandLine line = Parse({"--help"});
  const auto* print = std::get_if<PrintAndExit>(&line);
  ASSERT_NE(print, nullptr);
  std::istringstream lines(print->text);
  for (std::string text; std::getline(lines, text);) EXPECT_LE(text.size(), 90u) << text;
  for (const std::string_view kind : kKindNames) EXPECT_NE(print->text.find(kind), std::string::npos) << kind;
}

TEST(CommandLine, AReplayNamesSeedAndShareAndWhatWasAsked) {
  const std::vector<std::string> arguments{"--connections=9", "--jobs", "2", "--json", "x", "--loss", "1%"};
  StormOptions options = OptionsOf(Parse(arguments));
  options.seed = "abc";
  EXPECT_EQ(ReplayCommand(options, arguments, {1, 2}),
            "nutstorm --connections 9 --loss 1% --seed abc --share 2/2");
  EXPECT_EQ(ReplayCommand(options, arguments, {}), "nutstorm --connections 9 --loss 1% --seed abc");
}

TEST(Range, SharesAreDisjointAndComplete) {
  for (const uint64_t total : {1u, 7u, 100u, 101u}) {
    uint64_t next = 0;
    for (unsigned i = 0; i < 7; ++i) {
      const Range range = RangeOf(total, {i, 7});
      EXPECT_EQ(range.first, next);
      next += range.count;
    }
    EXPECT_EQ(next, total);
  }
}

}  // namespace
}  // namespace nut::storm
