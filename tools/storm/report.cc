#include "tools/storm/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/progress/figures.h"

namespace nut::storm {
namespace {

using nlohmann::json;

StormResult MergedResult(const std::vector<StormPart>& parts) {
  StormResult merged;
  for (const StormPart& part : parts) merged.Merge(part.result);
  return merged;
}

// A row of the table: a name and a number for each outcome of the client.
std::string Row(std::string_view name, const std::vector<std::string>& cells) {
  std::string row = fmt::format("{:<12}", name);
  for (const std::string& cell : cells) row += fmt::format("{:>14}", cell);
  return row + "\n";
}

}  // namespace

json ReportOf(const std::vector<StormPart>& parts, const StormOptions& options) {
  const StormResult merged = MergedResult(parts);
  json faults = json::array();
  for (const StormPart& part : parts) {
    for (const std::string& text : part.result.faults) {
      faults.push_back({{"text", text}, {"replay", part.replay}});
    }
  }
  json totals = merged.totals;
  totals["connections"] = merged.client.ended();
  totals["accepted"] = merged.server.ended();
  totals["octets"] = merged.client.octets_sent + merged.client.octets_received;
  for (size_t i = 0; i < kOutcomeCount; ++i) {
    if (const uint64_t count = merged.client.ended(static_cast<Outcome>(i)); count > 0) {
      totals[std::string(kOutcomeNames[i])] = count;
    }
  }
  json client = merged.client.ToJson();
  json by_kind = client["by_kind"];
  return {{"program", "nutstorm"},
          {"seed", options.seed},
          {"shard", options.share.index},
          {"shards", options.share.count},
          {"result", merged.passed() ? "passed" : "failed"},
          {"seconds", merged.seconds},
          {"totals", std::move(totals)},
          {"by_kind", std::move(by_kind)},
          {"faults", std::move(faults)},
          {"client", std::move(client)},
          {"server", merged.server.ToJson()}};
}

std::string SummaryOf(const std::vector<StormPart>& parts, const StormOptions& options) {
  const StormResult merged = MergedResult(parts);
  // Only outcomes that came up have a column.
  std::vector<Outcome> outcomes;
  for (size_t i = 0; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (merged.client.ended(outcome) > 0) outcomes.push_back(outcome);
  }
  std::vector<std::string> cells;
  for (const Outcome outcome : outcomes) cells.emplace_back(NameOf(outcome));
  cells.emplace_back("all");
  std::string text = Row("", cells);
  for (size_t i = 0; i < kKindCount; ++i) {
    const auto kind = static_cast<Kind>(i);
    if (merged.client.ended(kind) == 0) continue;
    cells.clear();
    for (const Outcome outcome : outcomes) {
      const uint64_t count = merged.client.ended(kind, outcome);
      cells.push_back(count == 0 ? "" : tools::WithThousands(count));
    }
    cells.push_back(tools::WithThousands(merged.client.ended(kind)));
    text += Row(NameOf(kind), cells);
  }
  cells.clear();
  for (const Outcome outcome : outcomes) cells.push_back(tools::WithThousands(merged.client.ended(outcome)));
  cells.push_back(tools::WithThousands(merged.client.ended()));
  text += Row("all", cells);

  const auto connections = static_cast<double>(merged.client.ended());
  const double rate = merged.seconds > 0 ? connections / merged.seconds : 0;
  text += fmt::format("\n{} connections in {:.1f} s: {} per second", tools::WithThousands(merged.client.ended()),
                      merged.seconds, tools::WithThousands(static_cast<uint64_t>(rate)));
  if (parts.size() > 1) {
    text += fmt::format(", {} in each of {} jobs",
                        tools::WithThousands(static_cast<uint64_t>(rate / static_cast<double>(parts.size()))),
                        parts.size());
  }
  text += fmt::format("\n{} of content, verified; seed {}\n",
                      tools::Bytes(merged.client.octets_sent + merged.client.octets_received), options.seed);
  for (const auto& [name, count] : merged.totals) text += fmt::format("{} {}\n", name, tools::WithThousands(count));
  for (const StormPart& part : parts) {
    if (part.result.passed()) continue;
    text += "\n";
    for (const std::string& fault : part.result.faults) text += fmt::format("FAULT: {}\n", fault);
    text += fmt::format("again: {}\n", part.replay);
  }
  text += merged.passed() ? "passed: every connection is accounted for, on both sides; nothing is held\n"
                          : "failed\n";
  return text;
}

}  // namespace nut::storm
