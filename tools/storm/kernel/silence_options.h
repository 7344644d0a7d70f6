// How the kernel's side of a storm treats peers that fall silent, and falls silent itself. Plain values.
#pragma once

#include <chrono>

namespace nut::storm {

struct SilenceOptions {
  int idle_seconds = 2;          // a silent peer is given up after these …
  int probes = 3;                // … and as many seconds more
  std::chrono::seconds own{15};  // how long it is silent itself: longer than any peer waits
};

}  // namespace nut::storm
