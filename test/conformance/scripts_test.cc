// Conformance scripts: each file below scripts/ is one case, named after the file; the file's name says which
// requirement it shows (requirements.txt).

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/packets/play.h"

namespace nut::packets {
namespace {

std::vector<std::string> AllScripts() {
  std::vector<std::string> scripts;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("test/conformance/scripts")) {
    if (entry.path().extension() == ".pkt") scripts.push_back(entry.path().string());
  }
  std::ranges::sort(scripts);
  return scripts;
}

std::string NameOf(const testing::TestParamInfo<std::string>& script) {
  return std::filesystem::path(script.param).stem().string();
}

class PacketScript : public testing::TestWithParam<std::string> {};

TEST_P(PacketScript, Passes) { EXPECT_EQ(PlayFile(GetParam()).fault, ""); }

INSTANTIATE_TEST_SUITE_P(Scripts, PacketScript, testing::ValuesIn(AllScripts()), NameOf);

// Without its files the test would show nothing at all.
TEST(PacketScripts, AreThere) { EXPECT_GT(AllScripts().size(), 50u); }

}  // namespace
}  // namespace nut::packets
