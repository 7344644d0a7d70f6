#include "stack/tcp/send_buffer.h"

#include <algorithm>

#include "stack/base/invariant.h"

namespace nut::tcp {

size_t SendBuffer::Append(ByteView data, size_t limit, link::ChunkPool* pool) {
  const ByteView taken = data.first(std::min(data.size(), Room(limit)));
  for (ByteView rest = taken; !rest.empty();) {
    if (!open_) {
      const size_t wanted = std::max(rest.size(), size() / 2);
      open_ = pool != nullptr ? pool->Allocate(wanted)
                              : link::Chunk::OnHeap(link::ChunkPool::CapacityFor(wanted));
    }
    const size_t count = open_->Append(rest);
    const ByteView written = open_->bytes().last(count);
    if (!pieces_.empty() && pieces_.back().chunk.get() == open_.get()) {
      ByteView& bytes = pieces_.back().bytes;
      bytes = {bytes.data(), bytes.size() + count};
    } else {
      pieces_.Push({open_, written});
    }
    if (open_->room() == 0) open_ = {};
    size_ += static_cast<uint32_t>(count);
    rest = rest.subspan(count);
  }
  return taken.size();
}

size_t SendBuffer::AppendSlice(const link::Slice& slice, size_t limit, link::ChunkPool* pool) {
  if (slice.bytes.size() < kLeastHanded || !slice.chunk) return Append(slice.bytes, limit, pool);
  const ByteView taken = slice.bytes.first(std::min(slice.bytes.size(), Room(limit)));
  if (taken.empty()) return 0;
  pieces_.Push({slice.chunk, taken});
  size_ += static_cast<uint32_t>(taken.size());
  return taken.size();
}

link::SliceList SendBuffer::Gather(size_t offset, size_t length) const {
  NUT_INVARIANT(offset + length <= size_, "a segment must stay inside the send buffer");
  link::SliceList slices;
  if (length == 0) return slices;
  if (offset < last_.offset) last_ = {};
  while (offset - last_.offset >= pieces_[last_.piece].bytes.size()) {
    last_.offset += static_cast<uint32_t>(pieces_[last_.piece++].bytes.size());
  }
  size_t skipped = offset - last_.offset;
  for (size_t piece = last_.piece; length > 0 && !slices.full(); ++piece) {
    const ByteView bytes = pieces_[piece].bytes.subspan(skipped);
    const size_t count = std::min(length, bytes.size());
    slices.Push({pieces_[piece].chunk, bytes.first(count)});
    length -= count;
    skipped = 0;
  }
  return slices;
}

void SendBuffer::Consume(size_t count) {
  NUT_INVARIANT(count <= size_, "more was acknowledged than was queued");
  size_ -= static_cast<uint32_t>(count);
  uint32_t popped = 0;
  size_t left = count;
  while (left > 0) {
    ByteView& bytes = pieces_.front().bytes;
    if (left < bytes.size()) {
      bytes = bytes.subspan(left);
      break;
    }
    left -= bytes.size();
    pieces_.Pop();
    ++popped;
  }
  // The place moves with its octets, or is at the front now.
  if (last_.piece > popped) {
    last_ = {last_.piece - popped, last_.offset - static_cast<uint32_t>(count)};
  } else {
    last_ = {};
  }
  if (size_ == 0) open_ = {};
}

void SendBuffer::Clear() {
  pieces_.Release();
  open_ = {};
  size_ = 0;
  last_ = {};
}

void SendBuffer::ReleaseIfEmpty() {
  if (size_ == 0) Clear();
}

size_t SendBuffer::memory() const {
  size_t memory = pieces_.capacity() * sizeof(link::Slice);
  const link::Chunk* counted = nullptr;
  for (size_t i = 0; i < pieces_.size(); ++i) {
    const link::Chunk* chunk = pieces_[i].chunk.get();
    if (chunk != counted) memory += chunk->capacity();
    counted = chunk;
  }
  return memory;
}

}  // namespace nut::tcp
