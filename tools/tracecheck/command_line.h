// CommandLine: what the program is asked to do. A value.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "tools/tracecheck/finding.h"
#include "tools/tracecheck/settings.h"

namespace nut::tracecheck {

struct Order {
  Settings settings;
  std::vector<std::string> files;    // "-": standard input
  std::vector<std::string> ignored;  // rules that are not judged
  Level least = Level::kWarning;     // what is shown
  Level fails = Level::kError;       // what makes the exit status 1
  bool json = false;
};

// Text for standard output, and nothing else to do.
struct PrintAndExit {
  std::string text;
};

using CommandLine = tl::expected<std::variant<Order, PrintAndExit>, std::string>;

// `arguments` without the program's name. The error is a sentence.
CommandLine ParseCommandLine(const std::vector<std::string>& arguments);

std::string HelpText();
std::string RuleText();  // every rule, one a line

}  // namespace nut::tracecheck
