#include "tools/explore/surroundings.h"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace nut::explorer {
namespace {

volatile std::sig_atomic_t interrupted = 0;

uint32_t Number(const char* variable, uint32_t otherwise) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return otherwise;
  const std::string_view view(text);
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
  return error == std::errc() && end == view.data() + view.size() ? value : otherwise;
}

}  // namespace

Part ShardFromEnvironment() {
  const Part part{Number("TEST_SHARD_INDEX", 0), Number("TEST_TOTAL_SHARDS", 1)};
  if (const char* const path = std::getenv("TEST_SHARD_STATUS_FILE")) {
    if (std::FILE* const file = std::fopen(path, "ae")) std::fclose(file);
  }
  return part.parts > 0 && part.number < part.parts ? part : Part{};
}

std::string OutputsDirectory() {
  const char* const directory = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  return directory == nullptr ? "" : directory;
}

void NoteInterrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool Interrupted() { return interrupted != 0; }

}  // namespace nut::explorer
