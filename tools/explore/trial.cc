#include "tools/explore/trial.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "test/explore/run.h"
#include "tools/explore/case_run.h"
#include "tools/explore/child.h"
#include "tools/explore/event_text.h"

namespace nut::explorer {
namespace {

using nlohmann::json;

void RunInChild(const Case& what, const explore::Schedule& schedule, const TrialOptions& options,
                int output) {
  PutMutantIn(what);
  EventWriter writer(output);
  explore::RunOptions run = RunOptionsOf(what);
  if (options.story) run.story = &writer;
  run.pcapng = options.pcapng;
  explore::ReplayStrategy replay(schedule);
  Witness witness(schedule, output);
  explore::Strategy& strategy = options.story ? static_cast<explore::Strategy&>(witness) : replay;
  const explore::RunReport report = explore::RunScenario(*what.scenario, run, strategy);
  json result = {{"steps", report.steps}};
  if (report.fault) result["fault"] = {{"kind", NameOf(report.fault->kind)}, {"text", report.fault->text}};
  WriteAll(output, json{{"result", result}}.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
}

// The last line of a child that came to its end.
std::optional<json> ResultIn(std::string_view output) {
  if (output.empty() || output.back() != '\n') return std::nullopt;
  output.remove_suffix(1);
  const json line = json::parse(output.substr(output.rfind('\n') + 1), nullptr, false);
  if (!line.is_object() || !line.contains("result")) return std::nullopt;
  return line["result"];
}

bool ReportHasBegun(const std::string& errors) {
  const size_t head = errors.find("ERROR: AddressSanitizer: ");
  return head != std::string::npos && errors.find('\n', head) != std::string::npos;
}

}  // namespace

tl::expected<TrialReport, std::string> RunTrial(const Case& what, const explore::Schedule& schedule,
                                                const TrialOptions& options) {
  auto child = Child::Start([&](int output) { RunInChild(what, schedule, options, output); });
  if (!child) return tl::unexpected(child.error());
  const auto deadline = std::chrono::steady_clock::now() + options.patience;
  Child* const children[] = {&*child};
  while (child->Pump()) {
    Child::Wait(children, 50);
    // Looking up the names of functions takes a hundred times as long as the run; the shrinker needs none.
    const bool enough = !options.story && ReportHasBegun(child->errors());
    if (enough || std::chrono::steady_clock::now() > deadline) child->Kill();
  }
  TrialReport report;
  report.events = EventsIn(child->output());
  report.testimony = TestimonyIn(child->output());
  report.errors = child->errors();
  const auto result = ResultIn(child->output());
  if (!result) {
    report.fault = Examine(*child);
  } else {
    report.steps = result->value("steps", 0u);
    if (const auto found = result->find("fault"); found != result->end()) {
      const std::string kind = found->at("kind");
      report.fault =
          Obituary{{FaultKindNamed(kind).value_or(explore::FaultKind::kCrash), found->at("text")}, kind, ""};
    }
  }
  return report;
}

}  // namespace nut::explorer
