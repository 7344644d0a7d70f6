#include "tools/storm/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "apps/options/argument_splitter.h"
#include "tools/storm/option_table.h"

namespace nut::storm {
namespace {

using apps::Argument;
using apps::ArgumentSplitter;

constexpr std::string_view kVersion = "5.2.4.0";  // of Nut/OS, whose network this is

ArgumentSplitter Splitter() {
  std::vector<apps::OptionWord> words;
  for (const OptionSpec& option : OptionTable()) {
    words.push_back({option.name, Argument::kNeeded, option.argument});
  }
  words.push_back({"help", Argument::kNone, ""});
  words.push_back({"version", Argument::kNone, ""});
  return ArgumentSplitter(std::move(words));
}

Applied ApplyShards(const Environment& environment, StormOptions& options) {
  const char* index = environment("TEST_SHARD_INDEX");
  const char* total = environment("TEST_TOTAL_SHARDS");
  if (index == nullptr || total == nullptr) return {};
  const auto share = std::ranges::find(OptionTable(), "share", &OptionSpec::name);
  return share->apply(fmt::format("{}/{}", std::strtoul(index, nullptr, 10) + 1, total), options);
}

Applied CheckTogether(const StormOptions& options, const std::map<std::string, std::string>& given) {
  if (options.mode == Mode::kSimulated) return {};
  for (const OptionSpec& option : OptionTable()) {
    if (option.is_simulated && given.contains(std::string(option.name))) {
      return tl::unexpected(fmt::format("--{} belongs to --mode simulated", option.name));
    }
  }
  return {};
}

// Columns on the terminal: characters, not bytes (there is a ±).
size_t Width(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

CommandLine ParseCommandLine(const std::vector<std::string>& arguments, const Environment& environment) {
  const auto split = Splitter().Split(arguments);
  if (!split) return UsageError{split.error()};
  std::map<std::string, std::string> given;
  for (const apps::GivenOption& option : *split) {
    if (option.name == "help") return PrintAndExit{HelpText()};
    if (option.name == "version") return PrintAndExit{fmt::format("nutstorm {} (Nut/Net on Linux)\n", kVersion)};
    if (!given.emplace(option.name, option.value).second) {
      return UsageError{fmt::format("--{} is given twice", option.name)};
    }
  }
  StormOptions options;
  if (auto applied = ApplyShards(environment, options); !applied) return UsageError{applied.error()};
  for (const OptionSpec& option : OptionTable()) {
    const auto value = given.find(std::string(option.name));
    if (value == given.end()) continue;
    if (auto applied = option.apply(value->second, options); !applied) {
      return UsageError{fmt::format("--{}: {}", option.name, applied.error())};
    }
  }
  if (auto together = CheckTogether(options, given); !together) return UsageError{together.error()};
  return options;
}

std::string ReplayCommand(const StormOptions& options, const std::vector<std::string>& arguments,
                          const Share& share) {
  std::string command = "nutstorm";
  const auto split = Splitter().Split(arguments);
  for (const apps::GivenOption& option : *split) {
    const bool replaced = option.name == "seed" || option.name == "share" || option.name == "jobs";
    if (!replaced && option.name != "json") command += fmt::format(" --{} {}", option.name, option.value);
  }
  command += fmt::format(" --seed {}", options.seed);
  if (share.count > 1) command += fmt::format(" --share {}/{}", share.index + 1, share.count);
  return command;
}

std::string HelpText() {
  std::string text =
      "usage: nutstorm [--OPTION VALUE]...\n"
      "\n"
      "A storm of short connections between two Nut/Net nodes: opened, used, refused, timed\n"
      "out, aborted, closed under a waiting thread, and every one of them accounted for. At\n"
      "the end the books of both sides must agree, and nothing may be held any more.\n"
      "\n"
      "modes:\n"
      "  simulated      both nodes in this process, in virtual time: the same every time\n"
      "  live           two nutnode processes, over two TAPs on a bridge\n"
      "  kernel-server  a node opens connections to the TCP of this machine's kernel\n"
      "  kernel-client  the kernel opens connections to a node\n"
      "\n"
      "kinds of connections, with the weights of the usual mix:\n";
  constexpr std::string_view kMeanings[kKindCount] = {
      "request and answer, closed in order by either side first",
      "to a port where nobody listens",
      "to an address that nobody answers for",
      "closed by another thread before it is established",
      "reset by either side in the middle of the answer",
      "the client finishes sending, then reads to the end",
      "one side falls silent for good; the other must notice",
      "from the same local port again, at once",
  };
  for (size_t i = 0; i < kKindCount; ++i) {
    text += fmt::format("  {:<12}{:>3}  {}\n", kKindNames[i], Mix::Default().weight(static_cast<Kind>(i)),
                        kMeanings[i]);
  }
  std::string_view section;
  for (const OptionSpec& option : OptionTable()) {
    if (option.section != section) {
      section = option.section;
      text += fmt::format("\n{}:\n", section);
    }
    const std::string left = fmt::format("  --{} {}", option.name, option.argument);
    text += fmt::format("{}{:{}}{}", left, "", 28 > Width(left) ? 28 - Width(left) : 1, option.help);
    text += option.initial.empty() ? "\n" : fmt::format(" [{}]\n", option.initial);
  }
  text +=
      "\n"
      "examples:\n"
      "  nutstorm                                      a million, simulated\n"
      "  nutstorm --connections 100000000 --jobs 2     more, on two cores\n"
      "  nutstorm --loss 2% --reorder 5% --delay 1ms   over a bad network\n"
      "  nutstorm --mix close-early=1,timeout=1        only what killed stacks before\n"
      "\n"
      "exit status: 0 everything as it must be, 1 a fault, 64 usage, 70 internal fault,\n"
      "             71 system error\n";
  return text;
}

}  // namespace nut::storm
