// The command that shows a finding again, ready to be pasted into a shell. A pure function.
#pragma once

#include <string>
#include <string_view>

#include "test/explore/schedule.h"
#include "tools/explore/case.h"
#include "tools/explore/options.h"

namespace nut::explorer {

// `program` as it was called.
std::string ReplayCommand(std::string_view program, const Case& what, const explore::Schedule& schedule);

// For a run whose schedule is too long to be written: its seed alone.
std::string SeedCommand(std::string_view program, const Case& what, const Options& options, uint64_t seed);

}  // namespace nut::explorer
