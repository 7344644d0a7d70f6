#include "test/simulation/audit.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tools/tracecheck/auditor.h"
#include "tools/tracecheck/capture_file.h"
#include "tools/tracecheck/report.h"

namespace nut::simulation {
namespace {

// Under virtual time a node notices at once what arrives; only its own timers come between.
constexpr Duration kSlack = 5ms;

std::string Keep(const std::string& capture, std::string_view name) {
  const char* folder = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (folder == nullptr) return "not kept";
  const std::string path = fmt::format("{}/{}.pcapng", folder, name);
  std::ofstream(path, std::ios::binary) << capture;
  return path;
}

}  // namespace

Audit::Audit(link::Device& wire, os::TimerQueue& timers, wire::Ipv4Address address)
    : address_(address),
      capture_(memory_, timers, statistics_, log_),
      device_(wire, capture_, capture_.AddInterface("wire")) {}

std::string Audit::Finish() {
  capture_.Close();
  const std::string name = address_.ToText();
  tracecheck::Settings settings{.slack = kSlack};
  settings.vantages.push_back(*tracecheck::Address::Parse(name));
  tracecheck::Auditor auditor(settings);
  std::istringstream stream(memory_.text);
  const auto file = tracecheck::CaptureFile::Open(stream);
  while (const auto record = file->Next()) auditor.Add(*record);
  auditor.Finish();
  if (!file->failure().empty()) return "the capture cannot be read: " + file->failure();
  std::string findings;
  for (const tracecheck::Finding& finding : auditor.findings()) {
    if (finding.rule->level == tracecheck::Level::kError)
      findings += ToText(finding, tracecheck::Time{}) + "\n";
  }
  return findings.empty() ? "" : fmt::format("{}capture: {}\n", findings, Keep(memory_.text, name));
}

}  // namespace nut::simulation
