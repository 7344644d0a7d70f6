#include "apps/nutnode/signals.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "apps/nutnode/exit_code.h"
#include "stack/base/invariant.h"

namespace nut::apps {
namespace {

constexpr int kHandled[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};
constexpr size_t kAlternateStackSize = 64 * 1024;  // room for a sanitizer's say

// A signal handler gets no argument of ours.
std::atomic<Signals*> the_one = nullptr;

sigset_t AllSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kHandled) sigaddset(&set, signal);
  return set;
}

bool EndsTheProgram(int signal) { return signal == SIGINT || signal == SIGTERM; }

void Install(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_mask = AllSignals();
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  for (const int signal : kHandled) sigaction(signal, &action, nullptr);
}

}  // namespace

void Signals::Block() {
  const sigset_t set = AllSignals();
  sigprocmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Signals::Signals(tap::SystemCalls& system, tap::Poller& poller, std::function<void(int)> on_signal)
    : poller_(poller),
      on_signal_(std::move(on_signal)),
      event_(system, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      alternate_stack_(new std::byte[kAlternateStackSize]) {
  const auto added = poller_.Add(event_.number(), EPOLLIN, *this);
  NUT_INVARIANT(added.has_value(), "the event descriptor of the signals cannot be waited for");
  Signals* nobody = nullptr;
  NUT_INVARIANT(the_one.compare_exchange_strong(nobody, this), "signals are collected twice");
  stack_t stack{};
  stack.ss_sp = alternate_stack_.get();
  stack.ss_size = kAlternateStackSize;
  sigaltstack(&stack, &old_stack_);
  Install(&Signals::Handle);
  const sigset_t set = AllSignals();
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

Signals::~Signals() {
  Block();
  Install(SIG_DFL);
  the_one = nullptr;
  sigaltstack(&old_stack_, nullptr);
  poller_.Remove(event_.number());
}

// Everything from here to write and _exit is async-signal-safe (POSIX, 2.4.3).
void Signals::Handle(int signal) {
  const int error = errno;
  if (Signals* const signals = the_one.load(); signals != nullptr) signals->Note(signal);
  errno = error;
}

void Signals::Note(int signal) {
  if (EndsTheProgram(signal) && ending_.exchange(true)) {
    constexpr std::string_view kMessage = "nutnode: aborted by a second signal\n";
    static_cast<void>(!write(STDERR_FILENO, kMessage.data(), kMessage.size()));
    _exit(static_cast<int>(ExitCode::kFailure));
  }
  pending_.fetch_or(1u << signal);
  const uint64_t one = 1;
  static_cast<void>(!write(event_.number(), &one, sizeof one));
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
