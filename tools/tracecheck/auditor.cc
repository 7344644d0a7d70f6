#include "tools/tracecheck/auditor.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/tracecheck/rules/damage.h"

namespace nut::tracecheck {

void Auditor::Add(const Record& record) {
  ++packets_;
  last_ = std::max(last_, record.time);
  const auto [packet, fault] = ParsePacket(record);
  if (!fault.empty()) {
    findings_.push_back({.rule = &kHeaderMalformed,
                         .packet = record.number,
                         .time = record.time,
                         .connection = {},
                         .text = fault});
  }
  if (!packet) {
    if (const auto path = PathNotice::Of(record)) flows_.Notice(*path, record.interface, record.time);
    if (const auto neighbour = NeighbourNotice::Of(record)) neighbours_.Hear(*neighbour, record.time);
    return;
  }
  ++tcp_packets_;
  const auto report = [this, &packet = *packet](const Rule& rule, std::string text) {
    findings_.push_back(
        {.rule = &rule,
         .packet = packet.number,
         .time = packet.time,
         .connection = fmt::format("{} > {}", packet.source.ToText(), packet.destination.ToText()),
         .text = std::move(text)});
  };
  if (!JudgeDamage(*packet, settings_, report)) flows_.Take(*packet);
}

void Auditor::Finish() { flows_.End(last_); }

size_t Auditor::Count(Level level) const {
  return static_cast<size_t>(std::count_if(findings_.begin(), findings_.end(), [&](const Finding& finding) {
    return finding.rule->level == level;
  }));
}

}  // namespace nut::tracecheck
