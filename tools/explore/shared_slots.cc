#include "tools/explore/shared_slots.h"

#include <sys/mman.h>

#include "stack/base/invariant.h"

namespace nut::explorer {

SharedSlots::SharedSlots(size_t count) : count_(count) {
  void* const memory =
      mmap(nullptr, count * sizeof(Slot), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  NUT_INVARIANT(memory != MAP_FAILED, "no memory for the jobs' slots");
  // The system's zeroes are what a slot begins with: ProgressMemory is made for that.
  slots_ = static_cast<Slot*>(memory);
}

SharedSlots::~SharedSlots() { munmap(slots_, count_ * sizeof(Slot)); }

}  // namespace nut::explorer
