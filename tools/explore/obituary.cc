#include "tools/explore/obituary.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstring>

#include "tools/explore/sanitizer_report.h"

namespace nut::explorer {
namespace {

using explore::Fault;
using explore::FaultKind;

constexpr std::string_view kInvariantHead = "nutnet: internal fault at ";

std::string_view LineWith(std::string_view text, std::string_view head) {
  const size_t begin = text.find(head);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::string Sentence(const SanitizerReport& report) {
  std::string text = fmt::format("{}", report.kind);
  if (!report.access.empty()) text += fmt::format(": {}", report.access);
  if (!report.used.empty()) text += fmt::format(" in {}", Describe(report.used, 2));
  if (!report.freed.empty()) text += fmt::format("; freed in {}", Describe(report.freed, 2));
  return text;
}

}  // namespace

Obituary Examine(int wait_status, bool stood_still, std::string_view errors) {
  if (const auto report = ParseSanitizerReport(errors)) {
    return {{FaultKind::kMemory, Sentence(*report)},
            fmt::format("{} at {}", report->kind, report->pc),
            std::string(errors)};
  }
  std::string words = std::string(errors);
  if (const auto line = LineWith(errors, kInvariantHead); !line.empty()) {
    const std::string text(line.substr(kInvariantHead.size()));
    return {{FaultKind::kInvariant, text}, text.substr(0, text.find(": ")), std::move(words)};
  }
  if (stood_still) return {{FaultKind::kEndless, "the run stands still"}, "still", std::move(words)};
  if (WIFSIGNALED(wait_status)) {
    const std::string name = strsignal(WTERMSIG(wait_status));
    return {{FaultKind::kCrash, fmt::format("the process was ended by a signal: {}", name)},
            name,
            std::move(words)};
  }
  const std::string status = fmt::format("status {}", WEXITSTATUS(wait_status));
  return {{FaultKind::kCrash, fmt::format("the process ended by itself with {}", status)},
          status,
          std::move(words)};
}

Obituary Examine(const Child& child) { return Examine(child.wait_status(), child.killed(), child.errors()); }

}  // namespace nut::explorer
