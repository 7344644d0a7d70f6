// Hunt: the whole of what one call of the program does: scenario after scenario until a fault, the time's
// end, or the last one; or one replay. Says on the console how far it is and what it found, and leaves the
// report.
#pragma once

#include <functional>
#include <string>
#include <tl/expected.hpp>

#include "tools/explore/console.h"
#include "tools/explore/options.h"
#include "tools/explore/report.h"

namespace nut::explorer {

struct HuntOptions {
  std::string program;  // as it was called, for the commands that it prints
  Part shard;
  std::function<bool()> interrupted;
};

// The error is the system's.
tl::expected<Report, std::string> Hunt(const Options& options, const HuntOptions& hunt, Console& console);

}  // namespace nut::explorer
