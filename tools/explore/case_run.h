// A case made ready to be run in this process: what a forked child does first.
#pragma once

#include "test/explore/run.h"
#include "tools/explore/case.h"

namespace nut::explorer {

inline explore::RunOptions RunOptionsOf(const Case& what) {
  explore::RunOptions options;
  options.seed = what.world_seed;
  options.fail_allocation = what.fail_allocation;
  return options;
}

// This process has the case's mutant from now on.
inline void PutMutantIn([[maybe_unused]] const Case& what) {
#ifdef NUT_MUTANTS
  SetMutant(what.mutant);
#endif
}

}  // namespace nut::explorer
