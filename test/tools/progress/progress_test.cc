#include "tools/progress/progress.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace nut::tools {
namespace {

using namespace std::chrono_literals;

// A display with a clock of its own, writing to memory.
class ProgressTest : public ::testing::Test {
 protected:
  ProgressTest() : stream_(open_memstream(&text_, &size_)) {}
  ~ProgressTest() override {
    std::fclose(stream_);
    std::free(text_);
  }

  ProgressOptions Options(ProgressStyle style, unsigned columns = 80) {
    return {.style = style, .unit = "runs", .columns = columns, .now = [this] { return now_; }};
  }
  std::string TakeText() {
    std::fflush(stream_);
    std::string text(text_ + taken_, size_ - taken_);
    taken_ = size_;
    return text;
  }

  char* text_ = nullptr;
  size_t size_ = 0;
  size_t taken_ = 0;
  std::FILE* stream_;
  WallTime now_{};
};

TEST_F(ProgressTest, PlainLinesComeWithGrowingDistance) {
  Progress progress("storm", 1000, stream_, Options(ProgressStyle::kPlain));
  std::string when;
  for (int second = 1; second <= 100; ++second) {
    now_ += 1s;
    if (!progress.due()) continue;
    when += std::to_string(second) + " ";
    progress.Show(static_cast<uint64_t>(second));
  }
  EXPECT_EQ(when, "1 3 7 15 31 63 ");
}

TEST_F(ProgressTest, ALineSaysShareRateTimeLeftAndColumns) {
  Progress progress("storm", 4000, stream_, Options(ProgressStyle::kPlain));
  now_ += 10s;
  progress.Show(1000, {{"open", "17"}, {"failed", "0"}});
  EXPECT_EQ(TakeText(), "storm: 1,000 25%  100 runs/s  30 s left  open 17  failed 0\n");
}

TEST_F(ProgressTest, WithoutATotalThereIsNoShare) {
  Progress progress("storm", 0, stream_, Options(ProgressStyle::kPlain));
  now_ += 10s;
  progress.Show(1000);
  EXPECT_EQ(TakeText(), "storm: 1,000  100 runs/s\n");
}

TEST_F(ProgressTest, ATerminalsLineIsDrawnInPlaceAndTakenAway) {
  Progress progress("storm", 4000, stream_, Options(ProgressStyle::kTerminal));
  now_ += 10s;
  progress.Show(2000);
  const std::string drawn = TakeText();
  EXPECT_EQ(drawn.front(), '\r');
  EXPECT_NE(drawn.find("[###############...............]"), std::string::npos) << drawn;
  EXPECT_EQ(drawn.find('\n'), std::string::npos);
  progress.Finish();
  EXPECT_EQ(TakeText(), "\r\x1b[K");
  progress.Finish();
  EXPECT_EQ(TakeText(), "");
}

TEST_F(ProgressTest, ATerminalsLineFitsItsWidth) {
  for (unsigned columns = 20; columns < 120; ++columns) {
    Progress progress("storm", 4000, stream_, Options(ProgressStyle::kTerminal, columns));
    now_ += 10s;
    progress.Show(2000, {{"open", "1234"}});
    std::string drawn = TakeText();
    drawn.erase(drawn.find("\x1b[K"));
    EXPECT_LE(drawn.size(), columns) << drawn;  // with the \r
    progress.Finish();
    TakeText();
  }
}

TEST_F(ProgressTest, TheRateFollowsWhatHappensNow) {
  Progress progress("storm", 0, stream_, Options(ProgressStyle::kTerminal));
  uint64_t done = 0;
  for (int i = 0; i < 50; ++i) {
    now_ += 200ms;
    progress.Show(done += 200);
  }
  EXPECT_NEAR(progress.rate(), 1000, 1);
  for (int i = 0; i < 75; ++i) {
    now_ += 200ms;
    progress.Show(done += 20);
  }
  EXPECT_NEAR(progress.rate(), 100, 10);
  EXPECT_NEAR(progress.seconds(), 25, 0.01);
}

TEST_F(ProgressTest, SilenceIsSilent) {
  Progress progress("storm", 100, stream_, Options(ProgressStyle::kSilent));
  now_ += 100s;
  EXPECT_FALSE(progress.due());
  progress.Show(10);
  progress.Finish();
  EXPECT_EQ(TakeText(), "");
}

}  // namespace
}  // namespace nut::tools
