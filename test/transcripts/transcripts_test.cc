// Every scene once more: it goes as recorded, to the letter. After a change that is meant:
//
//   bazel run //test/transcripts:record
#include <gtest/gtest.h>

#include <filesystem>

#include "test/transcripts/library.h"
#include "test/transcripts/program.h"

namespace nut::transcripts {
namespace {

constexpr std::string_view kRecord =
    "If it is meant to: bazel run //test/transcripts:record, and read the diff.";

std::string NameOf(const testing::TestParamInfo<std::string>& scene) { return scene.param; }

class Scene : public testing::TestWithParam<std::string> {};

TEST_P(Scene, GoesAsRecorded) {
  const std::string now = TranscriptOf(".", GetParam());
  EXPECT_EQ(now.find(kNotUnderstood), now.npos) << "The scene has a mistake:\n" << now;
  const std::string difference = Difference(ReadText(GoldenPath(".", GetParam())), now);
  EXPECT_TRUE(difference.empty()) << GoldenPath(".", GetParam()) << "\n" << difference << kRecord;
}

INSTANTIATE_TEST_SUITE_P(Transcripts, Scene, testing::ValuesIn(SceneNames(".")), NameOf);

// Without its files the test would show nothing at all; and what is recorded is of a scene that there is.
TEST(Transcripts, AreThere) {
  const std::vector<std::string> names = SceneNames(".");
  EXPECT_GT(names.size(), 80u);
  for (const auto& entry : std::filesystem::directory_iterator(std::string(kFolder) + "/golden")) {
    EXPECT_NE(std::find(names.begin(), names.end(), entry.path().stem().string()), names.end())
        << entry.path();
  }
}

}  // namespace
}  // namespace nut::transcripts
