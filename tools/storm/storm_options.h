// StormOptions: everything that the command line can say about one run of nutstorm, as plain values. Filled
// by the option table, read by main.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "apps/storm/mix.h"
#include "apps/storm/plan.h"
#include "stack/base/time.h"
#include "stack/link/impairment_options.h"

namespace nut::storm {

enum class Mode : uint8_t { kSimulated, kLive, kKernelServer, kKernelClient };

// Which part of all connections is run here: part `index` of `count`, each an independent range.
struct Share {
  unsigned index = 0;
  unsigned count = 1;
};

struct StormOptions {
  Mode mode = Mode::kSimulated;
  uint64_t connections = 1'000'000;  // of all shares together
  Mix mix = Mix::Default();
  SizeRange sizes;
  std::string seed;       // empty: chosen when the program starts
  std::optional<unsigned> threads;  // connections under way at the same time, in each job; absent: by the mode
  unsigned jobs = 1;
  Share share;
  std::optional<Duration> until;  // of the wall clock: no new connections after it

  // Simulated.
  Duration latency = 50us;
  std::optional<Duration> time_wait;  // absent: short, but longer than any frame is delayed
  uint64_t check_every = 100'000;
  link::ImpairmentOptions impairment;

  // Live.
  std::string nutnode;  // path; empty: looked for
  bool own_namespace = true;

  // A live storm needs more: in the time of the wall clock a silent peer costs seconds.
  unsigned ThreadsOfMode() const { return threads.value_or(mode == Mode::kSimulated ? 32 : 512); }

  std::string json;  // a file, "-" for standard output; empty: none
};

// The connections of a share.
struct Range {
  uint64_t first = 0;
  uint64_t count = 0;
};
Range RangeOf(uint64_t connections, const Share& share);

}  // namespace nut::storm
