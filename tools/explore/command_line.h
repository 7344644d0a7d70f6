// The command line, read: a search or replay with its options, or a text to print (--help), or a mistake of
// the user's.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "tools/explore/option_table.h"
#include "tools/explore/options.h"

namespace nut::explorer {

struct PrintAndExit {
  std::string text;
};

// The program ends with 64. One line, without the program's name.
struct UsageError {
  std::string message;
};

using CommandLine = std::variant<Options, PrintAndExit, UsageError>;

// `arguments` without the program's name.
CommandLine ParseCommandLine(const std::vector<std::string>& arguments, const Known& known);

}  // namespace nut::explorer
