// How the program ends, as scripts see it; the numbers of sysexits.h where it has one.
#pragma once

namespace nut::apps {

enum class ExitCode : int {
  kClean = 0,
  kFailure = 1,
  kUsage = 64,
  kBusy = 69,          // the interface, or the address, is in use
  kInternal = 70,      // a fault of ours
  kSystem = 71,        // the host's system refused something
  kNotPermitted = 77,  // a right is missing; the message names it
};

}  // namespace nut::apps
