#include "test/explore/oracles/liveness.h"

#include <fmt/format.h>

#include "stack/os/executor.h"

namespace nut::explore {
namespace {

std::string_view WhyWrong(const tcp::ConnectionRecord& record) {
  if (record.ownership == tcp::Ownership::kNobody && record.has_waiters()) return "the connection was closed";
  if (record.forgotten && record.has_waiters()) return "the connection has ended";
  if (record.waiters.Sleepers(tcp::Interest::kReadable) > 0 && IsReady(record, tcp::Interest::kReadable))
    return "there is something to be read";
  if (record.waiters.Sleepers(tcp::Interest::kWritable) > 0 && IsReady(record, tcp::Interest::kWritable))
    return "there is room";
  return {};
}

}  // namespace

bool Rests(const os::Executor& executor, os::ThreadHandle handle) {
  bool rests = false;
  executor.VisitThreads([&](const os::ThreadGlance& thread) {
    if (thread.handle == handle)
      rests = thread.state == os::ThreadState::kSleeping &&
              (thread.waiting_on == "tcp input" || thread.waiting_on == "rx");
  });
  return rests;
}

void CheckWaiters(const tcp::Engine& engine, os::ThreadHandle machine, Verdict& verdict) {
  if (verdict.fault() || !Rests(engine.executor(), machine)) return;
  engine.connections().ForEach([&](const tcp::ConnectionRecord& record) {
    const std::string_view why = WhyWrong(record);
    if (why.empty()) return;
    verdict.Report(
        FaultKind::kLiveness,
        fmt::format("a thread waits on connection {} - {} ({}) although {}, and nothing will wake it",
                    record.ends().local.ToText(), record.ends().remote.ToText(),
                    NameOf(record.connection.state()), why));
  });
  engine.listeners().ForEach([&](const tcp::Listener& listener) {
    if (!listener.closed || !listener.acceptable.has_waiters()) return;
    verdict.Report(
        FaultKind::kLiveness,
        fmt::format("a thread waits in accept on {} although it was closed, and nothing will wake it",
                    listener.local.ToText()));
  });
}

void ReportStuck(const os::Executor& executor, os::ThreadHandle thread, Verdict& verdict) {
  executor.VisitThreads([&](const os::ThreadGlance& glance) {
    if (glance.handle != thread) return;
    if (glance.state == os::ThreadState::kSleeping && glance.wakes_at == kNever) {
      verdict.Report(FaultKind::kLiveness,
                     fmt::format("thread {} waits for ever in \"{}\": nobody is left who could wake it",
                                 glance.name, glance.waiting_on));
    } else {
      verdict.Report(FaultKind::kLiveness, fmt::format("thread {} does not come to an end (\"{}\")",
                                                       glance.name, glance.waiting_on));
    }
  });
}

}  // namespace nut::explore
