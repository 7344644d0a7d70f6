// LogHistory: the latest log lines, for listings. Implemented by whoever writes the log (the program, a
// test); outlives the node.
#pragma once

#include <vector>

#include "stack/pro/inspect/snapshot.h"

namespace nut::node {

class LogHistory {
 public:
  virtual ~LogHistory() = default;

  // At most `most` lines, oldest first.
  virtual std::vector<pro::LogLineSnapshot> Latest(size_t most) const = 0;
};

}  // namespace nut::node
