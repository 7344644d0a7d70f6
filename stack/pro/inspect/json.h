// The node's status as one JSON document: what the status page polls at /api/status.json, and what tools
// read. Text that is not UTF-8 (a log line quoting the wire) is shown with replacement characters, never
// refused.
//
// Shape: {"node":{…}, "traffic":{…}, "thread_count":n, "threads":[…],
// "sockets":{"total":n,"list":[…]}, "timers":[…],
// "neighbors":[…], "routes":[…], "filter":[{"rule","packets","bytes"}…], "counters":[{"name","value"}…],
// "drops":[…], "memory":{…}, "log":[…]}. Times are seconds, sizes bytes.
#pragma once

#include <cstddef>
#include <string>

#include "stack/pro/inspect/inspector.h"

namespace nut::pro {

// How much one document may hold of what grows with use.
struct StatusLimits {
  size_t threads = 300;
  size_t sockets = 200;
  size_t timers = 100;
  size_t log_lines = 60;
};

std::string StatusJson(const Inspector& inspector, const StatusLimits& limits);

}  // namespace nut::pro
