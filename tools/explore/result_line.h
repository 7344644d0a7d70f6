// The lines that say how a search ended. Pure functions.
#pragma once

#include <string>

#include "tools/explore/crew.h"
#include "tools/explore/options.h"

namespace nut::explorer {

// "close-during-retransmit: all 48,211 schedules with up to 3 preemptions and 1 disorder: no fault", with a
// newline.
std::string ResultLine(const Case& what, const Options& options, Part shard, const CrewReport& result);

// "by pct with depth 3 in schedule 312 (seed 313), after 0.8 s"
std::string FoundLine(const Options& options, const CrewFinding& found, const CrewReport& result);

// "48,211"
std::string Grouped(uint64_t number);

}  // namespace nut::explorer
