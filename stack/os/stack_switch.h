// The change of stacks itself: saves where one line of execution is, and goes on where another was left. What
// is kept is what a call keeps on x86-64 (System V ABI 3.2.1). The registers are left to the compiler, which
// saves those that are live around the switch and no others; the control words of SSE and x87, which a thread
// may have set (fesetround), are loaded only where the two differ. It is inline, without a call and a return:
// a return on another stack than its call's is predicted wrongly, and each of those costs more than all the
// rest. Other processors, and who defines NUT_OS_PORTABLE_SWITCH, take Boost.Context. Internal to stack/os.
#pragma once

#include <cstddef>

#if defined(__x86_64__) && !defined(NUT_OS_PORTABLE_SWITCH)
#define NUT_OS_INLINE_SWITCH 1
#endif

namespace nut::os {

// Where a suspended line of execution goes on: its stack pointer. Null: it is not suspended.
using SuspendedAt = void*;

// Makes `main(argument)` run on the stack that ends at `top`, `size` bytes, when first switched to. It never
// returns: what is done with its stack ends with a last switch to another.
SuspendedAt PrepareStack(std::byte* top, size_t size, void (*main)(void*), void* argument);

#if defined(NUT_OS_INLINE_SWITCH)

// Suspends the caller in `from` and goes on at `to`. Returns when somebody switches back.
[[gnu::always_inline]] inline void SwitchStacks(SuspendedAt& from, SuspendedAt to) {
  SuspendedAt* save = &from;
  // At the stack pointer of who is suspended: where to go on, its control words, its frame pointer.
  asm volatile(R"(
    leaq -128(%%rsp), %%rsp    # the red zone of the function around us
    pushq %%rbp
    subq $16, %%rsp
    leaq 1f(%%rip), %%rax
    movq %%rax, (%%rsp)
    stmxcsr 8(%%rsp)
    fnstcw 12(%%rsp)
    movl 8(%%rsp), %%ecx
    movw 12(%%rsp), %%dx
    movq %%rsp, (%[save])
    movq %[to], %%rsp
    jmpq *(%%rsp)
  1:                           # in ecx and dx, the control words of who was left
    cmpl 8(%%rsp), %%ecx
    je 2f
    ldmxcsr 8(%%rsp)
  2:
    cmpw 12(%%rsp), %%dx
    je 3f
    fldcw 12(%%rsp)
  3:
    addq $16, %%rsp
    popq %%rbp
    leaq 128(%%rsp), %%rsp
  )"
               : [save] "+D"(save), [to] "+S"(to)
               :
               : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0",
                 "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                 "xmm12", "xmm13", "xmm14", "xmm15", "cc", "memory");
}

#else

void SwitchStacks(SuspendedAt& from, SuspendedAt to);

#endif

}  // namespace nut::os
