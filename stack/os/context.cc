#include "stack/os/context.h"

#include <cxxabi.h>

#include <boost/context/fiber.hpp>
#include <boost/context/preallocated.hpp>
#include <cerrno>
#include <new>
#include <utility>

#include "stack/base/invariant.h"
#include "stack/os/sanitizer.h"

namespace nut::os {
namespace {

using boost::context::fiber;

fiber& AsFiber(std::byte* storage) {
  static_assert(sizeof(fiber) == sizeof(void*) && alignof(fiber) == alignof(void*));
  return *std::launder(reinterpret_cast<fiber*>(storage));
}

// The stack belongs to the pool: Boost has nothing to free.
struct NotOwned {
  void deallocate(boost::context::stack_context&) const noexcept {}
};

// What the Itanium C++ ABI (2.2.2) keeps per native thread: a thread that switches within a catch block, or
// in a destructor during unwinding, would otherwise tangle its exceptions with those of others.
struct ExceptionState {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

ExceptionState& CurrentExceptions() { return *reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals()); }

}  // namespace

Context::Context() { new (fiber_) fiber(); }

Context::~Context() {
  NUT_INVARIANT(!AsFiber(fiber_), "a suspended context is destroyed");
  AsFiber(fiber_).~fiber();
}

void Context::Prepare(const Stack& stack, Entry entry, void* argument) {
  boost::context::stack_context whole;
  whole.sp = stack.bottom + stack.size;
  whole.size = stack.size;
  stack_bottom_ = stack.bottom;
  stack_size_ = stack.size;
  AsFiber(fiber_) = fiber(std::allocator_arg, boost::context::preallocated(whole.sp, whole.size, whole),
                          NotOwned{}, [this, entry, argument](fiber&&) {
                            Context& next = Begin(entry, argument);
                            sanitizer::StartSwitch(nullptr, next.stack_bottom_, next.stack_size_);
                            next.entered_from_ = nullptr;
                            return std::move(AsFiber(next.fiber_));
                          });
}

Context& Context::Begin(Entry entry, void* argument) {
  Arrive();
  errno = 0;
  CurrentExceptions() = {};
  return entry(argument);
}

void Context::SwitchTo(Context& to) {
  const int saved_errno = errno;
  const ExceptionState saved_exceptions = CurrentExceptions();
  sanitizer::StartSwitch(&fake_stack_, to.stack_bottom_, to.stack_size_);
  // The function runs on the stack of `to`, where alone this context is known to be suspended.
  std::move(AsFiber(to.fiber_)).resume_with([this, &to](fiber&& suspended) {
    AsFiber(fiber_) = std::move(suspended);
    to.entered_from_ = this;
    return fiber();
  });
  Arrive();
  CurrentExceptions() = saved_exceptions;
  errno = saved_errno;
}

void Context::Arrive() {
  // A native stack tells its place only to those who come from it.
  if (entered_from_ != nullptr)
    sanitizer::FinishSwitch(fake_stack_, &entered_from_->stack_bottom_, &entered_from_->stack_size_);
  else
    sanitizer::FinishSwitch(fake_stack_, nullptr, nullptr);
}

}  // namespace nut::os
