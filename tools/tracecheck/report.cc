#include "tools/tracecheck/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace nut::tracecheck {

std::string ToText(const Finding& finding, Time start) {
  return fmt::format("packet {}, {:.6f} s, {}: {}: {}: {} ({}): {}", finding.packet,
                     InSeconds(finding.time - start), finding.connection, NameOf(finding.rule->level),
                     finding.rule->name, finding.rule->meaning, finding.rule->reference, finding.text);
}

std::string ToJson(const Finding& finding, std::string_view file) {
  const nlohmann::json object{{"file", file},
                              {"packet", finding.packet},
                              {"time", InSeconds(finding.time)},
                              {"connection", finding.connection},
                              {"rule", finding.rule->name},
                              {"level", NameOf(finding.rule->level)},
                              {"reference", finding.rule->reference},
                              {"text", finding.text}};
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Summary(const Auditor& auditor) {
  std::string text = fmt::format(
      "{} packets, {} of TCP in {} connections: {} errors, {} warnings, {} remarks", auditor.packets(),
      auditor.tcp_packets(), auditor.connections(), auditor.Count(Level::kError),
      auditor.Count(Level::kWarning), auditor.Count(Level::kInformation));
  if (auditor.suppressed() > 0) text += fmt::format("; {} more of the same", auditor.suppressed());
  if (auditor.passed_over() > 0) {
    text += fmt::format("; {} packets of further connections were not judged", auditor.passed_over());
  }
  return text;
}

std::string ToText(const Auditor& auditor, Level least) {
  std::string text;
  for (const Finding& finding : auditor.findings()) {
    if (finding.rule->level >= least) text += ToText(finding, Time{}) + "\n";
  }
  return text;
}

}  // namespace nut::tracecheck
