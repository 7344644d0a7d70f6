#include "tools/storm/display.h"

#include <signal.h>

#include <cstdio>

#include "tools/progress/figures.h"

namespace nut::storm {
namespace {

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

bool StopSignalPending() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1;
}

}  // namespace

void BlockStopSignals() {
  const sigset_t signals = StopSignals();
  sigprocmask(SIG_BLOCK, &signals, nullptr);
}

Display::Display(uint64_t total, std::optional<Duration> until, tools::ProgressOptions options)
    : progress_("nutstorm", total, stderr, std::move(options)),
      deadline_(until ? std::optional(std::chrono::steady_clock::now() + *until) : std::nullopt) {}

bool Display::OnProgress(const StormSnapshot& snapshot) {
  if (progress_.due()) {
    progress_.Show(snapshot.ended, {{"failed", tools::WithThousands(snapshot.failed)},
                                    {"open", tools::WithThousands(snapshot.open)},
                                    {"memory", tools::Bytes(snapshot.memory)}});
  }
  interrupted_ = interrupted_ || StopSignalPending();
  over_ = over_ || interrupted_ || (deadline_ && std::chrono::steady_clock::now() >= *deadline_);
  return !over_;
}

}  // namespace nut::storm
