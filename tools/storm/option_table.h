// The option table: every option of nutstorm once, with its section, its argument, its default as text, its
// line of help and what it does. Parser and help are made from it, so that they cannot disagree. Constant.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tools/storm/storm_options.h"

namespace nut::storm {

// Or what is wrong with the text, in a clause that quotes it.
using Applied = tl::expected<void, std::string>;

struct OptionSpec {
  std::string_view section;   // "storm"
  std::string_view name;      // "mix", without dashes
  std::string_view argument;  // for the help
  std::string_view initial;   // the default, as one would write it; empty: none
  std::string_view help;      // half a line
  Applied (*apply)(std::string_view text, StormOptions& options);
  bool is_simulated = false;  // has no meaning in the live modes
};

// In the order of the help.
std::span<const OptionSpec> OptionTable();

}  // namespace nut::storm
