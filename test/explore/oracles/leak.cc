#include "test/explore/oracles/leak.h"

#include <fmt/format.h>

namespace nut::explore {

void CheckNothingLeft(node::Node& node, const link::FramePool& frames, Verdict& verdict) {
  const auto expect_none = [&](size_t left, std::string_view what) {
    if (left == 0) return;
    verdict.Report(FaultKind::kLeak, fmt::format("node {} has {} {} left", node.options().name, left, what));
  };
  expect_none(node.tcp().connection_count(), "connections");
  expect_none(node.tcp().listeners().size(), "listeners");
  expect_none(node.tcp().time_wait_count(), "connections counted in TIME-WAIT");
  expect_none(node.network().UdpEndpoints().size(), "UDP endpoints");
  expect_none(frames.in_use(), "frames");

  const uint64_t opened =
      node.statistics()[Counter::kTcpActiveOpens] + node.statistics()[Counter::kTcpPassiveOpens];
  const uint64_t freed = node.statistics()[Counter::kTcpReaped];
  if (opened > freed) {
    verdict.Report(FaultKind::kLeak, fmt::format("node {} has opened {} connections and freed {}",
                                                 node.options().name, opened, freed));
  }
}

void CheckNothingRuns(const os::Executor& executor, Verdict& verdict) {
  executor.VisitThreads([&](const os::ThreadGlance& thread) {
    verdict.Report(FaultKind::kLeak,
                   fmt::format("thread {} is left, in \"{}\"", thread.name, thread.waiting_on));
  });
  for (const os::TimerInfo& timer : executor.timers().Snapshot())
    verdict.Report(FaultKind::kLeak, fmt::format("the timer \"{}\" is left", timer.label));
}

}  // namespace nut::explore
