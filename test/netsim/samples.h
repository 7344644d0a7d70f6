// Samples: what the flows of a simulation look like at equal steps of its time, as CSV: a line for each flow
// and step. tools/plot draws them. Owned by who runs the simulation.
#pragma once

#include <ostream>
#include <vector>

#include "test/netsim/simulation.h"

namespace nut::netsim {

class Samples {
 public:
  // Writes the head of the table to `out`, which outlives it.
  Samples(const Simulation& simulation, std::ostream& out);

  // The state at `now`; goodput since the last call.
  void Take(Duration now);

 private:
  const Simulation& simulation_;
  std::ostream& out_;
  Duration last_{};
  std::vector<uint64_t> received_;
};

}  // namespace nut::netsim
