// Reaper: the only place where connections are freed (design: socket lifetime, rule 2). Run by the state
// machine at the top of its loop, outside every iteration over connections and every scheduling point. A
// doomed record waits here until no thread is inside a call on it, nobody sleeps in its queues and nobody
// watches it; waiters have been woken before.
#pragma once

#include <cstddef>

#include "stack/base/log.h"
#include "stack/base/statistics.h"
#include "stack/tcp/connection_table.h"

namespace nut::tcp {

class Reaper {
 public:
  Reaper(ConnectionTable& table, Statistics& statistics, Log& log)
      : table_(table), statistics_(statistics), log_(log) {}

  // The state machine has forgotten it and nobody owns it (an invariant). Harmless when doomed already.
  void Doom(ConnectionRecord& record);

  // Frees what can be freed and returns how many that were.
  size_t Run();

  // Something was doomed since the last Run: it is worth running again.
  bool has_work() const { return has_work_; }

 private:
  void Tell(const ConnectionRecord& record, std::string_view what) const;

  ConnectionTable& table_;
  Statistics& statistics_;
  Log& log_;
  DoomedList doomed_;
  bool has_work_ = false;
};

}  // namespace nut::tcp
