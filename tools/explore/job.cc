#include "tools/explore/job.h"

#include <nlohmann/json.hpp>

#include "test/explore/run.h"
#include "test/explore/search.h"
#include "tools/explore/case_run.h"
#include "tools/explore/event_text.h"

namespace nut::explorer {
namespace {

using explore::SearchOptions;
using nlohmann::json;

explore::RunOptions Watched(const Case& what, Slot& slot) {
  slot.fail_allocation = what.fail_allocation;
  explore::RunOptions options = RunOptionsOf(what);
  options.coverage = &slot.progress.coverage;
  options.progress = &slot.progress;
  return options;
}

SearchOptions::Kind KindOf(Strategy strategy) {
  switch (strategy) {
    case Strategy::kRandom: return SearchOptions::Kind::kRandom;
    case Strategy::kPct: return SearchOptions::Kind::kPct;
    default: return SearchOptions::Kind::kExhaustive;
  }
}

// Production's own run. Gives the number of its allocations.
uint64_t RunOnce(const Case& what, Slot& slot, JobResult& result) {
  const auto report = explore::RunSchedule(*what.scenario, Watched(what, slot), {});
  ++result.runs;
  if (report.fault) result.finding = {*report.fault, report.schedule, 0, what.fail_allocation};
  return report.allocations;
}

void RunSearch(const Case& what, const Options& options, Part part, Slot& slot, JobResult& result) {
  SearchOptions search;
  search.kind = KindOf(options.strategy);
  search.first_seed = options.seeds.first;
  search.seeds = options.seeds.size();
  search.depth = options.depth;
  search.preemptions = options.preemptions;
  search.disorders = options.disorders;
  search.orders = options.orders;
  search.shard = part.number;
  search.shards = part.parts;
  search.stop = [&slot] { return slot.stop.load(); };
  search.run = Watched(what, slot);
  const explore::SearchReport report = explore::Search(*what.scenario, search);
  result.complete = report.complete;
  result.runs += report.runs;
  result.redundant += report.redundant;
  result.foreign += report.foreign;
  if (report.finding) {
    result.finding = {report.finding->fault, report.finding->schedule, report.finding->run,
                      what.fail_allocation};
  }
}

// One allocation after the other fails. Under production's schedule until none is left; under others as many
// as production has.
void FailEach(Case what, const Options& options, Part part, Slot& slot, JobResult& result) {
  what.fail_allocation = 0;
  result.allocations = RunOnce(what, slot, result);
  uint64_t last = result.allocations;
  for (uint64_t n = 1 + part.number; n <= last && !result.finding && !slot.stop; n += part.parts) {
    what.fail_allocation = n;
    if (options.strategy == Strategy::kFifo) {
      // A failure changes what follows: there may be more to fail than before.
      last = std::max(last, RunOnce(what, slot, result));
    } else {
      RunSearch(what, options, {0, 1}, slot, result);
      if (!result.complete) return;
    }
  }
  result.complete = !result.finding && !slot.stop;
}

}  // namespace

JobResult DoJob(const Case& what, const Options& options, Part part, Slot& slot) {
  PutMutantIn(what);
  JobResult result;
  if (options.fail_each_allocation) {
    FailEach(what, options, part, slot, result);
  } else if (options.strategy == Strategy::kFifo) {
    if (part.number == 0) RunOnce(what, slot, result);
    result.complete = !result.finding;
  } else {
    RunSearch(what, options, part, slot, result);
  }
  return result;
}

std::string JobResult::ToLine() const {
  json line = {{"complete", complete},
               {"runs", runs},
               {"redundant", redundant},
               {"foreign", foreign},
               {"allocations", allocations}};
  if (finding) {
    line["finding"] = {{"kind", NameOf(finding->fault.kind)},
                       {"text", finding->fault.text},
                       {"schedule", finding->schedule.ToText()},
                       {"run", finding->run},
                       {"fail_allocation", finding->fail_allocation}};
  }
  return line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<JobResult> JobResult::FromLine(std::string_view text) {
  const json line = json::parse(text, nullptr, false);
  if (!line.is_object() || !line.contains("complete") || !line.contains("runs")) return std::nullopt;
  JobResult result;
  result.complete = line["complete"];
  result.runs = line["runs"];
  result.redundant = line["redundant"];
  result.foreign = line["foreign"];
  result.allocations = line["allocations"];
  if (const auto found = line.find("finding"); found != line.end()) {
    const auto schedule = explore::Schedule::Parse(found->at("schedule").get<std::string>());
    const auto kind = FaultKindNamed(found->at("kind").get<std::string>());
    if (!schedule || !kind) return std::nullopt;
    result.finding = {{*kind, found->at("text")}, *schedule, found->at("run"), found->at("fail_allocation")};
  }
  return result;
}

}  // namespace nut::explorer
