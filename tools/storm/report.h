// The reports of a run of nutstorm: for programs as JSON, for people as a table. Pure functions.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tools/storm/result.h"
#include "tools/storm/storm_options.h"

namespace nut::storm {

// What one job has come to, and the command that does the same again.
struct StormPart {
  StormResult result;
  std::string replay;
};

// In the shape that all our programs share, and that tools/merge adds up: {"program", "seed", "shard",
// "shards", "result", "seconds", "totals", "by_kind", "faults": [{"text", "replay"}]}; and besides "client"
// and "server", the books of both sides.
nlohmann::json ReportOf(const std::vector<StormPart>& parts, const StormOptions& options);

// The table of kinds and outcomes, the rate, and every fault with its replay. Lines end in '\n'.
std::string SummaryOf(const std::vector<StormPart>& parts, const StormOptions& options);

}  // namespace nut::storm
