// The command line, read: either a run with its options, or a text to print (--help and the like), or a
// mistake of the user's. The option table gives the arguments their meaning. Precedence: command line,
// then --config FILE, then the defaults.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "apps/nutnode/known_service.h"
#include "apps/nutnode/program_options.h"

namespace nut::apps {

struct PrintAndExit {
  std::string text;
};

// The program ends with ExitCode::kUsage. One line or a few, without the program's name.
struct UsageError {
  std::string message;
};

using CommandLine = std::variant<ProgramOptions, PrintAndExit, UsageError>;

// `arguments` without the program's name. Reads the config file that they name, and looks for the directory
// of --www.
CommandLine ParseCommandLine(const std::vector<std::string>& arguments, const KnownServices& known);

}  // namespace nut::apps
