// The config file: one option per line, "name = value", as on the command line without the dashes; "#" begins
// a comment. Read line by line so that a mistake is named with its line.
#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace nut::apps {

struct ConfigEntry {
  std::string argument;  // as the command line would have it: "--loss=1%", "--userns"
  int line = 0;          // from 1
};

// The entries in order, or "3: ..." with the number of the malformed line.
tl::expected<std::vector<ConfigEntry>, std::string> ReadConfig(std::istream& input);

}  // namespace nut::apps
