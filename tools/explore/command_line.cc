#include "tools/explore/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>
#include <tl/expected.hpp>

#include "apps/options/argument_splitter.h"

namespace nut::explorer {
namespace {

using Given = std::map<std::string, std::string, std::less<>>;

apps::ArgumentSplitter Splitter() {
  std::vector<apps::OptionWord> words{{"help", apps::Argument::kNone, ""}};
  for (const OptionSpec& option : OptionTable()) {
    const bool is_switch = option.argument.empty();
    words.push_back(
        {option.name, is_switch ? apps::Argument::kNone : apps::Argument::kNeeded, option.argument});
  }
  return apps::ArgumentSplitter(std::move(words));
}

tl::expected<Given, std::string> Split(const std::vector<std::string>& arguments) {
  const auto options = Splitter().Split(arguments);
  if (!options) return tl::unexpected(options.error());
  Given given;
  for (const apps::GivenOption& option : *options) {
    if (!given.try_emplace(option.name, option.value).second) {
      return tl::unexpected(fmt::format("--{} is given twice", option.name));
    }
  }
  return given;
}

// What is legal alone, but not together.
Applied CheckTogether(const Options& options, const Given& given) {
  if (options.list) return {};
  if (options.scenarios.empty()) {
    return tl::unexpected<std::string>("--scenario NAME says what is to be explored; --list shows the names");
  }
  const auto conflict = [&](std::string_view one, std::string_view other) {
    return given.contains(one) && given.contains(other);
  };
  for (const std::string_view other : {"scheduler", "seeds", "depth", "preemptions", "disorders", "orders"}) {
    if (conflict("replay", other)) {
      return tl::unexpected(fmt::format("--replay runs one schedule: --{} has no place beside it", other));
    }
  }
  if (given.contains("replay") && options.scenarios.size() > 1) {
    return tl::unexpected<std::string>("--replay needs one scenario, not all");
  }
  if (given.contains("replay") && options.fail_each_allocation) {
    return tl::unexpected<std::string>("--replay needs one number after --fail-allocation, not each");
  }
  if (given.contains("depth") && options.strategy != Strategy::kPct) {
    return tl::unexpected<std::string>("--depth belongs to --scheduler pct");
  }
  for (const std::string_view bound : {"preemptions", "disorders", "orders"}) {
    if (given.contains(bound) && options.strategy != Strategy::kExhaustive) {
      return tl::unexpected(fmt::format("--{} belongs to --scheduler exhaustive", bound));
    }
  }
  const bool takes_seeds = options.strategy == Strategy::kPct || options.strategy == Strategy::kRandom;
  if (given.contains("seeds") && !takes_seeds) {
    return tl::unexpected(fmt::format("--scheduler {} takes no --seeds", NameOf(options.strategy)));
  }
  return {};
}

}  // namespace

CommandLine ParseCommandLine(const std::vector<std::string>& arguments, const Known& known) {
  auto given = Split(arguments);
  if (!given) return UsageError{given.error()};
  if (given->contains("help")) return PrintAndExit{HelpText()};
  Options options;
  options.jobs = std::max(1u, std::thread::hardware_concurrency());
  for (const OptionSpec& option : OptionTable()) {
    const auto found = given->find(option.name);
    if (found == given->end()) continue;
    if (auto applied = option.apply(found->second, options, known); !applied) {
      return UsageError{fmt::format("--{}: {}", option.name, applied.error())};
    }
  }
  // Every allocation of production's own schedule, unless another way is asked for.
  if (options.fail_each_allocation && !given->contains("scheduler")) options.strategy = Strategy::kFifo;
  if (auto together = CheckTogether(options, *given); !together) return UsageError{together.error()};
  return options;
}

}  // namespace nut::explorer
