// The option table: every option of nutnode once, with its section, its argument, its default as text, its
// line of help and what it does. Command line, config file, --help and --print-config are all made from it,
// so that they cannot disagree. Constant.
#pragma once

#include <span>
#include <string_view>

#include "apps/nutnode/option_setters.h"

namespace nut::apps {

struct OptionSpec {
  std::string_view section;   // "network"
  std::string_view name;      // "loss", without dashes
  std::string_view argument;  // "PERCENT", for the help
  std::string_view initial;   // the default, as one would write it; empty: none
  std::string_view help;      // half a line
  Applied (*apply)(std::string_view text, ProgramOptions& options, const KnownServices& known);
  bool is_common = false;      // in --help; the others are in --help-all
  bool is_switch = false;      // the argument may be left out and means "yes" then
  bool is_repeatable = false;  // may be given several times, which add up
};

// In the order of the help.
std::span<const OptionSpec> OptionTable();

// Null where there is none of that name.
const OptionSpec* FindOption(std::string_view name);

}  // namespace nut::apps
