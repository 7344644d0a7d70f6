#include "tools/explore/replay_command.h"

#include <fmt/format.h>

namespace nut::explorer {
namespace {

// As the shell takes it for one word.
std::string Quoted(std::string_view word) {
  constexpr std::string_view kHarmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=+,@%";
  if (!word.empty() && word.find_first_not_of(kHarmless) == std::string_view::npos) return std::string(word);
  if (word.find_first_of("'\"$`\\!") == std::string_view::npos) return fmt::format("\"{}\"", word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string CommandFor(std::string_view program, const Case& what) {
  std::string command = fmt::format("{} --scenario {}", Quoted(program), Quoted(what.scenario->name));
  if (what.world_seed != Case{}.world_seed) command += fmt::format(" --seed {}", Quoted(what.world_seed));
  if (what.fail_allocation > 0) command += fmt::format(" --fail-allocation {}", what.fail_allocation);
  if (what.mutant != Mutant::kNone) command += fmt::format(" --mutant {}", NameOf(what.mutant));
  return command;
}

}  // namespace

std::string ReplayCommand(std::string_view program, const Case& what, const explore::Schedule& schedule) {
  return fmt::format("{} --replay {}", CommandFor(program, what), Quoted(schedule.ToText()));
}

std::string SeedCommand(std::string_view program, const Case& what, const Options& options, uint64_t seed) {
  std::string command = CommandFor(program, what) + fmt::format(" --scheduler {}", NameOf(options.strategy));
  if (options.strategy == Strategy::kPct) command += fmt::format(" --depth {}", options.depth);
  return command + fmt::format(" --seeds {0}-{0}", seed);
}

}  // namespace nut::explorer
