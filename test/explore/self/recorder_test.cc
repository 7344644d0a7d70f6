// The recorder: what it writes down replays to the same run, it is noted before it is acted upon, told in
// plain words, and a run without end is ended.
#include "test/explore/recorder.h"

#include <gtest/gtest.h>

#include <memory>

#include "test/explore/self/scenes.h"
#include "test/explore/self/toy.h"
#include "test/explore/strategies/random.h"
#include "test/explore/strategies/replay.h"

namespace nut::explore {
namespace {

Schedule Parse(std::string_view text) { return Schedule::Parse(text).value(); }

class Listening final : public StoryListener {
 public:
  void On(const StoryEvent& event) override { told.push_back(event.text); }
  std::vector<std::string> told;
};

TEST(Recorder, WhatItWritesDownReplaysToTheSameRun) {
  const Scene scene = Walkers({3, 2, 3});
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    RandomStrategy random(seed);
    const ToyReport first = RunToy(scene, random);
    const ToyReport second = RunToy(scene, first.schedule);
    EXPECT_EQ(second.schedule, first.schedule);
    EXPECT_EQ(second.steps, first.steps);
    EXPECT_EQ(second.state_hash, first.state_hash);
  }
}

TEST(Recorder, ProductionsRunHasNoDeviations) {
  const ToyReport report = RunToy(LostUpdate, Schedule{});
  EXPECT_EQ(report.schedule, Schedule{});
  EXPECT_GT(report.steps, 0u);
  EXPECT_FALSE(report.fault);
}

TEST(Recorder, AChoiceThatIsNotThereIsProductions) {
  EXPECT_EQ(RunToy(LostUpdate, Parse("1:7")).schedule, Schedule{});
}

TEST(Recorder, DecisionsAreNotedBeforeTheyAreActedUpon) {
  const auto progress = std::make_unique<ProgressMemory>();
  std::vector<std::string> noted;
  const Scene scene = [&](Toy& toy) {
    for (int i = 0; i < 2; ++i) {
      toy.Spawn(1, "thread", [&] {
        toy.Stand();
        EXPECT_TRUE(progress->running);
        noted.push_back(std::to_string(progress->step) + " " + progress->CurrentSchedule().ToText());
      });
    }
  };
  ReplayStrategy replay(Parse("1:1"));
  RunToy(scene, replay, {.progress = progress.get()});
  EXPECT_EQ(noted, (std::vector<std::string>{"3 1:1", "3 1:1"}));
  EXPECT_FALSE(progress->running);
  EXPECT_EQ(progress->runs_done, 1u);
  EXPECT_EQ(progress->steps_done, 3u);
}

TEST(Recorder, TellsDeviationsInPlainWords) {
  Listening story;
  ReplayStrategy replay(Parse("1:1"));
  RunToy(LostUpdate, replay, {.story = &story});
  EXPECT_EQ(story.told,
            (std::vector<std::string>{"first stops at the point 'transmit'; second runs in its place"}));
}

TEST(Recorder, ThePassingOfTimeIsToldToo) {
  Listening story;
  const Scene scene = [](Toy& toy) {
    toy.Spawn(1, "sleeper", [&toy] { toy.executor().Sleep(1ms); });
    toy.Spawn(1, "machine", [&toy] { toy.Stand(os::SchedulingPoint::kArpWait); });
  };
  ReplayStrategy replay(Parse("0:1 2:1"));
  RunToy(scene, replay, {.story = &story});
  ASSERT_FALSE(story.told.empty());
  EXPECT_EQ(story.told.front(), "machine runs before sleeper");
}

TEST(Recorder, ARunWithoutEndIsEnded) {
  const Scene scene = [](Toy& toy) {
    for (int i = 0; i < 2; ++i) {
      toy.Spawn(1, "polling", [&toy] {
        for (int n = 0; n < 1000; ++n) toy.executor().Yield();
      });
    }
  };
  RandomStrategy random(1);
  const ToyReport report = RunToy(scene, random, {.maximum_steps = 100});
  EXPECT_TRUE(report.endless);
  EXPECT_GT(report.steps, 1000u) << "production goes on to the end";
  for (const Deviation& deviation : report.schedule.deviations) EXPECT_LT(deviation.step, 100u);
}

TEST(Recorder, CountsWhatWasSeen) {
  const auto coverage = std::make_unique<Coverage>();
  for (const char* text : {"", "1:1", "1:1"}) {
    ReplayStrategy replay(Parse(text));
    RunToy(LostUpdate, replay, {.coverage = coverage.get()});
  }
  EXPECT_EQ(coverage->runs, 3u);
  EXPECT_EQ(coverage->schedules.Count(), 2u);
  EXPECT_EQ(coverage->pairs.count, 1u);
  EXPECT_GT(coverage->states.Count(), 3u);
}

TEST(ProgressMemory, KeepsWhatItCanAndSaysWhenItIsNotAll) {
  const auto progress = std::make_unique<ProgressMemory>();
  progress->BeginRun();
  for (uint32_t step = 0; step < ProgressMemory::kMaximumDeviations; ++step) {
    const Deviation deviation{step, 1};
    progress->Note(step + 1, &deviation);
  }
  EXPECT_FALSE(progress->truncated());
  const Deviation more{100'000, 1};
  progress->Note(100'001, &more);
  EXPECT_TRUE(progress->truncated());
  EXPECT_EQ(progress->CurrentSchedule().deviations.size(), ProgressMemory::kMaximumDeviations);
}

}  // namespace
}  // namespace nut::explore
