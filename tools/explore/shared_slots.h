// SharedSlots: memory that the jobs of a search share with the process that watches them, one slot each:
// where each stands, and whether it shall stop. Made before the jobs are forked; outlives them.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "test/explore/progress_memory.h"

namespace nut::explorer {

struct Slot {
  explore::ProgressMemory progress;
  std::atomic<uint64_t> fail_allocation;  // the allocation that fails in the run at hand
  std::atomic<bool> stop;                 // written by the watcher
};

class SharedSlots {
 public:
  // Aborts where the system has no memory left.
  explicit SharedSlots(size_t count);
  ~SharedSlots();
  SharedSlots(const SharedSlots&) = delete;
  SharedSlots& operator=(const SharedSlots&) = delete;

  std::span<Slot> all() { return {slots_, count_}; }

 private:
  const size_t count_;
  Slot* slots_;
};

}  // namespace nut::explorer
