// ReceiveBuffer: the octets that the application has not read yet, in the frames that brought them, so that
// reading them is the only copy; and behind a gap those that came too early. What arrived first stays: a
// retransmission never changes an octet that is already here. Owned by a Tcb; lives as long.
//
// A frame stays out of its pool while its octets wait. Text that fills its frame badly, and all text while
// the pool is half used, is therefore copied into chunks of our own: memory stays within about twice the
// octets, and a slow reader cannot keep frames from others.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "stack/tcp/incoming_text.h"
#include "stack/tcp/piece_queue.h"
#include "stack/tcp/reorder_buffer.h"

namespace nut::tcp {

class ReceiveBuffer {
 public:
  // Octets ready to be read.
  size_t readable() const { return readable_; }
  // All that have arrived without a gap since the stream began, read or not.
  uint64_t received() const { return next_; }
  // Octets behind a gap.
  size_t out_of_order() const { return has_gap() ? static_cast<size_t>(early_->ranges().bytes()) : 0; }
  bool has_gap() const { return early_ != nullptr; }
  // Octets from RCV.NXT to the end of the last early range; 0 without a gap.
  size_t early_reach() const { return has_gap() ? static_cast<size_t>(early_->ranges().end() - next_) : 0; }
  size_t ranges() const { return has_gap() ? early_->ranges().size() : 0; }
  // The early ranges as RFC 2018 4 wants them told, in octets behind RCV.NXT: the one that grew last first.
  // As many as `out` takes; says how many.
  size_t ListEarly(std::span<Range> out) const;
  // The one of them that holds the octet at `offset` behind RCV.NXT; nothing when it is not here.
  std::optional<Range> EarlyAround(size_t offset) const;
  // Calls `visit(Range)`, in octets behind RCV.NXT, for each part of `length` octets at `offset` that is here
  // already.
  template <typename Visitor>
  void ForEachHeld(size_t offset, size_t length, Visitor visit) const {
    if (!has_gap()) return;
    const uint64_t begin = next_ + offset;
    early_->ranges().ForEachCovered({begin, begin + length}, [&](Range held) {
      visit(Range{held.begin - next_, held.end - next_});
    });
  }
  // Bytes of memory that the octets keep: frames as large as they are.
  size_t memory() const;

  struct Placed {
    size_t advanced = 0;  // how far RCV.NXT moves
    bool kept = false;    // false: the limit on ranges was reached, and the octets are forgotten
  };
  // Puts `text` at `offset` octets behind RCV.NXT. The caller has trimmed it to the window, which is `window`
  // octets when it is empty. Where it is not kept its frames are left to the caller.
  Placed Place(size_t offset, IncomingText text, size_t maximum_ranges, size_t window);

  // Copies and consumes as much as is there and fits; says how much.
  size_t Read(MutableByteView out);
  // The same without consuming.
  size_t Peek(MutableByteView out) const;
  // Hands over the first pieces as they are, at most out.size(); says how many octets they have.
  size_t Take(std::span<ReceivedPiece> out);

  // Forgets what is behind a gap: the stream has ended before it.
  void DropEarly() { early_.reset(); }
  void Clear();
  void ReleaseIfEmpty();

 private:
  friend struct MutantAccess;

  void PlaceAmongEarly(uint64_t position, ReceivedPiece piece, size_t window);
  // Behind what is readable.
  void Append(ReceivedPiece&& piece, size_t window);
  bool MayKeepFrame(const ReceivedPiece& piece, size_t window) const;
  void Copy(ByteView bytes);
  // The first piece is about to leave the queue.
  void NoteLeaving(const ReceivedPiece& piece);

  // Starts at the first unread octet, and leaves room for the next. No window is larger than 1 GiB (RFC 7323
  // 2.3), nor does it keep more than twice of that in frames (MayKeepFrame): 32 bits hold all of these.
  [[no_unique_address]] PieceQueue queue_;
  uint32_t readable_ = 0;
  uint32_t in_frames_ = 0;                // bytes of the frames in `queue_`, all of each
  uint32_t in_chunks_ = 0;                // octets in `queue_` that lie in chunks
  link::ChunkRef tail_;                   // takes the next octets that are copied
  uint64_t next_ = 0;                     // RCV.NXT as a position in the stream
  std::unique_ptr<ReorderBuffer> early_;  // null without a gap
};

}  // namespace nut::tcp
