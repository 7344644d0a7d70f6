// How nutstorm ends, as scripts see it; the numbers of sysexits.h where it has one.
#pragma once

namespace nut::storm {

enum class ExitCode : int {
  kPassed = 0,
  kFailed = 1,     // a fault was found; the summary names it
  kUsage = 64,
  kInternal = 70,  // a fault of ours
  kSystem = 71,    // the host's system refused something
};

}  // namespace nut::storm
