// FrameQueue: frames waiting in order, without allocation. Owns what it holds.
#pragma once

#include <boost/intrusive/slist.hpp>

#include <cstddef>

#include "stack/link/frame.h"

namespace nut::link {

class FrameQueue {
 public:
  FrameQueue() = default;
  FrameQueue(FrameQueue&& other) noexcept { frames_.swap(other.frames_); }
  FrameQueue& operator=(FrameQueue&& other) noexcept {
    Clear();
    frames_.swap(other.frames_);
    return *this;
  }
  FrameQueue(const FrameQueue&) = delete;
  FrameQueue& operator=(const FrameQueue&) = delete;
  ~FrameQueue() { Clear(); }

  bool empty() const { return frames_.empty(); }
  size_t size() const { return frames_.size(); }

  // Null when empty. Notes may be changed, the place in the queue stays.
  Frame* front() { return frames_.empty() ? nullptr : &frames_.front(); }

  void Push(FramePtr frame) { frames_.push_back(*frame.release()); }

  // Null when empty.
  FramePtr Pop() {
    if (frames_.empty()) return nullptr;
    FramePtr frame(&frames_.front());
    frames_.pop_front();
    return frame;
  }

  void Clear() {
    while (Pop()) {
    }
  }

 private:
  boost::intrusive::slist<Frame, boost::intrusive::cache_last<true>> frames_;
};

}  // namespace nut::link
