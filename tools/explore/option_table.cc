#include "tools/explore/option_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "apps/nutnode/units.h"
#include "stack/pro/server/nearest_name.h"

namespace nut::explorer {
namespace {

using Text = std::string_view;

constexpr Strategy kStrategies[] = {Strategy::kFifo, Strategy::kRandom, Strategy::kPct,
                                    Strategy::kExhaustive};

// More than any search reaches; leaves room to count.
constexpr uint64_t kMostSeeds = 1'000'000'000'000'000;

// The nearest of `names` to `text`; `names` has at least one.
template <typename Range, typename Name>
std::string_view Nearest(Text text, const Range& names, Name name) {
  std::string_view nearest = name(*std::begin(names));
  for (const auto& candidate : names) {
    if (pro::EditDistance(name(candidate), text) < pro::EditDistance(nearest, text))
      nearest = name(candidate);
  }
  return nearest;
}

tl::unexpected<std::string> Unknown(Text kind, Text text, Text nearest) {
  return tl::unexpected(fmt::format("there is no {} \"{}\"; did you mean {}?", kind, text, nearest));
}

Applied SetList(Text, Options& options, const Known&) {
  options.list = true;
  return {};
}

Applied SetScenario(Text text, Options& options, const Known& known) {
  options.scenarios.clear();
  options.scenario = text;
  for (const explore::Scenario& scenario : known.scenarios) {
    const bool in_group = text == "all" || (text == "small" && scenario.size == explore::Size::kSmall);
    if (in_group || scenario.name == text) options.scenarios.push_back(&scenario);
  }
  if (!options.scenarios.empty()) return {};
  return Unknown("scenario", text, Nearest(text, known.scenarios, [](const auto& s) { return s.name; }));
}

Applied SetStrategy(Text text, Options& options, const Known&) {
  for (const Strategy strategy : kStrategies) {
    if (NameOf(strategy) != text) continue;
    options.strategy = strategy;
    return {};
  }
  return Unknown("scheduler", text, Nearest(text, kStrategies, [](Strategy s) { return NameOf(s); }));
}

template <auto kMember>
Applied SetInteger(Text text, Options& options, uint64_t least, uint64_t most) {
  using Value = std::remove_reference_t<decltype(options.*kMember)>;
  return apps::ParseInteger(text, least, most).map([&](uint64_t value) {
    options.*kMember = static_cast<Value>(value);
  });
}

Applied SetDepth(Text text, Options& options, const Known&) {
  return SetInteger<&Options::depth>(text, options, 1, 32);
}

Applied SetPreemptions(Text text, Options& options, const Known&) {
  return SetInteger<&Options::preemptions>(text, options, 0, 32);
}

Applied SetDisorders(Text text, Options& options, const Known&) {
  return SetInteger<&Options::disorders>(text, options, 0, 32);
}

Applied SetOrders(Text text, Options& options, const Known&) {
  if (text == "free") return options.orders = kFreeOrders, Applied();
  return SetInteger<&Options::orders>(text, options, 0, 1000);
}

Applied SetJobs(Text text, Options& options, const Known&) {
  return SetInteger<&Options::jobs>(text, options, 1, 256);
}

Applied SetSeeds(Text text, Options& options, const Known&) {
  const size_t dash = text.find('-');
  const auto last = apps::ParseInteger(dash == Text::npos ? text : text.substr(dash + 1), 1, kMostSeeds);
  if (!last) return tl::unexpected(last.error());
  if (dash == Text::npos) {
    options.seeds = {1, *last};
    return {};
  }
  return apps::ParseInteger(text.substr(0, dash), 0, *last).map([&](uint64_t first) {
    options.seeds = {first, *last};
  });
}

Applied SetWorldSeed(Text text, Options& options, const Known&) {
  if (text.empty()) return tl::unexpected<std::string>("\"\" is no seed");
  options.world_seed = text;
  return {};
}

Applied SetFailAllocation(Text text, Options& options, const Known&) {
  options.fail_each_allocation = text == "each";
  if (options.fail_each_allocation) return {};
  return SetInteger<&Options::fail_allocation>(text, options, 1, std::numeric_limits<uint32_t>::max());
}

Applied SetTime(Text text, Options& options, const Known&) {
  return apps::ParseDuration(text).map([&](Duration value) { options.time = value; });
}

Applied SetPatience(Text text, Options& options, const Known&) {
  return apps::ParseDuration(text).map([&](Duration value) { options.patience = value; });
}

Applied SetMutant(Text text, Options& options, const Known&) {
  if (!kHasMutants) {
    return tl::unexpected<std::string>(
        "this program has no mutants; the one built by //test/explore:nutexplore_mutants has");
  }
  if (const auto mutant = MutantNamed(text)) {
    options.mutant = *mutant;
    return {};
  }
  return Unknown("mutant", text, Nearest(text, AllMutants(), [](Mutant m) { return NameOf(m); }));
}

Applied SetReplay(Text text, Options& options, const Known&) {
  const auto schedule = explore::Schedule::Parse(text);
  if (!schedule) {
    return tl::unexpected(fmt::format("\"{}\" is no schedule, such as \"17:1 20:2\"", text));
  }
  options.replay = *schedule;
  return {};
}

template <auto kMember>
Applied SetFile(Text text, Options& options, const Known&) {
  if (text.empty()) return tl::unexpected<std::string>("\"\" is no file");
  options.*kMember = text;
  return {};
}

Applied SetQuiet(Text, Options& options, const Known&) {
  options.quiet = true;
  return {};
}

// clang-format off
constexpr OptionSpec kOptions[] = {
    {"what", "list", "", "the scenarios (and mutants, where there are any)", SetList},
    {"what", "scenario", "NAME|all|small", "what the threads do; the small ones", SetScenario},
    {"what", "seed", "TEXT", "of the two nodes' random numbers [1]", SetWorldSeed},
    {"what", "fail-allocation", "N|each", "the N-th one fails; each: run after run",
     SetFailAllocation},
    {"what", "mutant", "NAME", "put an old fault back in (nutexplore_mutants only)", SetMutant},
    {"search", "scheduler", "NAME", "fifo, random, pct or exhaustive [pct]", SetStrategy},
    {"search", "depth", "N", "pct: faults that need so many orderings [3]", SetDepth},
    {"search", "preemptions", "N", "exhaustive: most of a thread that could go on [2]", SetPreemptions},
    {"search", "disorders", "N", "exhaustive: most among timers, frames, time [1]", SetDisorders},
    {"search", "orders", "N|free", "exhaustive: most where a thread waits [free]", SetOrders},
    {"search", "seeds", "N|FROM-TO", "random, pct: a schedule for each [100000]", SetSeeds},
    {"search", "jobs", "N", "processes at once [one per processor]", SetJobs},
    {"search", "time", "TIME", "stop after 60s, 5min, 1h", SetTime},
    {"search", "patience", "TIME", "a run that takes longer hangs [20s]", SetPatience},
    {"search", "replay", "SCHEDULE", "run this one, \"17:1 20:2\"", SetReplay},
    {"output", "story", "FILE|-", "what happens, in plain words", SetFile<&Options::story>},
    {"output", "svg", "FILE|-", "the same as a sequence diagram", SetFile<&Options::svg>},
    {"output", "pcapng", "FILE", "the frames, with comments at deviations", SetFile<&Options::pcapng>},
    {"output", "json", "FILE|-", "the result for programs", SetFile<&Options::json>},
    {"output", "quiet", "", "no progress, only the result", SetQuiet},
};
// clang-format on

}  // namespace

std::span<const OptionSpec> OptionTable() { return kOptions; }

std::string HelpText() {
  std::string text = "usage: nutexplore --scenario NAME [--OPTION VALUE]...\n";
  std::string_view section;
  for (const OptionSpec& option : OptionTable()) {
    if (option.section != section) text += fmt::format("{}:\n", section = option.section);
    text += fmt::format("  {:<28}{}\n", fmt::format("--{} {}", option.name, option.argument), option.help);
  }
  text += "exit status: 0 no fault, 1 a fault was found, 64 usage, 71 system error\n";
  return text;
}

std::string_view NameOf(Strategy strategy) {
  switch (strategy) {
    case Strategy::kFifo: return "fifo";
    case Strategy::kRandom: return "random";
    case Strategy::kPct: return "pct";
    case Strategy::kExhaustive: return "exhaustive";
  }
  return "?";
}

}  // namespace nut::explorer
