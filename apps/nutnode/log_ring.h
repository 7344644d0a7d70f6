// LogRing: the latest log lines, for the status page and the command server. Holds a fixed number of lines of
// a bounded length. Owned by the log; used by the node's thread of the host.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "stack/pro/inspect/snapshot.h"

namespace nut::apps {

class LogRing {
 public:
  explicit LogRing(size_t maximum_lines) : maximum_lines_(maximum_lines) {}

  void Add(Instant at, LogLevel level, std::string_view module, std::string_view text);
  // At most `most`, oldest first.
  std::vector<pro::LogLineSnapshot> Latest(size_t most) const;

 private:
  static constexpr size_t kLongestText = 1024;  // bytes; the log itself has all of it

  const size_t maximum_lines_;
  std::deque<pro::LogLineSnapshot> lines_;
  uint64_t count_ = 0;
};

}  // namespace nut::apps
