// RingQueue: values in order in a ring that grows by doubling and is given back as a whole. Owned by whoever
// bounds what is in it; moves its values and never allocates while it has room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace nut {

template <typename T>
class RingQueue {
 public:
  bool empty() const { return count_ == 0; }
  size_t size() const { return count_; }
  size_t capacity() const { return capacity_; }

  // By place from the front; front() and back() not when empty.
  const T& operator[](size_t place) const { return values_[(head_ + place) & (capacity_ - 1)]; }
  T& operator[](size_t place) { return values_[(head_ + place) & (capacity_ - 1)]; }
  T& front() { return values_[head_]; }
  T& back() { return values_[(head_ + count_ - 1) & (capacity_ - 1)]; }

  void Push(T value) {
    if (count_ == capacity_) Grow();
    values_[(head_ + count_++) & (capacity_ - 1)] = std::move(value);
  }
  // Not when empty.
  void Pop() {
    values_[head_] = T{};
    head_ = (head_ + 1) & (capacity_ - 1);
    --count_;
  }
  // Lets everything go, the memory too.
  void Release() {
    values_.reset();
    capacity_ = head_ = count_ = 0;
  }

 private:
  static constexpr uint32_t kFirstCapacity = 4;

  void Grow() {
    const uint32_t larger = capacity_ == 0 ? kFirstCapacity : 2 * capacity_;
    auto values = std::make_unique<T[]>(larger);
    for (uint32_t i = 0; i < count_; ++i) values[i] = std::move(values_[(head_ + i) & (capacity_ - 1)]);
    values_ = std::move(values);
    capacity_ = larger;
    head_ = 0;
  }

  std::unique_ptr<T[]> values_;
  uint32_t capacity_ = 0;  // a power of two, or 0
  uint32_t head_ = 0;
  uint32_t count_ = 0;
};

}  // namespace nut
