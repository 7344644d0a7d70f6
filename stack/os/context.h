// One line of execution: the stack of a thread, or the native one that runs the executor. Switching keeps for
// each what the host keeps per native thread: errno and the exceptions being handled. Internal to stack/os.
#pragma once

#include <cstddef>

#include "stack/os/stack_pool.h"

namespace nut::os {

class Context {
 public:
  // Runs on the context's own stack from its first switch; the result is the context to go on with.
  using Entry = Context& (*)(void* argument);

  // The native stack of the caller, once it switches away from it.
  Context();
  // Must not be suspended: it has ended, or it is the caller's own.
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // Makes it run `entry(argument)` on `stack` when first switched to.
  void Prepare(const Stack& stack, Entry entry, void* argument);

  // Suspends the caller, whose context *this is, and goes on with `to`. Returns when somebody switches back.
  void SwitchTo(Context& to);

 private:
  Context& Begin(Entry entry, void* argument);
  void Arrive();

  // A boost::context::fiber: not empty while suspended. Opaque because its header is heavy.
  alignas(void*) std::byte fiber_[sizeof(void*)];
  // For AddressSanitizer.
  const void* stack_bottom_ = nullptr;
  size_t stack_size_ = 0;
  void* fake_stack_ = nullptr;
  Context* entered_from_ = nullptr;
};

}  // namespace nut::os
