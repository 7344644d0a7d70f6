#include "tools/tracecheck/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <optional>

#include "tools/tracecheck/capture_file.h"
#include "tools/tracecheck/command_line.h"
#include "tools/tracecheck/report.h"

namespace nut::tracecheck {
namespace {

// As in sysexits.h.
constexpr int kFound = 1;
constexpr int kUsage = 64;
constexpr int kNoCapture = 65;
constexpr int kNoFile = 66;

int Check(const Order& order, const std::string& name, std::istream& stream, std::FILE* out, std::FILE* err) {
  const auto file = CaptureFile::Open(stream);
  if (!file) {
    fmt::print(err, "nuttracecheck: {}: neither pcap nor pcapng\n", name);
    return kNoCapture;
  }
  Auditor auditor(order.settings);
  std::optional<Time> start;
  while (const auto record = file->Next()) {
    if (!start) start = record->time;
    auditor.Add(*record);
  }
  auditor.Finish();
  bool fails = false;
  std::vector<Finding> findings = auditor.findings();
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.packet < b.packet; });
  for (const Finding& finding : findings) {
    if (std::ranges::find(order.ignored, finding.rule->name) != order.ignored.end()) continue;
    fails |= finding.rule->level >= order.fails;
    if (finding.rule->level < order.least) continue;
    fmt::print(out, "{}\n", order.json ? ToJson(finding, name) : ToText(finding, *start));
  }
  if (!order.json) fmt::print(out, "{}: {}\n", name, Summary(auditor));
  // A capture that is still being written ends in the middle; what came before was judged.
  if (!file->failure().empty()) fmt::print(err, "nuttracecheck: {}: {}\n", name, file->failure());
  return fails ? kFound : 0;
}

}  // namespace

int RunProgram(const std::vector<std::string>& arguments, std::FILE* out, std::FILE* err) {
  const CommandLine line = ParseCommandLine(arguments);
  if (!line) {
    fmt::print(err, "nuttracecheck: {}\n", line.error());
    return kUsage;
  }
  if (const auto* print = std::get_if<PrintAndExit>(&*line)) {
    fmt::print(out, "{}", print->text);
    return 0;
  }
  const Order& order = std::get<Order>(*line);
  int status = 0;
  for (const std::string& name : order.files) {
    if (name == "-") {
      status = std::max(status, Check(order, "standard input", std::cin, out, err));
      continue;
    }
    std::ifstream stream(name, std::ios::binary);
    if (!stream) {
      fmt::print(err, "nuttracecheck: {} cannot be read\n", name);
      status = std::max(status, kNoFile);
      continue;
    }
    status = std::max(status, Check(order, name, stream, out, err));
  }
  return status;
}

}  // namespace nut::tracecheck
