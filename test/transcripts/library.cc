#include "test/transcripts/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "test/transcripts/director.h"
#include "test/transcripts/rough.h"

namespace nut::transcripts {
namespace {

constexpr size_t kBefore = 3, kBehind = 8;  // lines shown
constexpr std::string_view kEnding = ".scene";

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::vector<std::string> SceneNames(const std::string& root) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(root + "/" + kFolder + "/scenes")) {
    if (entry.path().extension() == kEnding) names.push_back(entry.path().stem().string());
  }
  for (size_t number = 1; number <= kRoughConversations; ++number) names.push_back(RoughName(number));
  std::ranges::sort(names);
  return names;
}

std::string TranscriptOf(const std::string& root, const std::string& scene) {
  for (size_t number = 1; number <= kRoughConversations; ++number) {
    if (RoughName(number) == scene) return PlayRough(number);
  }
  return PlayScene(ReadText(fmt::format("{}/{}/scenes/{}{}", root, kFolder, scene, kEnding)), scene);
}

std::string GoldenPath(const std::string& root, const std::string& scene) {
  return fmt::format("{}/{}/golden/{}.txt", root, kFolder, scene);
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Difference(const std::string& recorded, const std::string& now) {
  if (recorded == now) return "";
  const std::vector<std::string> old = LinesOf(recorded), fresh = LinesOf(now);
  size_t same = 0;
  while (same < old.size() && same < fresh.size() && old[same] == fresh[same]) ++same;
  std::string text = fmt::format("@@ line {}\n", same + 1);
  for (size_t at = same - std::min(same, kBefore); at < same; ++at) text += "  " + old[at] + "\n";
  for (size_t at = same; at < std::min(old.size(), same + kBehind); ++at) text += "- " + old[at] + "\n";
  for (size_t at = same; at < std::min(fresh.size(), same + kBehind); ++at) text += "+ " + fresh[at] + "\n";
  return text;
}

}  // namespace nut::transcripts
