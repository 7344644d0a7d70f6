// The threads that can run, by priority and FIFO within one. Every operation takes constant time: a bit says
// which priorities have somebody, and the best of them is at hand. Internal to stack/os.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "stack/os/thread_queue.h"

namespace nut::os {

class ReadyQueue {
 public:
  static constexpr unsigned kNobody = 256;  // of lower right than everybody

  // The best (lowest) priority that has somebody.
  unsigned best() const { return best_; }
  bool empty() const { return best_ == kNobody; }

  // Those of one priority, the oldest first.
  const ThreadQueue& at(unsigned priority) const { return queues_[priority]; }

  void PushBack(ThreadLink& thread, uint8_t priority) {
    queues_[priority].push_back(thread);
    Occupy(priority);
  }
  void PushFront(ThreadLink& thread, uint8_t priority) {
    queues_[priority].push_front(thread);
    Occupy(priority);
  }
  void Remove(ThreadLink& thread, unsigned priority) {
    ThreadQueue& queue = queues_[priority];
    queue.erase(queue.iterator_to(thread));
    if (queue.empty()) Vacate(priority);
  }
  // The oldest of the best; not when empty.
  ThreadLink& Pop() {
    ThreadLink& thread = queues_[best_].front();
    Remove(thread, best_);
    return thread;
  }

 private:
  void Occupy(unsigned priority) {
    occupied_[priority / 64] |= uint64_t{1} << priority % 64;
    best_ = std::min(best_, priority);
  }
  void Vacate(unsigned priority) {
    occupied_[priority / 64] &= ~(uint64_t{1} << priority % 64);
    if (priority == best_) best_ = FirstFrom(priority / 64);
  }
  unsigned FirstFrom(unsigned word) const {
    for (; word != occupied_.size(); ++word)
      if (occupied_[word] != 0) return word * 64 + static_cast<unsigned>(std::countr_zero(occupied_[word]));
    return kNobody;
  }

  std::array<ThreadQueue, 255> queues_;
  std::array<uint64_t, 4> occupied_{};
  unsigned best_ = kNobody;
};

}  // namespace nut::os
