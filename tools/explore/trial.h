// Trial: one schedule of a case, run in a process of its own, so that any end of it is an answer: what the
// shrinker asks, and what --replay and the story are made from.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "stack/base/time.h"
#include "test/explore/schedule.h"
#include "test/explore/story.h"
#include "tools/explore/case.h"
#include "tools/explore/obituary.h"
#include "tools/explore/witness.h"

namespace nut::explorer {

struct TrialOptions {
  bool story = false;   // collect what happens; and wait for the whole of a sanitizer's report
  std::string pcapng;   // path of a capture; empty: none
  Duration patience{};  // until a run without an end is ended
};

struct TrialReport {
  std::optional<Obituary> fault;  // none: all is well
  std::vector<explore::StoryEvent> events;
  std::optional<Testimony> testimony;  // of a run that died while it was told
  std::string errors;                  // what it printed
  uint32_t steps = 0;                  // decisions; 0 when it died
};

// The error is the system's: no process could be made.
tl::expected<TrialReport, std::string> RunTrial(const Case& what, const explore::Schedule& schedule,
                                                const TrialOptions& options);

}  // namespace nut::explorer
