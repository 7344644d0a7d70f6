// record: plays every scene and writes the transcripts into the source tree: bazel run
// //test/transcripts:record. Says which have changed. With names, only these; with --show, to the standard
// output instead.
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "test/transcripts/library.h"

namespace nut::transcripts {
namespace {

int Main(int argc, char** argv) {
  std::vector<std::string> scenes(argv + 1, argv + argc);
  const bool show = !scenes.empty() && scenes[0] == "--show";
  if (show) scenes.erase(scenes.begin());
  const char* tree = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  const std::string root = tree != nullptr ? tree : ".";
  if (scenes.empty()) scenes = SceneNames(root);
  for (const std::string& scene : scenes) {
    const std::string now = TranscriptOf(root, scene), path = GoldenPath(root, scene);
    if (show) {
      std::cout << now;
      continue;
    }
    if (now == ReadText(path)) continue;
    std::cout << scene << "\n" << Difference(ReadText(path), now);
    std::ofstream file(path);
    file << now;
    file.close();
    if (!file) {
      std::cerr << "record: cannot write " << path << "\n";
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace nut::transcripts

int main(int argc, char** argv) {
  try {
    return nut::transcripts::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "record: " << error.what() << "\n";
    return 1;
  }
}
