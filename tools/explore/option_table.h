// The option table: every option of nutexplore once, with its argument, its default as text, its line of help
// and what it does. The parser and --help are made from it, so that they cannot disagree. Constant.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tools/explore/options.h"

namespace nut::explorer {

// What the names in the arguments can mean.
struct Known {
  std::span<const explore::Scenario> scenarios;
};

// Or what is wrong, in a clause that quotes it.
using Applied = tl::expected<void, std::string>;

struct OptionSpec {
  std::string_view section;   // "search"
  std::string_view name;      // "seeds", without dashes
  std::string_view argument;  // "N|FROM-TO", for the help; empty: a switch
  std::string_view help;      // half a line
  Applied (*apply)(std::string_view text, Options& options, const Known& known);
};

// In the order of the help.
std::span<const OptionSpec> OptionTable();

std::string HelpText();

}  // namespace nut::explorer
