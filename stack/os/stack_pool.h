// The stacks of threads: each a mapping of its own with a guard below, kept for reuse when its thread ends. A
// stack handed out reads as zero throughout and its untouched pages cost no memory; what is not zero any more
// was used. Owned by the executor.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "stack/base/result.h"

namespace nut::os {

// The usable part [bottom, bottom + size); the guard lies below. A plain value: who took it gives it back.
struct Stack {
  std::byte* bottom = nullptr;
  size_t size = 0;  // bytes, a multiple of the page size
  unsigned valgrind_id = 0;
};

class StackPool {
 public:
  // Below every stack. Wide, so that a large frame cannot step over it; it costs addresses only.
  static constexpr size_t kGuardSize = 64 * 1024;
  // Of a stack that is kept, at most so many of its bytes stay in memory.
  static constexpr size_t kKeptHot = 16 * 1024;

  // Keeps unused stacks up to `limit` bytes of address space.
  explicit StackPool(size_t limit) : limit_(limit) {}
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  // At least `size` bytes. kNoBuffers: the host has no room, or no more mappings (vm.max_map_count).
  Result<Stack> Acquire(size_t size);
  // Nobody runs on it any more.
  void Release(const Stack& stack);

  // Bytes from the top down to the lowest word ever written. A page that the host swapped out counts as
  // untouched.
  static size_t HighWater(const Stack& stack);
  // True where an overflow of this stack ends up.
  static bool InGuard(const Stack& stack, const void* address);

  size_t pooled_bytes() const { return pooled_bytes_; }

 private:
  static void Unmap(const Stack& stack);
  static void Clean(const Stack& stack);

  const size_t limit_;
  size_t pooled_bytes_ = 0;
  std::map<size_t, std::vector<Stack>> unused_;  // by size
};

}  // namespace nut::os
