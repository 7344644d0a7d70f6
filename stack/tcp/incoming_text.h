// IncomingText: the text of an arriving segment, as far as it lies in the window, on its way into the receive
// buffer: taken piece by piece, each with the frame that it lies in, if the segment has brought frames. A
// value of one call.
#pragma once

#include <algorithm>

#include "stack/link/frame_queue.h"
#include "stack/tcp/received_piece.h"

namespace nut::tcp {

// The frames of a segment: `first` holds the headers and the text behind them, those in `behind` nothing but
// the text that follows (segments that were coalesced). Whoever takes octets may take their frame.
struct SegmentFrames {
  link::FramePtr first;
  link::FrameQueue behind;
};

class IncomingText {
 public:
  // Borrowed: whoever keeps octets copies them.
  explicit IncomingText(ByteView bytes) : bytes_(bytes), size_(bytes.size()) {}
  // `length` octets from the `skip`th on. `bytes`: the text in the first frame. Null frames: all of it is in
  // `bytes`, borrowed.
  IncomingText(ByteView bytes, SegmentFrames* frames, size_t skip, size_t length)
      : bytes_(bytes), frames_(frames), skip_(skip), size_(length) {
    if (frames_ != nullptr) frame_ = &frames_->first;
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Not when empty.
  ReceivedPiece Next() {
    while (bytes_.size() <= skip_) Advance();
    const ByteView bytes = bytes_.subspan(skip_, std::min(size_, bytes_.size() - skip_));
    size_ -= bytes.size();
    skip_ = bytes_.size();  // what is left of this piece lies beyond the window
    return {frame_ != nullptr ? std::move(*frame_) : nullptr, bytes};
  }

 private:
  void Advance() {
    skip_ -= bytes_.size();
    current_ = frames_->behind.Pop();
    bytes_ = current_->data();
    frame_ = &current_;
  }

  ByteView bytes_;
  SegmentFrames* frames_ = nullptr;
  link::FramePtr* frame_ = nullptr;  // of `bytes_`
  link::FramePtr current_;
  size_t skip_ = 0;
  size_t size_;
};

}  // namespace nut::tcp
