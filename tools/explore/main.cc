// nutexplore: searches the orders of events in whole nodes for faults of lifetime and order; shrinks and
// replays them. See --help.
#include <fmt/format.h>

#include <exception>

#include "test/explore/scenario.h"
#include "tools/explore/program.h"

// Fibers have stacks of their own, which the detection of uses after return does not know; and what a worker
// that is ended by its parent leaves behind is no leak (the world keeps books of its own).
extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=0:detect_leaks=0"; }

int main(int argc, char** argv) {
  try {
    return nut::explorer::RunProgram({argv, argv + argc}, nut::explore::AllScenarios());
  } catch (const std::exception& error) {
    fmt::print(stderr, "nutexplore: internal fault: {}\n", error.what());
    return 70;
  }
}
