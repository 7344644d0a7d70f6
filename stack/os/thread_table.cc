#include "stack/os/thread_table.h"

#include <utility>

namespace nut::os {

Thread& ThreadTable::Add(std::unique_ptr<Thread> thread) {
  if (unused_.empty()) {
    unused_.push_back(static_cast<uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const uint32_t index = unused_.back();
  unused_.pop_back();
  Slot& slot = slots_[index];
  if (++slot.generation == 0) ++slot.generation;  // 0 means stale
  slot.birth = ++births_;
  slot.thread = std::move(thread);
  slot.thread->handle = {index, slot.generation};
  ++count_;
  return *slot.thread;
}

void ThreadTable::Remove(Thread& thread) {
  const uint32_t index = thread.handle.slot;
  slots_[index].thread.reset();
  unused_.push_back(index);
  --count_;
}

Thread* ThreadTable::Find(ThreadHandle handle) const {
  if (handle.slot >= slots_.size() || slots_[handle.slot].generation != handle.generation) return nullptr;
  return slots_[handle.slot].thread.get();
}

Thread* ThreadTable::FindByName(std::string_view name) const {
  const Slot* oldest = nullptr;
  for (const Slot& slot : slots_)
    if (slot.thread && slot.thread->name == name && (oldest == nullptr || slot.birth < oldest->birth))
      oldest = &slot;
  return oldest == nullptr ? nullptr : oldest->thread.get();
}

Thread* ThreadTable::First() const {
  for (const Slot& slot : slots_)
    if (slot.thread) return slot.thread.get();
  return nullptr;
}

}  // namespace nut::os
