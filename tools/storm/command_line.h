// The command line of nutstorm, read: a run with its options, a text to print, or a mistake of the user's.
// Bazel's sharding (TEST_SHARD_INDEX of TEST_TOTAL_SHARDS) counts as --share, where none is given.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "tools/storm/storm_options.h"

namespace nut::storm {

struct PrintAndExit {
  std::string text;
};

// One line or a few, without the program's name.
struct UsageError {
  std::string message;
};

using CommandLine = std::variant<StormOptions, PrintAndExit, UsageError>;

// Null where a variable of the environment is not set.
using Environment = std::function<const char*(const char* name)>;

// `arguments` without the program's name.
CommandLine ParseCommandLine(const std::vector<std::string>& arguments, const Environment& environment);

// The command that runs `share` of this storm alone, in this process, and finds the same again. Only what
// differs from the defaults.
std::string ReplayCommand(const StormOptions& options, const std::vector<std::string>& arguments,
                          const Share& share);

std::string HelpText();

}  // namespace nut::storm
