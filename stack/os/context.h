// One line of execution: the stack of a thread, or the native one that runs the executor. Switching keeps for
// each what the host keeps per native thread: errno and the exceptions being handled. Internal to stack/os.
#pragma once

#include <cstddef>
#include <utility>

#include "stack/os/sanitizer.h"
#include "stack/os/stack_pool.h"
#include "stack/os/stack_switch.h"

namespace nut::os {

// Where the calling native thread keeps what every context has its own of. Asked for once per run of the
// executor, not with every switch: finding it costs more than the switch.
class HostThread {
 public:
  HostThread();

 private:
  friend class Context;

  // What the Itanium C++ ABI (2.2.2) keeps per native thread: a thread that switches within a catch block, or
  // in a destructor during unwinding, would otherwise tangle its exceptions with those of others.
  struct Exceptions {
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };

  int* error_;
  Exceptions* exceptions_;
};

class Context {
 public:
  // Runs on the context's own stack from its first switch; the result is the context to go on with.
  using Entry = Context& (*)(void* argument);

  // The native stack of the caller, once it switches away from it.
  Context() = default;
  // Must not be suspended: it has ended, or it is the caller's own.
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // Makes it run `entry(argument)` on `stack` when first switched to.
  void Prepare(const Stack& stack, Entry entry, void* argument);

  // Suspends the caller, whose context *this is, and goes on with `to`. Returns when somebody switches back.
  // `host` is that of who calls, and afterwards that of who switched back, which may be another native
  // thread.
  void SwitchTo(Context& to, const HostThread& host) {
    const int error = *host.error_;
    const HostThread::Exceptions exceptions = *host.exceptions_;
    to.entered_from_ = this;
    sanitizer::StartSwitch(&fake_stack_, to.stack_bottom_, to.stack_size_);
    SwitchStacks(suspended_at_, std::exchange(to.suspended_at_, nullptr));
    Arrive();
    *host.exceptions_ = exceptions;
    *host.error_ = error;
  }

 private:
  static void Main(void* context);

  void Arrive() {
    // A native stack tells its place only to those who come from it.
    if (entered_from_ != nullptr)
      sanitizer::FinishSwitch(fake_stack_, &entered_from_->stack_bottom_, &entered_from_->stack_size_);
    else
      sanitizer::FinishSwitch(fake_stack_, nullptr, nullptr);
  }

  SuspendedAt suspended_at_ = nullptr;
  Entry entry_ = nullptr;
  void* argument_ = nullptr;
  // For AddressSanitizer.
  const void* stack_bottom_ = nullptr;
  size_t stack_size_ = 0;
  void* fake_stack_ = nullptr;
  Context* entered_from_ = nullptr;  // null: from one that has ended
};

}  // namespace nut::os
