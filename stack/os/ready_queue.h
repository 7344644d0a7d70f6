// The threads that can run, by priority and FIFO within one. Every operation takes constant time: a bit says
// which priorities have somebody. Internal to stack/os.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "stack/os/thread_queue.h"

namespace nut::os {

class ReadyQueue {
 public:
  static constexpr unsigned kNobody = 256;  // of lower right than everybody

  // The best (lowest) priority that has somebody.
  unsigned best() const {
    for (unsigned word = 0; word != occupied_.size(); ++word)
      if (occupied_[word] != 0) return word * 64 + static_cast<unsigned>(std::countr_zero(occupied_[word]));
    return kNobody;
  }
  bool empty() const { return best() == kNobody; }

  // Those of one priority, the oldest first.
  const ThreadQueue& at(unsigned priority) const { return queues_[priority]; }

  void PushBack(ThreadLink& thread, uint8_t priority) {
    queues_[priority].push_back(thread);
    occupied_[priority / 64] |= uint64_t{1} << priority % 64;
  }
  void PushFront(ThreadLink& thread, uint8_t priority) {
    queues_[priority].push_front(thread);
    occupied_[priority / 64] |= uint64_t{1} << priority % 64;
  }
  void Remove(ThreadLink& thread, unsigned priority) {
    ThreadQueue& queue = queues_[priority];
    queue.erase(queue.iterator_to(thread));
    if (queue.empty()) occupied_[priority / 64] &= ~(uint64_t{1} << priority % 64);
  }
  // The oldest of the best; not when empty.
  ThreadLink& Pop() {
    const unsigned priority = best();
    ThreadLink& thread = queues_[priority].front();
    Remove(thread, priority);
    return thread;
  }

 private:
  std::array<ThreadQueue, 255> queues_;
  std::array<uint64_t, 4> occupied_{};
};

}  // namespace nut::os
