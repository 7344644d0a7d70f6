// SliceList: a few slices in order: what a segment gathers, what a frame carries behind its own bytes. A
// value without memory of its own beside its references.
#pragma once

#include <boost/container/static_vector.hpp>
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
  SliceList(const SliceList& other) = default;
  SliceList& operator=(const SliceList& other) = default;
  // Who is moved from is empty.
  SliceList(SliceList&& other) noexcept : slices_(std::move(other.slices_)), size_(other.size_) {
    other.Clear();
  }
  SliceList& operator=(SliceList&& other) noexcept {
    if (this == &other) return *this;
    slices_ = std::move(other.slices_);
    size_ = other.size_;
    other.Clear();
    return *this;
  }

  bool empty() const { return slices_.empty(); }
  bool full() const { return slices_.size() == kCapacity; }
  size_t count() const { return slices_.size(); }
  size_t size() const { return size_; }  // bytes in all
  std::span<const Slice> slices() const { return {slices_.data(), slices_.size()}; }
  auto begin() const { return slices().begin(); }
  auto end() const { return slices().end(); }

  // Not when full (an invariant). Empty ones are let go.
  void Push(Slice slice) {
    if (slice.bytes.empty()) return;
    NUT_INVARIANT(!full(), "more slices than a list holds");
    size_ += slice.bytes.size();
    slices_.push_back(std::move(slice));
  }
  void Clear() {
    slices_.clear();
    size_ = 0;
  }

  // `length` bytes from `offset` on, which are there: slices of the same chunks.
  SliceList Part(size_t offset, size_t length) const;
  // All bytes, one after the other; `out` is size() long.
  void CopyTo(MutableByteView out) const;

 private:
  // Of the places nothing is touched but those that are taken: mostly one or two.
  boost::container::static_vector<Slice, kCapacity> slices_;
  size_t size_ = 0;
};

}  // namespace nut::link
