#include "tools/explore/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace nut::explorer {
namespace {

bool TakesStandardOutput(const Options& options) {
  return options.json == "-" || options.svg == "-" || options.story == "-";
}

}  // namespace

Console::Console(const Options& options)
    : stream_(TakesStandardOutput(options) ? stderr : stdout), quiet_(options.quiet) {
  const int descriptor = fileno(stream_);
  if (isatty(descriptor) == 0) return;
  color_ = std::getenv("NO_COLOR") == nullptr;
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    columns_ = std::clamp<unsigned>(size.ws_col, 60, 160);
  }
}

void Console::Print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream_);
  std::fflush(stream_);
}

void Console::PrintUnlessQuiet(std::string_view text) {
  if (!quiet_) Print(text);
}

bool WriteOutput(const std::string& path, std::string_view text) {
  std::FILE* const file = path == "-" ? stdout : std::fopen(path.c_str(), "we");
  if (file == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool flushed = std::fflush(file) == 0;
  return (path == "-" || std::fclose(file) == 0) && written && flushed;
}

}  // namespace nut::explorer
