#include "tools/explore/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace nut::explorer {
namespace {

using nlohmann::ordered_json;

ordered_json Totals(const std::vector<ScenarioLine>& lines) {
  uint64_t runs = 0, schedules = 0, steps = 0, redundant = 0, states = 0, pairs = 0;
  for (const ScenarioLine& line : lines) {
    runs += line.result.schedules;
    schedules += line.result.counted();
    steps += line.result.steps;
    redundant += line.result.redundant;
    // Of different scenarios: nearly all of them are different.
    states += line.result.states;
    pairs += line.result.pairs;
  }
  return {{"schedules", schedules}, {"runs", runs},     {"steps", steps},
          {"redundant", redundant}, {"states", states}, {"pairs", pairs}};
}

ordered_json ToJson(const ScenarioLine& line) {
  return {{"scenario", line.name},
          {"complete", line.result.complete},
          {"schedules", line.result.counted()},
          {"runs", line.result.schedules},
          {"steps", line.result.steps},
          {"redundant", line.result.redundant},
          {"states", line.result.states},
          {"pairs", line.result.pairs},
          {"seconds", line.result.seconds}};
}

// What beside scenario and scheduler makes shards those of one run.
ordered_json Settings(const Options& options) {
  ordered_json settings = ordered_json::object();
  if (options.strategy == Strategy::kPct) settings["depth"] = options.depth;
  if (options.strategy == Strategy::kExhaustive) {
    settings["preemptions"] = options.preemptions;
    settings["disorders"] = options.disorders;
    if (options.orders != kFreeOrders) settings["orders"] = options.orders;
  } else if (options.strategy != Strategy::kFifo) {
    settings["seeds"] = {options.seeds.first, options.seeds.last};
  }
  if (options.fail_each_allocation) settings["fail_allocation"] = "each";
  if (options.fail_allocation > 0) settings["fail_allocation"] = options.fail_allocation;
  if (options.mutant != Mutant::kNone) settings["mutant"] = NameOf(options.mutant);
  if (options.replay) settings = {{"schedule", options.replay->ToText()}};
  return settings;
}

ordered_json ToJson(const Finding& finding) {
  return {{"kind", NameOf(finding.fault.fault.kind)},
          {"text", finding.fault.fault.text},
          {"scenario", finding.what.scenario->name},
          {"mutant", NameOf(finding.what.mutant)},
          {"fail_allocation", finding.what.fail_allocation},
          {"schedule", finding.schedule.ToText()},
          {"deviations", finding.schedule.deviations.size()},
          {"deviations_found", finding.deviations_found},
          {"shrink_attempts", finding.shrink_attempts},
          {"minimal", finding.minimal},
          {"replay", finding.replay}};
}

}  // namespace

std::string ToJson(const Report& report, const Options& options) {
  ordered_json json = {{"program", "nutexplore"},
                       {"scenario", report.scenario},
                       {"scheduler", options.replay ? "replay" : NameOf(options.strategy)},
                       {"seed", options.world_seed},
                       {"settings", Settings(options)},
                       {"shard", report.shard.number},
                       {"shards", report.shard.parts},
                       {"result", report.faults.empty() ? "passed" : "failed"},
                       {"seconds", report.seconds},
                       {"totals", Totals(report.scenarios)}};
  json["scenarios"] = ordered_json::array();
  for (const ScenarioLine& line : report.scenarios) json["scenarios"].push_back(ToJson(line));
  json["faults"] = ordered_json::array();
  for (const Finding& finding : report.faults) json["faults"].push_back(ToJson(finding));
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace nut::explorer
