#include "stack/os/stack_pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "stack/base/invariant.h"
#include "stack/os/sanitizer.h"

namespace nut::os {
namespace {

size_t PageSize() {
  static const size_t size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

size_t RoundUpToPages(size_t size) { return (size + PageSize() - 1) / PageSize() * PageSize(); }

// Bytes of the lowest pages that were never touched. Asks the host instead of reading, which would map them.
size_t UntouchedBytes(const Stack& stack) {
  std::vector<unsigned char> resident(stack.size / PageSize());
  if (mincore(stack.bottom, stack.size, resident.data()) != 0) return 0;
  const auto first =
      std::find_if(resident.begin(), resident.end(), [](unsigned char page) { return page & 1; });
  return static_cast<size_t>(first - resident.begin()) * PageSize();
}

}  // namespace

StackPool::~StackPool() {
  for (const auto& [size, stacks] : unused_)
    for (const Stack& stack : stacks) Unmap(stack);
}

Result<Stack> StackPool::Acquire(size_t size) {
  size = RoundUpToPages(size);
  if (const auto kept = unused_.find(size); kept != unused_.end() && !kept->second.empty()) {
    const Stack stack = kept->second.back();
    kept->second.pop_back();
    pooled_bytes_ -= size;
    return stack;
  }
  void* const mapping = mmap(nullptr, kGuardSize + size, PROT_NONE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (mapping == MAP_FAILED) return Fail(Error::kNoBuffers);
  std::byte* const bottom = static_cast<std::byte*>(mapping) + kGuardSize;
  if (mprotect(bottom, size, PROT_READ | PROT_WRITE) != 0) {
    munmap(mapping, kGuardSize + size);
    return Fail(Error::kNoBuffers);
  }
  return Stack{bottom, size, sanitizer::RegisterStack(bottom, bottom + size)};
}

void StackPool::Release(const Stack& stack) {
  sanitizer::ForgetFrames(stack.bottom, stack.size);
  if (pooled_bytes_ + stack.size > limit_) return Unmap(stack);
  Clean(stack);
  unused_[stack.size].push_back(stack);
  pooled_bytes_ += stack.size;
}

// Makes it read as zero again: the next thread must neither see what the last one left nor count it as its
// own use.
void StackPool::Clean(const Stack& stack) {
  size_t used = HighWater(stack);
  if (used > kKeptHot) {
    // Private anonymous pages given back this way come again as zeros.
    const int failed = madvise(stack.bottom, stack.size - kKeptHot, MADV_DONTNEED);
    NUT_INVARIANT(failed == 0, "the host does not take back pages of a stack");
    used = kKeptHot;
  }
  std::memset(stack.bottom + stack.size - used, 0, used);
}

void StackPool::Unmap(const Stack& stack) {
  sanitizer::DeregisterStack(stack.valgrind_id);
  munmap(stack.bottom - kGuardSize, kGuardSize + stack.size);
}

size_t StackPool::HighWater(const Stack& stack) {
  const auto* const top = reinterpret_cast<const unsigned long*>(stack.bottom + stack.size);
  const auto* const touched = reinterpret_cast<const unsigned long*>(stack.bottom + UntouchedBytes(stack));
  return static_cast<size_t>(top - sanitizer::SkipZeros(touched, top)) * sizeof(unsigned long);
}

bool StackPool::InGuard(const Stack& stack, const void* address) {
  const auto at = reinterpret_cast<uintptr_t>(address);
  const auto bottom = reinterpret_cast<uintptr_t>(stack.bottom);
  return at < bottom && at >= bottom - kGuardSize;
}

}  // namespace nut::os
