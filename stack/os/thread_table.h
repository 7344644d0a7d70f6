// All threads of an executor, by slot. A slot is used again with another generation, so that an old handle
// finds nothing. Internal to stack/os; owned by the executor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "stack/os/thread.h"

namespace nut::os {

class ThreadTable {
 public:
  // Takes the thread in and gives it its handle.
  Thread& Add(std::unique_ptr<Thread> thread);
  void Remove(Thread& thread);

  // Null when stale.
  Thread* Find(ThreadHandle handle) const;
  // The oldest of that name, or null.
  Thread* FindByName(std::string_view name) const;

  size_t size() const { return count_; }
  template <typename Visitor>
  void ForEach(Visitor visit) const {
    for (const Slot& slot : slots_)
      if (slot.thread) visit(*slot.thread);
  }
  // Any thread, or null when there is none.
  Thread* First() const;

 private:
  struct Slot {
    std::unique_ptr<Thread> thread;
    uint32_t generation = 0;
    uint64_t birth = 0;  // order of creation
  };

  std::vector<Slot> slots_;
  std::vector<uint32_t> unused_;
  size_t count_ = 0;
  uint64_t births_ = 0;
};

}  // namespace nut::os
