// ArgumentSplitter: takes a command line of long options apart (by Boost.Program_options) and says what is
// wrong with it in the words that all our programs use: an unknown option is answered with the nearest one. A
// program describes its options once, in a table, and gives the words of it. A value.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace nut::apps {

enum class Argument : uint8_t {
  kNone,      // --help
  kOptional,  // a switch: may be left out, and means "yes" then
  kNeeded,
};

struct OptionWord {
  std::string_view name;              // without dashes; outlives the splitter
  Argument argument = Argument::kNeeded;
  std::string_view argument_name;     // "PERCENT", for what is said when it is missing
};

struct GivenOption {
  std::string name;
  std::string value;  // "yes" where there was none
};

class ArgumentSplitter {
 public:
  // --help may also be written -h.
  explicit ArgumentSplitter(std::vector<OptionWord> words) : words_(std::move(words)) {}

  // The options in the order given, or what is wrong. `arguments` without the program's name.
  tl::expected<std::vector<GivenOption>, std::string> Split(const std::vector<std::string>& arguments) const;

  // The known name nearest to a misspelt one.
  std::string_view Nearest(std::string_view name) const;

 private:
  std::string NeedsValue(std::string_view name) const;

  std::vector<OptionWord> words_;
};

}  // namespace nut::apps
