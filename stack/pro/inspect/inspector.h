// Inspector: the node as the command server and the status page see it. Implemented by the composition root
// (stack/node) and by tests; services only read. Owned by the node, lives longer than every service. Each
// call makes a snapshot on the calling thread, on the node's executor; none is a scheduling point, so what
// one call shows is consistent.
#pragma once

#include <vector>

#include "stack/pro/inspect/snapshot.h"

namespace nut::pro {

class Inspector {
 public:
  virtual ~Inspector() = default;

  virtual NodeSnapshot Node() const = 0;
  virtual std::vector<ThreadSnapshot> Threads() const = 0;
  // At most `most` sockets, listeners first, then the ones that were active last; `total` counts all.
  virtual SocketList Sockets(size_t most) const = 0;
  // At most `most`, the next to fire first.
  virtual std::vector<TimerSnapshot> Timers(size_t most) const = 0;
  virtual std::vector<NeighborSnapshot> Neighbors() const = 0;
  virtual std::vector<RouteSnapshot> Routes() const = 0;
  // In the order in which they are asked.
  virtual std::vector<FilterRuleSnapshot> FilterRules() const = 0;
  // All of them, zero or not, in the order of their enumerations.
  virtual CounterList Counters() const = 0;
  virtual MemorySnapshot Memory() const = 0;
  // The latest `most` lines, oldest first.
  virtual std::vector<LogLineSnapshot> LogLines(size_t most) const = 0;
};

}  // namespace nut::pro
