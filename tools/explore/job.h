// Job: one process's part of a search, from its beginning to its end or to the first fault. Runs in a forked
// child; tells its watcher through its slot while it works, and by one line of text when it is done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "test/explore/fault.h"
#include "test/explore/schedule.h"
#include "tools/explore/case.h"
#include "tools/explore/options.h"
#include "tools/explore/shared_slots.h"

namespace nut::explorer {

// Which part of how many: every parts-th seed, allocation, or branch of the tree.
struct Part {
  uint32_t number = 0;
  uint32_t parts = 1;
};

struct JobResult {
  struct Finding {
    explore::Fault fault;
    explore::Schedule schedule;
    uint64_t run = 0;  // the seed; exhaustive: the number of the run
    uint64_t fail_allocation = 0;
  };

  bool complete = false;  // all of the part was done
  uint64_t runs = 0;
  uint64_t redundant = 0;    // exhaustive: runs given up as equivalent to others
  uint64_t foreign = 0;      // exhaustive: runs that another part counts
  uint64_t allocations = 0;  // of production's run, where every one was to fail
  std::optional<Finding> finding;

  std::string ToLine() const;
  static std::optional<JobResult> FromLine(std::string_view line);
};

// `what.fail_allocation` counts only where not every one shall fail.
JobResult DoJob(const Case& what, const Options& options, Part part, Slot& slot);

}  // namespace nut::explorer
