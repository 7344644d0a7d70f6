// What AddressSanitizer and valgrind must be told when stacks are switched and recycled; nothing in other
// builds. Internal to stack/os.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define NUT_OS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NUT_OS_ASAN 1
#endif
#endif

#if defined(NUT_OS_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#include <valgrind/valgrind.h>
#endif

namespace nut::os::sanitizer {

// Before leaving a stack for the one at [bottom, bottom + size). A null `fake_stack` says that the one left
// is dead.
inline void StartSwitch([[maybe_unused]] void** fake_stack, [[maybe_unused]] const void* bottom,
                        [[maybe_unused]] size_t size) {
#if defined(NUT_OS_ASAN)
  __sanitizer_start_switch_fiber(fake_stack, bottom, size);
#endif
}

// First thing on the stack arrived at. Tells where the one that was left lies.
inline void FinishSwitch([[maybe_unused]] void* fake_stack, [[maybe_unused]] const void** left_bottom,
                         [[maybe_unused]] size_t* left_size) {
#if defined(NUT_OS_ASAN)
  __sanitizer_finish_switch_fiber(fake_stack, left_bottom, left_size);
#endif
}

// A dead stack may hold the red zones of frames that were never left in order.
inline void ForgetFrames([[maybe_unused]] void* bottom, [[maybe_unused]] size_t size) {
#if defined(NUT_OS_ASAN)
  __asan_unpoison_memory_region(bottom, size);
#endif
#if defined(VALGRIND_MAKE_MEM_DEFINED)
  VALGRIND_MAKE_MEM_DEFINED(bottom, size);
#endif
}

inline unsigned RegisterStack([[maybe_unused]] void* bottom, [[maybe_unused]] void* top) {
#if defined(VALGRIND_STACK_REGISTER)
  return VALGRIND_STACK_REGISTER(bottom, top);
#else
  return 0;
#endif
}

inline void DeregisterStack([[maybe_unused]] unsigned id) {
#if defined(VALGRIND_STACK_DEREGISTER)
  VALGRIND_STACK_DEREGISTER(id);
#endif
}

// The first word in [word, end) that is not zero, or `end`. Reads a stack in use, red zones and dead frames
// and all.
__attribute__((no_sanitize_address)) inline const unsigned long* SkipZeros(const unsigned long* word,
                                                                           const unsigned long* end) {
#if defined(VALGRIND_DISABLE_ERROR_REPORTING)
  VALGRIND_DISABLE_ERROR_REPORTING;
#endif
  while (word != end && *word == 0) ++word;
#if defined(VALGRIND_ENABLE_ERROR_REPORTING)
  VALGRIND_MAKE_MEM_DEFINED(&word, sizeof word);
  VALGRIND_ENABLE_ERROR_REPORTING;
#endif
  return word;
}

}  // namespace nut::os::sanitizer
