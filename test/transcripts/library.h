// Library: every scene there is, by name, and what is recorded of it. Reads the files of this folder.
#pragma once

#include <string>
#include <vector>

namespace nut::transcripts {

// Where scenes/ and golden/ are, seen from `root`, the top of the source tree.
inline constexpr const char* kFolder = "test/transcripts";

// Scenes that are written down, and the rough conversations; sorted.
std::vector<std::string> SceneNames(const std::string& root);
// Plays it. Throws packets::ScriptError.
std::string TranscriptOf(const std::string& root, const std::string& scene);
std::string GoldenPath(const std::string& root, const std::string& scene);
// Empty where there is no such file.
std::string ReadText(const std::string& path);

// Where two texts part: some lines of either with those before them. Empty: they are equal.
std::string Difference(const std::string& recorded, const std::string& now);

}  // namespace nut::transcripts
