// Neighbours: when the hosts of a capture waited for a neighbour's address, so that what they had sent stayed
// with them: packets leave late then, or never. Owned by the auditor; outlives the flows, which ask it.
#pragma once

#include <deque>
#include <map>

#include "tools/tracecheck/neighbour_notice.h"
#include "tools/tracecheck/time.h"

namespace nut::tracecheck {

class Neighbours {
 public:
  void Hear(const NeighbourNotice& notice, Time now);

  // `host` was waiting for an answer at some time between the two, both included. For whose does not matter:
  // it may be a router's.
  bool Waited(const Address& host, Time since, Time until) const;

 private:
  struct Wait {
    Address target;
    Time begin{};
    Time end{};  // the answer, or when it was given up at the latest
    bool answered = false;
  };

  // A request is repeated after a second or so; after three seconds without one there is none coming.
  static constexpr Time kPatience = 3s;
  static constexpr size_t kMostWaits = 1024;  // of a host, the latest

  std::map<Address, std::deque<Wait>> waits_;
};

}  // namespace nut::tracecheck
