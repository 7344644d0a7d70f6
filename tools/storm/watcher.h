// Watcher: whoever looks on while a storm runs: the progress display, or the parent of a job. Called a few
// thousand times a second at most, from outside of the threads of the nodes.
#pragma once

#include <cstdint>

namespace nut::storm {

struct StormSnapshot {
  uint64_t ended = 0;     // connections, as the client counts them
  uint64_t failed = 0;    // faults, on both sides
  uint64_t open = 0;      // connections in the tables of both nodes, TIME-WAIT included
  uint64_t memory = 0;    // bytes of the process's heap in use
};

class Watcher {
 public:
  virtual ~Watcher() = default;
  // False: no new connections from now on.
  virtual bool OnProgress(const StormSnapshot& snapshot) = 0;
};

}  // namespace nut::storm
