// FramePool: where frames come from and go back to. Two sizes: one that holds a full Ethernet frame, one that
// holds a super-segment of 64 KiB. Grows on demand up to its limits, then Allocate gives null, which the
// caller counts as DropReason::kFramePoolEmpty. Owned by the node (or the test); outlives every frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "stack/base/failure_plan.h"
#include "stack/link/frame.h"

namespace nut::link {

struct FramePoolOptions {
  size_t small_capacity = Frame::kHeadroom + 1536;  // one frame of MTU 1500
  size_t large_capacity = Frame::kHeadroom + 65536 + 128;
  size_t maximum_small = 65536;
  size_t maximum_large = 1024;
};

class FramePool {
 public:
  explicit FramePool(FramePoolOptions options = {});
  ~FramePool();  // every frame is back by then (an invariant)
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  // An empty frame with `headroom` bytes in front and at least `size` bytes behind; null at the limit, or
  // when `size` exceeds the large capacity.
  FramePtr Allocate(size_t size, size_t headroom = Frame::kHeadroom);
  // A copy of the bytes and the notes of `frame`, in one piece; null at the limit.
  FramePtr Clone(const Frame& frame);
  // A frame of another pool as one of ours: as Clone, but where both keep frames of this size it is not
  // copied: an empty one of ours goes to the other pool in its place.
  FramePtr Adopt(FramePtr frame);
  // The frame itself, or in its place a copy in one piece where it has a tail; null at the limit.
  FramePtr Linearise(FramePtr frame);

  size_t in_use() const { return in_use_; }
  size_t peak() const { return peak_; }  // the most ever in use
  size_t limit() const { return options_.maximum_small + options_.maximum_large; }
  uint64_t failures() const { return failures_; }
  // Half of the frames of this one's size are in use: time to let go of what can do without.
  bool IsScarce(const Frame& frame) const {
    return frame.capacity() == options_.small_capacity
               ? 2 * (made_small_ - free_small_.size()) > options_.maximum_small
               : 2 * (made_large_ - free_large_.size()) > options_.maximum_large;
  }

  // For tests: makes the n-th allocation from now on fail, once (0: never).
  void FailAt(uint64_t countdown) { fail_countdown_ = countdown; }
  // The same, for a plan that other resources follow too; null for none.
  void SetFailurePlan(FailurePlan* plan) { plan_ = plan; }

 private:
  friend struct Frame::Recycler;
  void Recycle(Frame* frame);
  bool Refuses() {
    return (fail_countdown_ > 0 && --fail_countdown_ == 0) || (plan_ != nullptr && plan_->Refuses());
  }
  FramePtr Take(std::vector<Frame*>& free, size_t& made, size_t maximum, size_t capacity);

  const FramePoolOptions options_;
  std::vector<Frame*> free_small_;
  std::vector<Frame*> free_large_;
  size_t made_small_ = 0;
  size_t made_large_ = 0;
  size_t in_use_ = 0;
  size_t peak_ = 0;
  uint64_t failures_ = 0;
  uint64_t fail_countdown_ = 0;
  FailurePlan* plan_ = nullptr;
};

}  // namespace nut::link
