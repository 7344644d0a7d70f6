#include "apps/options/argument_splitter.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "stack/pro/server/nearest_name.h"

namespace nut::apps {
namespace {

namespace po = boost::program_options;

po::options_description Describe(const std::vector<OptionWord>& words) {
  po::options_description description;
  for (const OptionWord& word : words) {
    const std::string name = word.name == "help" ? "help,h" : std::string(word.name);
    if (word.argument == Argument::kNone) {
      description.add_options()(name.c_str(), "");
      continue;
    }
    auto* value = po::value<std::string>();
    if (word.argument == Argument::kOptional) value->implicit_value("yes");
    description.add_options()(name.c_str(), value);
  }
  return description;
}

std::string_view WithoutDashes(std::string_view name) {
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

}  // namespace

std::string_view ArgumentSplitter::Nearest(std::string_view name) const {
  const auto nearest = std::ranges::min_element(
      words_, {}, [name](const OptionWord& word) { return pro::EditDistance(word.name, name); });
  return nearest == words_.end() ? std::string_view() : nearest->name;
}

std::string ArgumentSplitter::NeedsValue(std::string_view name) const {
  const auto word = std::ranges::find(words_, name, &OptionWord::name);
  return fmt::format("--{0} needs a value: --{0} {1}", name, word == words_.end() ? "" : word->argument_name);
}

tl::expected<std::vector<GivenOption>, std::string> ArgumentSplitter::Split(
    const std::vector<std::string>& arguments) const {
  using Style = po::command_line_style::style_t;
  constexpr int kStyle = Style::allow_long | Style::long_allow_next | Style::long_allow_adjacent |
                         Style::allow_short | Style::allow_dash_for_short | Style::short_allow_adjacent;
  // The library reports mistakes of the user's by exceptions.
  try {
    const po::options_description description = Describe(words_);
    const auto parsed = po::command_line_parser(arguments).options(description).style(kStyle).run();
    std::vector<GivenOption> given;
    for (const po::option& option : parsed.options) {
      if (option.position_key != -1) {
        return tl::unexpected(fmt::format("\"{}\" is no option; options begin with --", option.value.at(0)));
      }
      // The library takes the next option for a value.
      if (!option.value.empty() && option.value.front().starts_with("--")) {
        return tl::unexpected(NeedsValue(option.string_key));
      }
      given.push_back({option.string_key, option.value.empty() ? "yes" : option.value.front()});
    }
    return given;
  } catch (const po::unknown_option& error) {
    const std::string whole = error.get_option_name();
    const std::string name = whole.substr(0, whole.find('='));
    return tl::unexpected(
        fmt::format("unknown option {}; did you mean --{}?", name, Nearest(WithoutDashes(name))));
  } catch (const po::error_with_option_name& error) {
    const auto* syntax = dynamic_cast<const po::invalid_command_line_syntax*>(&error);
    if (syntax != nullptr && syntax->kind() == po::invalid_syntax::missing_parameter) {
      return tl::unexpected(NeedsValue(WithoutDashes(error.get_option_name())));
    }
    return tl::unexpected(std::string(error.what()));
  } catch (const po::error& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace nut::apps
