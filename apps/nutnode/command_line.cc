#include "apps/nutnode/command_line.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <tl/expected.hpp>
#include <vector>

#include "apps/nutnode/config_file.h"
#include "apps/nutnode/help.h"
#include "apps/nutnode/option_table.h"
#include "apps/options/argument_splitter.h"

namespace nut::apps {
namespace {

// A value and where it was given: "" for the command line, "n1.conf:3: " for the third line of that file.
struct Given {
  std::string text;
  std::string origin;
};

// Every option by its name without dashes, with all the values that it was given.
using GivenOptions = std::map<std::string, std::vector<Given>, std::less<>>;

ArgumentSplitter Splitter() {
  std::vector<OptionWord> words;
  for (const OptionSpec& option : OptionTable()) {
    words.push_back(
        {option.name, option.is_switch ? Argument::kOptional : Argument::kNeeded, option.argument});
  }
  words.push_back({"config", Argument::kNeeded, "FILE"});
  for (const std::string_view word : {"print-config", "help", "help-all", "version"}) {
    words.push_back({word, Argument::kNone, ""});
  }
  return ArgumentSplitter(std::move(words));
}

// Adds what `arguments` say to `given`, or gives the mistake.
tl::expected<void, std::string> Split(const std::vector<std::string>& arguments, const std::string& origin,
                                      const ArgumentSplitter& splitter, GivenOptions& given) {
  auto options = splitter.Split(arguments);
  if (!options) return tl::unexpected(std::move(options.error()));
  for (GivenOption& option : *options) given[option.name].push_back({std::move(option.value), origin});
  return {};
}

// What the file says of options that the command line leaves open.
tl::expected<void, std::string> AddConfigFile(const std::string& path, const ArgumentSplitter& splitter,
                                              GivenOptions& given) {
  std::ifstream file(path);
  if (!file) return tl::unexpected(fmt::format("--config: \"{}\" cannot be read", path));
  const auto entries = ReadConfig(file);
  if (!entries) return tl::unexpected(fmt::format("{}:{}", path, entries.error()));
  GivenOptions from_file;
  for (const ConfigEntry& entry : *entries) {
    const std::string origin = fmt::format("{}:{}: ", path, entry.line);
    if (auto split = Split({entry.argument}, origin, splitter, from_file); !split) {
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
  const ArgumentSplitter splitter = Splitter();
  GivenOptions given;
  if (auto split = Split(arguments, "", splitter, given); !split) return UsageError{split.error()};
  if (given.contains("help")) return PrintAndExit{ShortHelp()};
  if (given.contains("help-all")) return PrintAndExit{LongHelp(known)};
  if (given.contains("version")) return PrintAndExit{VersionText()};
  if (const auto config = given.find("config"); config != given.end()) {
    if (config->second.size() > 1) return UsageError{"--config is given twice"};
    const std::string path = config->second.front().text;
    if (auto added = AddConfigFile(path, splitter, given); !added) return UsageError{added.error()};
  }
  auto options = Apply(given, known);
  if (!options) return UsageError{options.error()};
  if (given.contains("print-config")) return PrintAndExit{ConfigText(ValuesOf(given))};
  return *std::move(options);
}

}  // namespace nut::apps
