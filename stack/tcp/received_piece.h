// ReceivedPiece: a run of received octets, with what keeps them in place: the frame that brought them, or a
// chunk into which they were copied. A value that moves; dropping it gives the memory back. Lives no longer
// than the node's frame pool. Any thread of the node may hold one; while it does, the frame is missing in the
// pool.
#pragma once

#include <utility>

#include "stack/base/bytes.h"
#include "stack/link/chunk.h"
#include "stack/link/frame.h"

namespace nut::tcp {

class ReceivedPiece {
 public:
  ReceivedPiece() = default;
  // `bytes` lie in `frame`; without one they are borrowed, and good as long as the lender says.
  ReceivedPiece(link::FramePtr frame, ByteView bytes) : frame_(std::move(frame)), bytes_(bytes) {}
  explicit ReceivedPiece(link::Slice slice) : chunk_(std::move(slice.chunk)), bytes_(slice.bytes) {}

  ByteView bytes() const { return bytes_; }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

  // At most size(). The memory stays as it is.
  void TrimFront(size_t count) { bytes_ = bytes_.subspan(count); }

  // Null where a chunk holds the bytes, or nobody does.
  const link::Frame* frame() const { return frame_.get(); }
  const link::ChunkRef& chunk() const { return chunk_; }
  // The bytes reach further: more was appended to the chunk right behind them.
  void Extend(size_t count) { bytes_ = {bytes_.data(), bytes_.size() + count}; }

 private:
  link::FramePtr frame_;
  link::ChunkRef chunk_;
  ByteView bytes_;
};

}  // namespace nut::tcp
