#include "apps/nutnode/command_line.h"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <fstream>
#include <map>
#include <tl/expected.hpp>

#include "apps/nutnode/config_file.h"
#include "apps/nutnode/help.h"
#include "apps/nutnode/option_table.h"

namespace nut::apps {
namespace {

namespace po = boost::program_options;

// A value and where it was given: "" for the command line, "n1.conf:3: " for the third line of that file.
struct Given {
  std::string text;
  std::string origin;
};

// Every option by its name without dashes, with all the values that it was given.
using GivenOptions = std::map<std::string, std::vector<Given>, std::less<>>;

po::options_description Describe() {
  po::options_description description;
  for (const OptionSpec& option : OptionTable()) {
    auto* value = po::value<std::string>();
    if (option.is_switch) value->implicit_value("yes");
    description.add_options()(std::string(option.name).c_str(), value);
  }
  description.add_options()("config", po::value<std::string>())("print-config", "")("help,h", "")(
      "help-all", "")("version", "");
  return description;
}

std::string_view WithoutDashes(std::string_view name) {
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

std::string NeedsValue(std::string_view name) {
  const OptionSpec* option = FindOption(name);
  return fmt::format("--{} needs a value: --{} {}", name, name,
                     option == nullptr ? "FILE" : option->argument);
}

// Adds what `arguments` say to `given`, or gives the mistake.
tl::expected<void, std::string> Split(const std::vector<std::string>& arguments, const std::string& origin,
                                      const po::options_description& description, GivenOptions& given) {
  using Style = po::command_line_style::style_t;
  constexpr int kStyle = Style::allow_long | Style::long_allow_next | Style::long_allow_adjacent |
                         Style::allow_short | Style::allow_dash_for_short | Style::short_allow_adjacent;
  try {
    const auto parsed = po::command_line_parser(arguments).options(description).style(kStyle).run();
    for (const po::option& option : parsed.options) {
      if (option.position_key != -1) {
        return tl::unexpected(fmt::format("\"{}\" is no option; options begin with --", option.value.at(0)));
      }
      // The library takes the next option for a value.
      if (!option.value.empty() && option.value.front().starts_with("--")) {
        return tl::unexpected(NeedsValue(option.string_key));
      }
      given[option.string_key].push_back({option.value.empty() ? "yes" : option.value.front(), origin});
    }
    return {};
  } catch (const po::unknown_option& error) {
    const std::string given_name = error.get_option_name();
    const std::string name = given_name.substr(0, given_name.find('='));
    return tl::unexpected(
        fmt::format("unknown option {}; did you mean --{}?", name, NearestOption(WithoutDashes(name))));
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

// What the file says of options that the command line leaves open.
tl::expected<void, std::string> AddConfigFile(const std::string& path,
                                              const po::options_description& description,
                                              GivenOptions& given) {
  std::ifstream file(path);
  if (!file) return tl::unexpected(fmt::format("--config: \"{}\" cannot be read", path));
  const auto entries = ReadConfig(file);
  if (!entries) return tl::unexpected(fmt::format("{}:{}", path, entries.error()));
  GivenOptions from_file;
  for (const ConfigEntry& entry : *entries) {
    const std::string origin = fmt::format("{}:{}: ", path, entry.line);
    if (auto split = Split({entry.argument}, origin, description, from_file); !split) {
      return tl::unexpected(origin + split.error());
    }
  }
  for (auto& [name, values] : from_file) {
    if (FindOption(name) == nullptr) {
      return tl::unexpected(fmt::format("{}{} belongs on the command line", values.front().origin, name));
    }
    given.try_emplace(name, std::move(values));
  }
  return {};
}

tl::expected<ProgramOptions, std::string> Apply(const GivenOptions& given, const KnownServices& known) {
  ProgramOptions options;
  for (const OptionSpec& option : OptionTable()) {
    std::vector<Given> values;
    if (const auto found = given.find(option.name); found != given.end()) {
      values = found->second;
    } else if (!option.initial.empty()) {
      values = {{std::string(option.initial), ""}};
    }
    if (values.size() > 1 && !option.is_repeatable) {
      return tl::unexpected(fmt::format("{}--{} is given twice", values[1].origin, option.name));
    }
    for (const Given& value : values) {
      if (auto applied = option.apply(value.text, options, known); !applied) {
        return tl::unexpected(fmt::format("{}--{}: {}", value.origin, option.name, applied.error()));
      }
    }
  }
  if (auto together = CheckTogether(options); !together) return tl::unexpected(together.error());
  return options;
}

EffectiveValues ValuesOf(const GivenOptions& given) {
  EffectiveValues values;
  for (const auto& [name, list] : given) {
    for (const Given& value : list) values[name].push_back(value.text);
  }
  return values;
}

}  // namespace

CommandLine ParseCommandLine(const std::vector<std::string>& arguments, const KnownServices& known) {
  const po::options_description description = Describe();
  GivenOptions given;
  if (auto split = Split(arguments, "", description, given); !split) return UsageError{split.error()};
  if (given.contains("help")) return PrintAndExit{ShortHelp()};
  if (given.contains("help-all")) return PrintAndExit{LongHelp(known)};
  if (given.contains("version")) return PrintAndExit{VersionText()};
  if (const auto config = given.find("config"); config != given.end()) {
    if (config->second.size() > 1) return UsageError{"--config is given twice"};
    const std::string path = config->second.front().text;
    if (auto added = AddConfigFile(path, description, given); !added) return UsageError{added.error()};
  }
  auto options = Apply(given, known);
  if (!options) return UsageError{options.error()};
  if (given.contains("print-config")) return PrintAndExit{ConfigText(ValuesOf(given))};
  return *std::move(options);
}

}  // namespace nut::apps
