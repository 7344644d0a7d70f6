// StormEnd: one side of a live storm as the run sees it, whether a node plays it or the host's kernel. Owned
// by the run; one thread uses it. The calls come in the order of their declaration, those that repeat as
// often as there is need.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "apps/storm/ledger.h"

namespace nut::storm {

struct EndStatus {
  Ledger ledger;
  bool at_rest = false;  // a client: its quota is done; a server: nobody is being served
  bool ended = false;    // after Stop: everything that worked for the storm is gone
  uint64_t open = 0;    // connections in its TCP's table, TIME-WAIT included (a node), or in use (the kernel)
  uint64_t memory = 0;  // resident bytes; 0 where it has no process of its own
};

class StormEnd {
 public:
  virtual ~StormEnd() = default;

  // Opens its ports, or its connections. Errors are for a person, one or more lines.
  virtual tl::expected<void, std::string> Begin() = 0;
  // Works until then; false at once where that happens elsewhere.
  virtual bool Work(std::chrono::steady_clock::time_point until) = 0;
  virtual tl::expected<EndStatus, std::string> Look() = 0;
  // No new connections.
  virtual tl::expected<void, std::string> Stop() = 0;
  // Ends it; what is wrong afterwards, one sentence each.
  virtual std::vector<std::string> Finish() = 0;

  virtual std::string_view name() const = 0;  // for faults: "client node"
};

}  // namespace nut::storm
