// Writes the sample inputs, one file each, into the folder given: a start for libFuzzer.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "test/fuzz/corpus.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_corpus FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  size_t number = 0;
  for (const nut::fuzz::Bytes& input : nut::fuzz::MakeCorpus().samples) {
    const std::filesystem::path path = folder / ("sample-" + std::to_string(number++));
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(input.data()), static_cast<std::streamsize>(input.size()));
    if (!file.flush()) {
      std::fprintf(stderr, "write_corpus: cannot write %s\n", path.c_str());
      return 1;
    }
  }
  return 0;
}
