#include "tools/explore/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tools/explore/replay_command.h"

namespace nut::explorer {
namespace {

using testing::HasSubstr;

constexpr explore::Scenario kScenarios[] = {
    {"close-during-retransmit", "a segment is retransmitted while its connection is closed",
     explore::Size::kSmall, nullptr},
    {"two-closers", "two threads close one connection", explore::Size::kMedium, nullptr},
};

CommandLine Parse(const std::vector<std::string>& arguments) {
  return ParseCommandLine(arguments, {kScenarios});
}

Options Good(const std::vector<std::string>& arguments) {
  const CommandLine line = Parse(arguments);
  if (const auto* error = std::get_if<UsageError>(&line)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  return std::get<Options>(line);
}

std::string Wrong(const std::vector<std::string>& arguments) {
  const CommandLine line = Parse(arguments);
  const auto* error = std::get_if<UsageError>(&line);
  return error == nullptr ? "" : error->message;
}

TEST(CommandLine, TheExampleOfTheManualIsUnderstood) {
  const Options options = Good({"--scenario", "close-during-retransmit", "--scheduler", "pct", "--depth", "4",
                                "--seeds", "100000", "--jobs", "2", "--time=60s"});
  ASSERT_EQ(options.scenarios.size(), 1u);
  EXPECT_EQ(options.scenarios[0]->name, "close-during-retransmit");
  EXPECT_EQ(options.strategy, Strategy::kPct);
  EXPECT_EQ(options.depth, 4u);
  EXPECT_EQ(options.seeds, (SeedRange{1, 100'000}));
  EXPECT_EQ(options.jobs, 2u);
  EXPECT_EQ(options.time, Duration(60s));
}

TEST(CommandLine, SeedsAreANumberOrARange) {
  EXPECT_EQ(Good({"--scenario", "all", "--seeds", "7"}).seeds, (SeedRange{1, 7}));
  EXPECT_EQ(Good({"--scenario", "all", "--seeds", "7-9"}).seeds, (SeedRange{7, 9}));
  EXPECT_THAT(Wrong({"--scenario", "all", "--seeds", "9-7"}), HasSubstr("9 is not from 0 to 7"));
  EXPECT_THAT(Wrong({"--scenario", "all", "--seeds", "many"}), HasSubstr("\"many\" is no whole number"));
}

TEST(CommandLine, AllMeansEveryScenarioAndSmallTheSmallOnes) {
  EXPECT_EQ(Good({"--scenario", "all"}).scenarios.size(), 2u);
  ASSERT_EQ(Good({"--scenario", "small"}).scenarios.size(), 1u);
  EXPECT_EQ(Good({"--scenario", "small"}).scenarios[0]->name, "close-during-retransmit");
}

TEST(CommandLine, MisspeltNamesAreAnsweredWithTheNearest) {
  EXPECT_THAT(Wrong({"--senario", "all"}), HasSubstr("did you mean --scenario?"));
  EXPECT_THAT(Wrong({"--scenario", "two-closer"}), HasSubstr("did you mean two-closers?"));
  EXPECT_THAT(Wrong({"--scenario", "all", "--scheduler", "exaustive"}),
              HasSubstr("did you mean exhaustive?"));
}

TEST(CommandLine, MutantsAreOnlyInTheProgramThatHasThem) {
  const std::string wrong = Wrong({"--scenario", "all", "--mutant", "reclaim_at_onse"});
  if (kHasMutants) {
    EXPECT_THAT(wrong, HasSubstr("did you mean reclaim_at_once?"));
  } else {
    EXPECT_THAT(wrong, HasSubstr("//test/explore:nutexplore_mutants"));
  }
}

TEST(CommandLine, AReplayTakesASchedule) {
  const Options options = Good({"--scenario", "two-closers", "--replay", "17:1 20:2"});
  ASSERT_TRUE(options.replay);
  EXPECT_EQ(options.replay->ToText(), "17:1 20:2");
  EXPECT_TRUE(Good({"--scenario", "two-closers", "--replay", ""}).replay->deviations.empty());
  EXPECT_THAT(Wrong({"--scenario", "two-closers", "--replay", "17"}), HasSubstr("\"17\" is no schedule"));
}

TEST(CommandLine, WhatDoesNotGoTogetherIsRefused) {
  EXPECT_THAT(Wrong({}), HasSubstr("--scenario NAME"));
  EXPECT_THAT(Wrong({"--scenario", "all", "--replay", "1:1"}), HasSubstr("needs one scenario"));
  EXPECT_THAT(Wrong({"--scenario", "two-closers", "--replay", "1:1", "--seeds", "5"}),
              HasSubstr("--seeds has no place"));
  EXPECT_THAT(Wrong({"--scenario", "all", "--scheduler", "random", "--depth", "3"}),
              HasSubstr("belongs to --scheduler pct"));
  EXPECT_THAT(Wrong({"--scenario", "all", "--preemptions", "3"}),
              HasSubstr("belongs to --scheduler exhaustive"));
  EXPECT_THAT(Wrong({"--scenario", "all", "--scheduler", "fifo", "--seeds", "3"}),
              HasSubstr("takes no --seeds"));
  EXPECT_THAT(Wrong({"--scenario", "all", "--scenario", "all"}), HasSubstr("given twice"));
  EXPECT_THAT(Wrong({"--scenario", "all", "--time", "60"}), HasSubstr("needs a unit"));
  EXPECT_THAT(Wrong({"--scenario"}), HasSubstr("--scenario needs a value: --scenario NAME|all|small"));
}

TEST(CommandLine, EachAllocationFailsInProductionsOrderUnlessSaidOtherwise) {
  EXPECT_EQ(Good({"--scenario", "all", "--fail-allocation", "each"}).strategy, Strategy::kFifo);
  EXPECT_EQ(Good({"--scenario", "all", "--fail-allocation", "each", "--scheduler", "random"}).strategy,
            Strategy::kRandom);
  EXPECT_EQ(Good({"--scenario", "all", "--fail-allocation", "7"}).fail_allocation, 7u);
}

TEST(CommandLine, HelpFitsAScreenAndNamesEveryOption) {
  const std::string help = HelpText();
  EXPECT_LE(std::ranges::count(help, '\n'), 26);
  for (size_t begin = 0, end; (end = help.find('\n', begin)) != std::string::npos; begin = end + 1) {
    EXPECT_LE(end - begin, 80u) << help.substr(begin, end - begin);
  }
  for (const OptionSpec& option : OptionTable())
    EXPECT_THAT(help, HasSubstr(std::string("--") + std::string(option.name)));
}

TEST(ReplayCommand, NamesEverythingThatTheRunDependsOnAndQuotesIt) {
  const auto schedule = *explore::Schedule::Parse("17:1 20:2");
  EXPECT_EQ(ReplayCommand("bin/nutexplore", {.scenario = &kScenarios[0]}, schedule),
            "bin/nutexplore --scenario close-during-retransmit --replay \"17:1 20:2\"");
  EXPECT_EQ(ReplayCommand("nutexplore",
                          {.scenario = &kScenarios[1],
                           .world_seed = "it's",
                           .fail_allocation = 3,
                           .mutant = Mutant::kR4SilentClose},
                          {}),
            "nutexplore --scenario two-closers --seed 'it'\\''s' --fail-allocation 3 --mutant "
            "r4_silent_close --replay \"\"");
}

TEST(ReplayCommand, AnOverlongScheduleIsGivenByItsSeed) {
  Options options;
  options.strategy = Strategy::kRandom;
  EXPECT_EQ(SeedCommand("nutexplore", {.scenario = &kScenarios[1]}, options, 4711),
            "nutexplore --scenario two-closers --scheduler random --seeds 4711-4711");
}

}  // namespace
}  // namespace nut::explorer
