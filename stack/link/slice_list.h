// SliceList: a few slices in order: what a segment gathers, what a frame carries behind its own bytes. A
// value without memory of its own beside its references.
#pragma once

#include <array>
#include <span>

#include "stack/base/invariant.h"
#include "stack/link/chunk.h"

namespace nut::link {

class SliceList {
 public:
  // A super-segment of 64 KiB touches at most three chunks that were filled one after the other; the fourth
  // is for the small ones of the beginning.
  static constexpr size_t kCapacity = 4;

  SliceList() = default;
  SliceList(const SliceList& other) : count_(other.count_), size_(other.size_) {
    for (size_t i = 0; i < count_; ++i) slices_[i] = other.slices_[i];
  }
  SliceList& operator=(const SliceList& other) { return *this = SliceList(other); }
  SliceList(SliceList&& other) noexcept { TakeFrom(other); }
  SliceList& operator=(SliceList&& other) noexcept {
    if (this == &other) return *this;
    Clear();
    TakeFrom(other);
    return *this;
  }

  bool empty() const { return count_ == 0; }
  bool full() const { return count_ == kCapacity; }
  size_t count() const { return count_; }
  size_t size() const { return size_; }  // bytes in all
  std::span<const Slice> slices() const { return {slices_.data(), count_}; }
  auto begin() const { return slices().begin(); }
  auto end() const { return slices().end(); }

  // Not when full (an invariant). Empty ones are let go.
  void Push(Slice slice) {
    if (slice.bytes.empty()) return;
    NUT_INVARIANT(!full(), "more slices than a list holds");
    size_ += slice.bytes.size();
    slices_[count_++] = std::move(slice);
  }
  void Clear() {
    while (count_ > 0) slices_[--count_] = {};
    size_ = 0;
  }

  // `length` bytes from `offset` on, which are there: slices of the same chunks.
  SliceList Part(size_t offset, size_t length) const;
  // All bytes, one after the other; `out` is size() long.
  void CopyTo(MutableByteView out) const;

 private:
  // Only those that are there: mostly one or two.
  void TakeFrom(SliceList& other) noexcept {
    count_ = std::exchange(other.count_, 0);
    size_ = std::exchange(other.size_, 0);
    for (size_t i = 0; i < count_; ++i) slices_[i] = std::move(other.slices_[i]);
  }

  std::array<Slice, kCapacity> slices_;
  size_t count_ = 0;
  size_t size_ = 0;
};

}  // namespace nut::link
