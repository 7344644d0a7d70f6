// nutpackets: plays packet scripts against a node, and makes them from captures. See --help.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>

#include "tools/packets/capture_script.h"
#include "tools/packets/command_line.h"
#include "tools/packets/play.h"
#include "tools/packets/recording.h"

namespace nut::packets {
namespace {

constexpr int kUsage = 64, kSystem = 71;

int Play(const Options& options) {
  std::unique_ptr<Recording> recording;
  if (!options.record.empty()) recording = std::make_unique<Recording>(options.record);
  int failed = 0;
  for (const std::string& script : options.scripts) {
    const Played played = PlayFile(script, recording.get());
    if (options.verbose) {
      for (const std::string& line : played.story) fmt::print("  {}\n", line);
    }
    if (played.fault.empty()) {
      fmt::print("{}: passed\n", script);
    } else {
      fmt::print(stderr, "{}\n", played.fault);
      ++failed;
    }
  }
  if (options.scripts.size() > 1)
    fmt::print("{} of {} passed\n", options.scripts.size() - failed, options.scripts.size());
  if (recording && recording->failed()) {
    fmt::print(stderr, "nutpackets: {} cannot be written\n", options.record);
    return kSystem;
  }
  return failed == 0 ? 0 : 1;
}

int MakeScript(const Options& options) {
  std::ifstream in(options.from_capture, std::ios::binary);
  const Bytes file{std::istreambuf_iterator<char>(in), {}};
  const auto frames = ReadCapture(file);
  if (!in.is_open() || !frames) {
    fmt::print(stderr, "nutpackets: {}: {}\n", options.from_capture,
               frames ? "cannot be read" : frames.error());
    return kSystem;
  }
  const auto script = ScriptFromCapture(*frames, {options.flow, options.node, options.from_capture});
  if (!script) {
    fmt::print(stderr, "nutpackets: {}: {}\n", options.from_capture, script.error());
    return kUsage;
  }
  fmt::print("{}", *script);
  return 0;
}

int Main(const std::vector<std::string>& arguments) {
  const auto line = ParseCommandLine(arguments);
  if (const auto* print = std::get_if<PrintAndExit>(&line)) {
    fmt::print("{}", print->text);
    return 0;
  }
  if (const auto* error = std::get_if<UsageError>(&line)) {
    fmt::print(stderr, "nutpackets: {}\n", error->message);
    return kUsage;
  }
  const auto& options = std::get<Options>(line);
  return options.from_capture.empty() ? Play(options) : MakeScript(options);
}

}  // namespace
}  // namespace nut::packets

int main(int argc, char** argv) {
  try {
    return nut::packets::Main({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "nutpackets: internal fault: {}\n", error.what());
    return 70;
  }
}
