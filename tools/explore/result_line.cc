#include "tools/explore/result_line.h"

#include <fmt/format.h>

namespace nut::explorer {
namespace {

std::string Counted(uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", Grouped(number), noun, number == 1 ? "" : "s");
}

std::string Bounds(const Options& options) {
  const std::string preemptions = Counted(options.preemptions, "preemption");
  const std::string disorders = Counted(options.disorders, "disorder");
  if (options.orders == kFreeOrders) return fmt::format("up to {} and {}", preemptions, disorders);
  return fmt::format("up to {}, {} and {}", preemptions, disorders, Counted(options.orders, "order"));
}

std::string What(const Options& options, const CrewReport& result) {
  const std::string number = Counted(result.counted(), "schedule");
  if (options.fail_each_allocation) {
    return fmt::format("each of {} failed{}", Counted(result.allocations, "allocation"),
                       options.strategy == Strategy::kFifo
                           ? ""
                           : fmt::format(", {} ({})", number, NameOf(options.strategy)));
  }
  switch (options.strategy) {
    case Strategy::kFifo: return "production's own schedule";
    case Strategy::kRandom: return fmt::format("{} (random)", number);
    case Strategy::kPct: return fmt::format("{} (pct, depth {})", number, options.depth);
    case Strategy::kExhaustive: break;
  }
  if (!result.complete) return fmt::format("{} with {}", number, Bounds(options));
  return fmt::format("all {} with {}", Counted(result.counted(), "schedule"), Bounds(options));
}

}  // namespace

std::string Grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string ResultLine(const Case& what, const Options& options, Part shard, const CrewReport& result) {
  std::string line = fmt::format("{}: {}: no fault", what.scenario->name, What(options, result));
  if (what.fail_allocation > 0) line += fmt::format(", allocation {} failing", what.fail_allocation);
  if (shard.parts > 1) line += fmt::format(" (part {} of {})", shard.number + 1, shard.parts);
  if (!result.complete) line += "; not complete";
  line += fmt::format(" · {} states · {} pairs", Grouped(result.states), Grouped(result.pairs));
  if (result.redundant > 0) line += fmt::format(" · {} redundant", Grouped(result.redundant));
  const double rate = result.seconds > 0 ? static_cast<double>(result.schedules) / result.seconds : 0;
  return line + fmt::format(" · {:.1f} s · {}/s\n", result.seconds, Grouped(static_cast<uint64_t>(rate)));
}

std::string FoundLine(const Options& options, const CrewFinding& found, const CrewReport& result) {
  const std::string after = fmt::format("after {:.1f} s", result.seconds);
  // Before the first seed production's own run, and a few others, are made to see how long they are.
  const std::string seed = found.run == 0 ? "" : fmt::format(" (seed {})", found.run);
  switch (options.strategy) {
    case Strategy::kFifo: return fmt::format("in production's own schedule, {}", after);
    case Strategy::kRandom:
      return fmt::format("by random in schedule {}{}, {}", Grouped(result.schedules), seed, after);
    case Strategy::kPct:
      return fmt::format("by pct with depth {} in schedule {}{}, {}", options.depth,
                         Grouped(result.schedules), seed, after);
    case Strategy::kExhaustive: break;
  }
  return fmt::format("by exhaustive search with {} in schedule {}, {}", Bounds(options),
                     Grouped(result.schedules), after);
}

}  // namespace nut::explorer
