#include "apps/nutnode/signals.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

#include "apps/nutnode/exit_code.h"
#include "stack/base/invariant.h"

namespace nut::apps {
namespace {

constexpr int kHandled[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};

// Tells the collecting thread to end; nobody else uses real-time signals here.
int StopSignal() { return SIGRTMIN; }

sigset_t AllSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kHandled) sigaddset(&set, signal);
  sigaddset(&set, StopSignal());
  return set;
}

bool EndsTheProgram(int signal) { return signal == SIGINT || signal == SIGTERM; }

}  // namespace

void Signals::Block() {
  const sigset_t set = AllSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Signals::Signals(tap::SystemCalls& system, tap::Poller& poller, std::function<void(int)> on_signal)
    : poller_(poller),
      on_signal_(std::move(on_signal)),
      event_(system, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  const auto added = poller_.Add(event_.number(), EPOLLIN, *this);
  NUT_INVARIANT(added.has_value(), "the event descriptor of the signals cannot be waited for");
  collector_ = std::thread([this] { Collect(); });
}

Signals::~Signals() {
  pthread_kill(collector_.native_handle(), StopSignal());
  collector_.join();
  poller_.Remove(event_.number());
}

void Signals::Collect() {
  const sigset_t set = AllSignals();
  bool ending = false;
  while (true) {
    int signal = 0;
    if (sigwait(&set, &signal) != 0) continue;
    if (signal == StopSignal()) return;
    if (EndsTheProgram(signal)) {
      if (ending) {
        constexpr std::string_view kMessage = "nutnode: aborted by a second signal\n";
        static_cast<void>(!write(STDERR_FILENO, kMessage.data(), kMessage.size()));
        _exit(static_cast<int>(ExitCode::kFailure));
      }
      ending = true;
    }
    pending_.fetch_or(1u << signal);
    eventfd_write(event_.number(), 1);
  }
}

void Signals::OnReady(uint32_t) {
  eventfd_t count = 0;
  eventfd_read(event_.number(), &count);
  const uint32_t pending = pending_.exchange(0);
  for (const int signal : kHandled) {
    if ((pending & 1u << signal) != 0) on_signal_(signal);
  }
}

}  // namespace nut::apps
