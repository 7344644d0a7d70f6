#include "stack/tcp/receive_buffer.h"

#include <algorithm>
#include <cstring>

#include "stack/base/invariant.h"
#include "stack/link/frame_pool.h"

namespace nut::tcp {
namespace {

// Chunks for what is copied: as large as what waits already, within these.
constexpr size_t kSmallestChunk = 2048;  // one full Ethernet segment
constexpr size_t kLargestChunk = 16384;

// The part of the window that badly filled frames may hold, before anything is copied: a reader that keeps up
// never costs a copy, whatever the size of the segments.
constexpr size_t kLooseShare = 2;

}  // namespace

size_t ReceiveBuffer::memory() const {
  return size_t{in_frames_} + in_chunks_ + (tail_ ? tail_->room() : 0) + (has_gap() ? early_->memory() : 0) +
         queue_.memory();
}

ReceiveBuffer::Placed ReceiveBuffer::Place(size_t offset, IncomingText text, size_t maximum_ranges,
                                           size_t window) {
  if (text.empty()) return {.advanced = 0, .kept = true};
  const uint64_t before = next_;
  if (offset == 0 && !has_gap()) {  // the common case
    while (!text.empty()) Append(text.Next(), window);
    return {.advanced = static_cast<size_t>(next_ - before), .kept = true};
  }

  if (!has_gap()) early_ = std::make_unique<ReorderBuffer>();
  const uint64_t first = next_ + offset;
  uint64_t position = first;
  // Octets in order need no range of their own, so the limit never stands in the way of progress.
  const size_t room = offset == 0 ? maximum_ranges + 1 : maximum_ranges;
  const bool kept = early_->ranges().Fits({position, position + text.size()}, room);
  while (kept && !text.empty()) {
    ReceivedPiece piece = text.Next();
    const size_t size = piece.size();
    PlaceAmongEarly(position, std::move(piece), window);
    position += size;
  }
  early_->order().Note(first, early_->ranges());
  if (early_->ranges().empty()) early_.reset();
  return {.advanced = static_cast<size_t>(next_ - before), .kept = kept};
}

size_t ReceiveBuffer::ListEarly(std::span<Range> out) const {
  if (!has_gap()) return 0;
  const size_t count = early_->order().List(early_->ranges(), out);
  for (Range& range : out.first(count)) range = {range.begin - next_, range.end - next_};
  return count;
}

std::optional<Range> ReceiveBuffer::EarlyAround(size_t offset) const {
  if (!has_gap()) return std::nullopt;
  const Range* around = early_->ranges().Find(next_ + offset);
  if (around == nullptr) return std::nullopt;
  return Range{around->begin - next_, around->end - next_};
}

void ReceiveBuffer::PlaceAmongEarly(uint64_t position, ReceivedPiece piece, size_t window) {
  if (position < next_) {  // the piece before it has closed a gap, and what lay behind reaches into this one
    const auto old = std::min<size_t>(static_cast<size_t>(next_ - position), piece.size());
    piece.TrimFront(old);
    position += old;
    if (piece.empty()) return;
  }
  const bool in_order = position == next_;
  const bool meets_none = early_->ranges().empty() || position + piece.size() <= early_->begin();
  if (in_order && meets_none) {
    Append(std::move(piece), window);
  } else {
    early_->Add(position, piece.bytes());
  }
  if (!in_order) return;
  next_ = early_->Drain(next_, [this](link::Slice slice) {
    readable_ += static_cast<uint32_t>(slice.bytes.size());
    in_chunks_ += static_cast<uint32_t>(slice.bytes.size());
    queue_.Push(ReceivedPiece(std::move(slice)));
  });
}

void ReceiveBuffer::Append(ReceivedPiece&& piece, size_t window) {
  readable_ += static_cast<uint32_t>(piece.size());
  next_ += piece.size();
  if (!MayKeepFrame(piece, window)) return Copy(piece.bytes());
  in_frames_ += static_cast<uint32_t>(piece.frame()->capacity());
  queue_.Push(std::move(piece));
}

bool ReceiveBuffer::MayKeepFrame(const ReceivedPiece& piece, size_t window) const {
  const link::Frame* const frame = piece.frame();
  if (frame == nullptr || frame->pool()->IsScarce(*frame)) return false;
  return piece.size() >= frame->capacity() / 2 || memory() + frame->capacity() <= window / kLooseShare;
}

void ReceiveBuffer::Copy(ByteView bytes) {
  while (!bytes.empty()) {
    if (!tail_ || tail_->room() == 0) {
      tail_ = link::Chunk::OnHeap(std::clamp(readable(), kSmallestChunk, kLargestChunk));
    }
    const uint8_t* const place = tail_->bytes().data() + tail_->size();
    const size_t count = tail_->Append(bytes);
    in_chunks_ += static_cast<uint32_t>(count);
    if (!queue_.empty() && queue_.back().chunk().get() == tail_.get()) {
      queue_.back().Extend(count);
    } else {
      queue_.Push(ReceivedPiece(link::Slice{tail_, {place, count}}));
    }
    bytes = bytes.subspan(count);
  }
}

void ReceiveBuffer::NoteLeaving(const ReceivedPiece& piece) {
  if (piece.frame() != nullptr) {
    in_frames_ -= static_cast<uint32_t>(piece.frame()->capacity());
  } else {
    in_chunks_ -= static_cast<uint32_t>(piece.size());
  }
  readable_ -= static_cast<uint32_t>(piece.size());
  if (queue_.size() == 1) tail_ = {};
}

size_t ReceiveBuffer::Peek(MutableByteView out) const {
  const size_t count = std::min(out.size(), readable());
  size_t done = 0;
  for (size_t i = 0; done < count; ++i) {
    NUT_INVARIANT(i < queue_.size(), "what is readable is there");
    const ByteView bytes = queue_[i].bytes();
    const size_t part = std::min(bytes.size(), count - done);
    std::memcpy(out.data() + done, bytes.data(), part);
    done += part;
  }
  return count;
}

size_t ReceiveBuffer::Read(MutableByteView out) {
  const size_t count = std::min(out.size(), readable());
  size_t done = 0;
  while (done < count) {
    NUT_INVARIANT(!queue_.empty(), "what is readable is there");
    ReceivedPiece& front = queue_.front();
    const size_t part = std::min(front.size(), count - done);
    std::memcpy(out.data() + done, front.bytes().data(), part);
    done += part;
    if (part == front.size()) {
      NoteLeaving(front);
      queue_.DropFront();
    } else {
      if (front.frame() == nullptr) in_chunks_ -= static_cast<uint32_t>(part);
      front.TrimFront(part);
      readable_ -= static_cast<uint32_t>(part);
    }
  }
  return count;
}

size_t ReceiveBuffer::Take(std::span<ReceivedPiece> out) {
  size_t octets = 0;
  for (ReceivedPiece& place : out) {
    if (readable_ == 0) break;
    NUT_INVARIANT(!queue_.empty(), "what is readable is there");
    NoteLeaving(queue_.front());
    place = queue_.Pop();
    octets += place.size();
  }
  return octets;
}

void ReceiveBuffer::Clear() {
  queue_.Release();
  tail_ = {};
  early_.reset();
  readable_ = in_frames_ = in_chunks_ = 0;
}

void ReceiveBuffer::ReleaseIfEmpty() {
  if (readable_ > 0 || has_gap()) return;
  queue_.Release();
}

}  // namespace nut::tcp
