// Publication: everything that is written about one told run: words and diagram for the console, story, SVG
// and capture into the files that were asked for.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "tools/explore/console.h"
#include "tools/explore/finding.h"
#include "tools/explore/options.h"

namespace nut::explorer {

// The error names the file that could not be written.
tl::expected<void, std::string> PublishFault(const Finding& finding, const Options& options,
                                             Console& console);
// A replay in which nothing broke.
tl::expected<void, std::string> PublishHarmless(const Finding& run, const Options& options, Console& console);

}  // namespace nut::explorer
