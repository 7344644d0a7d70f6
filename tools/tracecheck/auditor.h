// Auditor: takes the packets of a capture one after the other and collects what is wrong with them. Knows TCP
// from its RFCs and from nowhere else: nothing of the stack is in it. A value of its own; used by one thread.
//
//   Auditor auditor(settings);
//   while (auto record = file->Next()) auditor.Add(*record);
//   auditor.Finish();
//   for (const Finding& finding : auditor.findings()) ...
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/tracecheck/finding.h"
#include "tools/tracecheck/flow_table.h"
#include "tools/tracecheck/record.h"
#include "tools/tracecheck/settings.h"

namespace nut::tracecheck {

class Auditor {
 public:
  explicit Auditor(Settings settings = {}) : settings_(std::move(settings)) {}
  Auditor(const Auditor&) = delete;
  Auditor& operator=(const Auditor&) = delete;

  void Add(const Record& record);
  // The capture is over: what had to come until its end is judged.
  void Finish();

  // In the order in which they were found.
  const std::vector<Finding>& findings() const { return findings_; }
  size_t Count(Level level) const;
  // Further ones of the same rule in the same connection (Settings::findings_per_rule).
  uint64_t suppressed() const { return suppressed_; }

  uint64_t packets() const { return packets_; }
  uint64_t tcp_packets() const { return tcp_packets_; }
  uint64_t connections() const { return flows_.connections(); }
  uint64_t passed_over() const { return flows_.passed_over(); }

 private:
  const Settings settings_;
  std::vector<Finding> findings_;
  uint64_t suppressed_ = 0;
  Neighbours neighbours_;
  FlowTable flows_{settings_, neighbours_, findings_, suppressed_};
  uint64_t packets_ = 0;
  uint64_t tcp_packets_ = 0;
  Time last_{};
};

}  // namespace nut::tracecheck
