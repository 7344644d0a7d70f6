// Investigation: from the first sight of a fault to a Finding: whether its schedule alone shows it again, the
// smallest schedule that does, and what happens in that run. Each question is a run in a process of its own.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tools/explore/crew.h"
#include "tools/explore/finding.h"
#include "tools/explore/options.h"

namespace nut::explorer {

// `on_attempt` is called before each run of the shrinker; may be empty. `what` has the failing allocation in
// it. The error is the system's.
tl::expected<Finding, std::string> Investigate(std::string_view program, const Case& what,
                                               const Options& options, const CrewFinding& found,
                                               const std::function<void()>& on_attempt);

// One run, told.
struct ToldRun {
  Finding finding;  // without a meaning of its `fault` if all is well
  bool has_fault = false;
  uint32_t steps = 0;
};
tl::expected<ToldRun, std::string> RunAndTell(std::string_view program, const Case& what,
                                              const Options& options, const explore::Schedule& schedule);

}  // namespace nut::explorer
