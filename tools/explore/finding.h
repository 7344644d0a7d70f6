// Finding: a fault with everything that is known about it: how it was found, the smallest schedule that
// shows it, and what happened in that run. A plain value, made by the hunt (hunt.h), told by story_teller.h,
// the diagrams and the report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "test/explore/schedule.h"
#include "test/explore/story.h"
#include "tools/explore/case.h"
#include "tools/explore/obituary.h"
#include "tools/explore/sanitizer_report.h"
#include "tools/explore/witness.h"

namespace nut::explorer {

struct Finding {
  Case what;
  explore::Schedule schedule;  // the smallest that shows it
  Obituary fault;              // of the run of that schedule
  std::vector<explore::StoryEvent> events;
  std::optional<SanitizerReport> sanitizer;
  std::optional<Testimony> testimony;  // where the process died
  std::vector<uint8_t> capture;        // pcapng of that run, if one was asked for

  // How it was found; empty for a replay: "in schedule 312 of pct with depth 3 (seed 313), after 0.8 s".
  std::string found;
  size_t deviations_found = 0;   // of the schedule that was found
  uint32_t shrink_attempts = 0;  // 0: it was not shrunk
  bool minimal = false;          // no deviation can be left out
  std::string remark;            // why something is not as usual; empty: all is
  std::string replay;            // the command
};

}  // namespace nut::explorer
