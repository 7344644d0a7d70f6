#include "stack/os/stack_switch.h"

#include <cstdint>
#include <cstring>

#if !defined(NUT_OS_INLINE_SWITCH)
#include <boost/context/detail/fcontext.hpp>
#endif

namespace nut::os {
namespace {

#if defined(NUT_OS_INLINE_SWITCH)

// What the first switch to a stack finds at its stack pointer.
struct FirstFrame {
  void (*go_on)();
  uint32_t sse_control = 0;
  uint32_t x87_control = 0;
  void* argument;
  void (*main)(void*);
  void* no_caller = nullptr;  // main's return address: debuggers stop here
};

// Where it goes on, with the stack pointer at the frame.
[[gnu::naked]] void BeginStack() {
  asm(R"(
    ldmxcsr 8(%rsp)
    fldcw 12(%rsp)
    movq 16(%rsp), %rdi
    movq 24(%rsp), %rax
    leaq 32(%rsp), %rsp
    xorl %ebp, %ebp
    jmpq *%rax
  )");
}

#else

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

struct Beginning {
  void (*main)(void*);
  void* argument;
};

// Only who is switched to learns where the other is suspended.
void NoteWhoLeft(const transfer_t& transfer) { *static_cast<SuspendedAt*>(transfer.data) = transfer.fctx; }

// Entered once by PrepareStack, for the sake of its arguments, and suspended at once.
void BeginStack(transfer_t preparer) {
  const Beginning beginning = *static_cast<const Beginning*>(preparer.data);
  NoteWhoLeft(jump_fcontext(preparer.fctx, nullptr));
  beginning.main(beginning.argument);
}

#endif

}  // namespace

#if defined(NUT_OS_INLINE_SWITCH)

SuspendedAt PrepareStack(std::byte* top, size_t /*size*/, void (*main)(void*), void* argument) {
  FirstFrame frame{.go_on = &BeginStack, .argument = argument, .main = main};
  asm("stmxcsr %0" : "=m"(frame.sse_control));
  asm("fnstcw %0" : "=m"(frame.x87_control));
  // A function begins with its return address 8 below a multiple of 16.
  constexpr size_t kAlignment = 16;
  std::byte* const aligned = top - reinterpret_cast<uintptr_t>(top) % kAlignment;
  std::byte* const at = aligned - kAlignment / 2 - offsetof(FirstFrame, no_caller);
  std::memcpy(at, &frame, sizeof frame);
  return at;
}

#else

SuspendedAt PrepareStack(std::byte* top, size_t size, void (*main)(void*), void* argument) {
  Beginning beginning{main, argument};
  const fcontext_t made = make_fcontext(top, size, &BeginStack);
  return jump_fcontext(made, &beginning).fctx;
}

void SwitchStacks(SuspendedAt& from, SuspendedAt to) { NoteWhoLeft(jump_fcontext(to, &from)); }

#endif

}  // namespace nut::os
