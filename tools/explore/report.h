// Report: the result of the whole program as JSON, in the shape that nutstorm's has too, so that
// tools/merge can join those of many shards. A plain value; filled in by the hunt.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/explore/crew.h"
#include "tools/explore/finding.h"
#include "tools/explore/options.h"

namespace nut::explorer {

struct ScenarioLine {
  std::string name;
  CrewReport result;  // without its finding
};

struct Report {
  std::string scenario;  // the name, or "all"
  Part shard;
  double seconds = 0;
  std::vector<ScenarioLine> scenarios;
  std::vector<Finding> faults;
};

std::string ToJson(const Report& report, const Options& options);

}  // namespace nut::explorer
