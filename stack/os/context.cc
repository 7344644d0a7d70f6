#include "stack/os/context.h"

#include <cxxabi.h>

#include <cerrno>

#include "stack/base/invariant.h"

namespace nut::os {

HostThread::HostThread()
    : error_(&errno), exceptions_(reinterpret_cast<Exceptions*>(abi::__cxa_get_globals())) {}

Context::~Context() { NUT_INVARIANT(suspended_at_ == nullptr, "a suspended context is destroyed"); }

void Context::Prepare(const Stack& stack, Entry entry, void* argument) {
  stack_bottom_ = stack.bottom;
  stack_size_ = stack.size;
  entry_ = entry;
  argument_ = argument;
  suspended_at_ = PrepareStack(stack.bottom + stack.size, stack.size, &Context::Main, this);
}

void Context::Main(void* context) {
  Context& self = *static_cast<Context*>(context);
  self.Arrive();
  const HostThread host;
  *host.error_ = 0;
  *host.exceptions_ = {};
  Context& next = self.entry_(self.argument_);
  sanitizer::StartSwitch(nullptr, next.stack_bottom_, next.stack_size_);
  next.entered_from_ = nullptr;
  // From here on *this may be gone: its owner runs next. Nobody comes back to where this is suspended.
  SuspendedAt nowhere = nullptr;
  SwitchStacks(nowhere, std::exchange(next.suspended_at_, nullptr));
  InvariantBroken("nobody returns to a context that has ended", __FILE__, __LINE__, "");
}

}  // namespace nut::os
