// StormResult: what a storm, or a part of one, has come to, in whatever mode it ran: the books of both sides
// and every fault that was found. A value; parts are merged.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "apps/storm/ledger.h"

namespace nut::storm {

struct StormResult {
  Ledger client;
  Ledger server;
  // Whatever else was counted, by name: "frames", "virtual_seconds", … They add up over parts.
  std::map<std::string, uint64_t> totals;
  // One sentence each; the storm has passed when there is none.
  std::vector<std::string> faults;
  double seconds = 0;  // of the wall clock; the longest of the parts

  bool passed() const { return faults.empty(); }

  // The result of another part that ran at the same time.
  void Merge(const StormResult& other) {
    client.Merge(other.client);
    server.Merge(other.server);
    for (const auto& [name, count] : other.totals) totals[name] += count;
    faults.insert(faults.end(), other.faults.begin(), other.faults.end());
    seconds = std::max(seconds, other.seconds);
  }
};

}  // namespace nut::storm
