// Case: everything that a run depends on beside its schedule: the same case and the same schedule give the
// same run, in every process. A plain value; the scenario is a constant's.
#pragma once

#include <cstdint>
#include <string>

#include "stack/base/mutant.h"
#include "test/explore/scenario.h"

namespace nut::explorer {

struct Case {
  const explore::Scenario* scenario = nullptr;
  std::string world_seed = "1";
  uint64_t fail_allocation = 0;  // the allocation that fails; 0: none
  Mutant mutant = Mutant::kNone;
};

}  // namespace nut::explorer
