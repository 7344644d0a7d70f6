#include "stack/link/frame_pool.h"

#include <sanitizer/asan_interface.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "stack/base/invariant.h"

namespace nut::link {

void Frame::Recycler::operator()(Frame* frame) const noexcept { frame->pool_->Recycle(frame); }

MutableByteView Frame::Prepend(size_t count) {
  NUT_INVARIANT(count <= begin_, "a header does not fit the frame's headroom");
  begin_ -= count;
  return {buffer_ + begin_, count};
}

MutableByteView Frame::Append(size_t count) {
  NUT_INVARIANT(count <= tailroom(), "data does not fit the frame");
  end_ += count;
  return {buffer_ + end_ - count, count};
}

void Frame::TrimFront(size_t count) {
  NUT_INVARIANT(count <= size(), "a header longer than its frame was stripped");
  begin_ += count;
}

void Frame::TrimTo(size_t size) {
  NUT_INVARIANT(size <= this->size(), "a frame was trimmed to more than it holds");
  end_ = begin_ + size;
}

void Frame::Reset(size_t headroom) {
  NUT_INVARIANT(headroom <= capacity_, "headroom larger than the frame");
  begin_ = end_ = headroom;
  checksum = {};
  segmentation = {};
  link_scope = LinkScope::kUnicast;
  network_header = 0;
  received = {};
  capture_ticket = 0;
}

FramePool::FramePool(FramePoolOptions options) : options_(options) {
  // A frame's capacity tells which list it came from.
  NUT_INVARIANT(options_.small_capacity < options_.large_capacity,
                "the frame pool's two sizes are not in order");
}

FramePool::~FramePool() {
  NUT_INVARIANT(in_use_ == 0, "a frame outlived its pool");
  for (auto* list : {&free_small_, &free_large_}) {
    for (Frame* frame : *list) {
      ASAN_UNPOISON_MEMORY_REGION(frame->buffer_, frame->capacity_);
      frame->~Frame();
      std::free(frame);
    }
  }
}

FramePtr FramePool::Allocate(size_t size, size_t headroom) {
  if (Refuses()) {
    ++failures_;
    return nullptr;
  }
  const size_t need = size + headroom;
  FramePtr frame = need <= options_.small_capacity
                       ? Take(free_small_, made_small_, options_.maximum_small, options_.small_capacity)
                   : need <= options_.large_capacity
                       ? Take(free_large_, made_large_, options_.maximum_large, options_.large_capacity)
                       : nullptr;
  if (!frame) {
    ++failures_;
    return nullptr;
  }
  frame->Reset(headroom);
  return frame;
}

FramePtr FramePool::Clone(const Frame& frame) {
  FramePtr copy = Allocate(frame.total_size(), frame.headroom());
  if (!copy) return nullptr;
  const MutableByteView bytes = copy->Append(frame.total_size());
  std::memcpy(bytes.data(), frame.data().data(), frame.size());
  frame.tail().CopyTo(bytes.subspan(frame.size()));
  copy->checksum = frame.checksum;
  copy->segmentation = frame.segmentation;
  copy->link_scope = frame.link_scope;
  copy->network_header = frame.network_header;
  copy->received = frame.received;
  return copy;
}

FramePtr FramePool::Adopt(FramePtr frame) {
  FramePool& other = *frame->pool_;
  if (&other == this) return frame;
  const size_t capacity = frame->capacity_;
  const bool small = capacity == options_.small_capacity && capacity == other.options_.small_capacity;
  if (!small || frame->has_tail() || free_small_.empty()) return Clone(*frame);
  if (Refuses()) {
    ++failures_;
    return nullptr;
  }
  Frame* const exchanged = free_small_.back();
  free_small_.pop_back();
  exchanged->pool_ = &other;
  other.free_small_.push_back(exchanged);
  --other.in_use_;
  frame->pool_ = this;
  peak_ = std::max(peak_, ++in_use_);
  return frame;
}

FramePtr FramePool::Linearise(FramePtr frame) {
  if (!frame->has_tail()) return frame;
  FramePtr copy = Clone(*frame);
  if (copy) copy->capture_ticket = frame->capture_ticket;
  return copy;
}

FramePtr FramePool::Take(std::vector<Frame*>& free, size_t& made, size_t maximum, size_t capacity) {
  Frame* frame = nullptr;
  if (!free.empty()) {
    frame = free.back();
    free.pop_back();
    ASAN_UNPOISON_MEMORY_REGION(frame->buffer_, capacity);
  } else if (made < maximum) {
    // One block for the notes and the bytes behind them, so that a frame costs one cache miss less.
    void* block = std::malloc(sizeof(Frame) + capacity);
    if (block == nullptr) return nullptr;
    frame = new (block) Frame(this, static_cast<uint8_t*>(block) + sizeof(Frame), capacity);
    ++made;
  } else {
    return nullptr;
  }
  peak_ = std::max(peak_, ++in_use_);
  return FramePtr(frame);
}

void FramePool::Recycle(Frame* frame) {
  --in_use_;
  frame->tail_.Clear();
  // Under AddressSanitizer, bytes of a frame that was given back cannot be read any more; otherwise this is
  // nothing.
  ASAN_POISON_MEMORY_REGION(frame->buffer_, frame->capacity_);
  (frame->capacity_ == options_.small_capacity ? free_small_ : free_large_).push_back(frame);
}

}  // namespace nut::link
