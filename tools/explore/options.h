// Options of nutexplore: what is searched, how, and what is written about it. Filled in from the command line
// (command_line.h), constant afterwards.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/mutant.h"
#include "stack/base/time.h"
#include "test/explore/scenario.h"
#include "test/explore/schedule.h"

namespace nut::explorer {

enum class Strategy : uint8_t { kFifo, kRandom, kPct, kExhaustive };

std::string_view NameOf(Strategy strategy);

// Both ends are part of it.
struct SeedRange {
  uint64_t first = 1;
  uint64_t last = 100'000;

  uint64_t size() const { return last - first + 1; }
  friend bool operator==(const SeedRange&, const SeedRange&) = default;
};

// Who is next when a thread waits, ends or yields is no matter of any bound.
inline constexpr unsigned kFreeOrders = std::numeric_limits<unsigned>::max();

struct Options {
  std::vector<const explore::Scenario*> scenarios;  // at least one unless `list`
  std::string scenario;                             // as it was asked for: a name, "all", "small"
  bool list = false;
  Strategy strategy = Strategy::kPct;
  unsigned depth = 3;        // kPct
  unsigned preemptions = 2;  // kExhaustive, as the next
  unsigned disorders = 1;
  unsigned orders = kFreeOrders;
  SeedRange seeds;  // kRandom, kPct: one schedule each
  std::string world_seed = "1";
  // The n-th allocation of every run fails; 0: none. `each`: n = 1, 2, … until no allocation is left to fail.
  uint64_t fail_allocation = 0;
  bool fail_each_allocation = false;
  Mutant mutant = Mutant::kNone;
  unsigned jobs = 1;
  Duration time = kForever;           // for everything together
  Duration patience = Duration(20s);  // without progress of a job until it is ended
  // This one schedule instead of a search.
  std::optional<explore::Schedule> replay;
  // Where to; empty: nowhere, "-": standard output.
  std::string story;
  std::string svg;
  std::string pcapng;
  std::string json;
  bool quiet = false;
};

}  // namespace nut::explorer
