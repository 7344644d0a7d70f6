#include "stack/os/stack_overflow_reporter.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "stack/base/invariant.h"

namespace nut::os {
namespace {

// A signal handler gets no argument of ours. Per native thread, as is the alternate stack.
thread_local StackOverflowReporter* innermost = nullptr;

constexpr size_t kAlternateStackSize = 64 * 1024;  // room for the handler chained to, a sanitizer's say

void Print(std::string_view text) {
  // Nothing can be done about a failure here.
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

}  // namespace

StackOverflowReporter::StackOverflowReporter(const Executor& executor)
    : executor_(executor), outer_(innermost), alternate_stack_(new std::byte[kAlternateStackSize]) {
  stack_t stack{};
  stack.ss_sp = alternate_stack_.get();
  stack.ss_size = kAlternateStackSize;
  struct sigaction action {};
  action.sa_sigaction = &StackOverflowReporter::Handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  innermost = this;
  const bool installed =
      sigaltstack(&stack, &old_stack_) == 0 && sigaction(SIGSEGV, &action, &old_action_) == 0;
  NUT_INVARIANT(installed, "the handler of stack overflows cannot be installed");
}

StackOverflowReporter::~StackOverflowReporter() {
  NUT_INVARIANT(innermost == this, "reporters of stack overflows are destroyed out of order");
  sigaction(SIGSEGV, &old_action_, nullptr);
  sigaltstack(&old_stack_, nullptr);
  innermost = outer_;
}

void StackOverflowReporter::Handle(int signal, siginfo_t* info, void* context) {
  const StackOverflowReporter* const reporter = innermost;
  if (reporter == nullptr) {  // a native thread without an executor
    std::signal(signal, SIG_DFL);
    return;
  }
  for (const auto* each = reporter; each != nullptr; each = each->outer_) {
    if (each->Report(info->si_addr)) {
      // The fault happens again on return, and then ends the process as a fault does, with a core.
      std::signal(signal, SIG_DFL);
      return;
    }
  }
  reporter->Chain(signal, info, context);
}

bool StackOverflowReporter::Report(const void* address) const {
  const Thread* const thread = executor_.current_;
  if (thread == nullptr || !StackPool::InGuard(thread->stack, address)) return false;
  char digits[24];
  size_t at = sizeof digits;
  for (size_t rest = thread->stack.size; rest != 0; rest /= 10)
    digits[--at] = static_cast<char>('0' + rest % 10);
  Print("nutnet: thread '");
  Print(thread->name);
  Print("' overflowed its stack of ");
  Print({digits + at, sizeof digits - at});
  Print(" bytes\n");
  return true;
}

// Not ours: as if this handler were not there.
void StackOverflowReporter::Chain(int signal, siginfo_t* info, void* context) const {
  const bool takes_info = (old_action_.sa_flags & SA_SIGINFO) != 0;
  if (takes_info && old_action_.sa_sigaction != nullptr)
    old_action_.sa_sigaction(signal, info, context);
  else if (!takes_info && old_action_.sa_handler != SIG_DFL && old_action_.sa_handler != SIG_IGN)
    old_action_.sa_handler(signal);
  else
    std::signal(signal, SIG_DFL);
}

}  // namespace nut::os
