#include "tools/storm/live/node_process.h"

#include <fmt/format.h>

#include "apps/storm_service/storm_service.h"

namespace nut::storm {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kStartPatience{30'000};
constexpr milliseconds kAnswerPatience{60'000};  // the machine may be busy
constexpr milliseconds kEndPatience{20'000};

std::vector<std::string> ArgumentsOf(const NodeProgram& program) {
  return {"--name",   program.name,
          "--tap-fd", std::to_string(ChildProcess::kInheritedAs),
          "--ip",     program.address.ToText(),
          "--host",   "none",
          "--seed",   program.seed,
          "--app",    std::string(kServiceName),
          "--log",    "warning"};
}

}  // namespace

tl::expected<std::unique_ptr<NodeProcess>, std::string> NodeProcess::Start(tap::SystemCalls& system,
                                                                           Segment& segment,
                                                                           const NodeProgram& program) {
  const auto failed = [&](const std::string& why) {
    return tl::unexpected(fmt::format("node {}: {}", program.name, why));
  };
  // Closed here when the node has it, so that the interface goes with the node.
  const auto port = segment.AddPort("nut-" + program.name);
  if (!port) return failed(port.error());
  auto process = ChildProcess::Start(
      system, {.path = program.path, .arguments = ArgumentsOf(program), .inherited = port->number()});
  if (!process) return failed(process.error());
  if (const auto ready = (*process)->WaitForLine("READY ", kStartPatience); !ready) {
    return failed(ready.error());
  }
  auto control = Control::Connect(system, {program.address.address(), kServicePort}, kStartPatience);
  if (!control) return failed(control.error() + "\n" + (*process)->LastLines());
  return std::unique_ptr<NodeProcess>(
      new NodeProcess(program.name, *std::move(process), *std::move(control)));
}

tl::expected<std::string, std::string> NodeProcess::Ask(std::string_view line) {
  Drain();
  auto answer = control_->Ask(line, kAnswerPatience, [this] { return process_->IsAlive(); });
  if (answer) return answer;
  Drain();
  const std::string state = process_->IsAlive() ? "" : "; it ended with " + process_->Ending();
  return tl::unexpected(fmt::format("node {}: \"{}\": {}{}\n{}", name_, line.substr(0, line.find(' ')),
                                    answer.error(), state, process_->LastLines()));
}

tl::expected<void, std::string> NodeProcess::End() {
  control_.reset();
  const auto status = process_->End(kEndPatience);
  if (!status) return tl::unexpected(fmt::format("node {}: {}", name_, status.error()));
  if (*status == 0) return {};
  return tl::unexpected(fmt::format("node {}: exit status {}\n{}", name_, *status, process_->LastLines()));
}

}  // namespace nut::storm
