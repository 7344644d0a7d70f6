// Chunk: a block of bytes that several holders share by counted references: send buffers, segments under way,
// an application that hands its bytes over without a copy. Append-only: what has been written never changes
// while anybody refers to the chunk, so whoever has a Slice may read it at any time. Lives as long as its
// last reference. The count is not atomic: all holders are threads of one node.
//
// Memory comes from a ChunkPool, from the heap, or is somebody else's (Over).
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "stack/base/bytes.h"

namespace nut::link {

class Chunk;
class ChunkShelf;

// A counted reference, or none.
class ChunkRef {
 public:
  ChunkRef() = default;
  ChunkRef(const ChunkRef& other);
  ChunkRef(ChunkRef&& other) noexcept : chunk_(std::exchange(other.chunk_, nullptr)) {}
  ChunkRef& operator=(ChunkRef other) noexcept {
    std::swap(chunk_, other.chunk_);
    return *this;
  }
  ~ChunkRef();

  Chunk* get() const { return chunk_; }
  Chunk* operator->() const { return chunk_; }
  Chunk& operator*() const { return *chunk_; }
  explicit operator bool() const { return chunk_ != nullptr; }

 private:
  friend class Chunk;
  friend class ChunkShelf;
  explicit ChunkRef(Chunk* chunk);

  Chunk* chunk_ = nullptr;
};

class Chunk {
 public:
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;

  // An empty one on the heap; for many of them, ChunkPool.
  static ChunkRef OnHeap(size_t capacity);
  // Full, and of bytes that are not copied: they stay where and as they are until the last reference is gone.
  static ChunkRef Over(ByteView bytes);

  ByteView bytes() const { return {bytes_, size_}; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  size_t room() const { return capacity_ - size_; }

  // Copies what fits behind what is there, and says how much.
  size_t Append(ByteView bytes);
  // The same in two steps, for who produces the bytes in place: the room, and how much of it was written.
  MutableByteView spare();
  void Commit(size_t count);

 private:
  friend class ChunkRef;
  friend class ChunkShelf;

  Chunk(ChunkShelf* shelf, const uint8_t* bytes, size_t capacity, size_t size)
      : bytes_(bytes), capacity_(capacity), size_(size), shelf_(shelf) {}
  ~Chunk() = default;
  static Chunk* Make(ChunkShelf* shelf, size_t capacity);
  static void Delete(Chunk* chunk);
  static void Unreferenced(Chunk* chunk);

  const uint8_t* const bytes_;  // behind this object, or somebody else's
  const size_t capacity_;
  size_t size_;
  ChunkShelf* const shelf_;  // where it goes back to; null: the heap
  Chunk* next_ = nullptr;    // on its shelf
  uint32_t references_ = 0;
};

// Bytes with what keeps them in place; the chunk may be none for an empty slice.
struct Slice {
  ChunkRef chunk;
  ByteView bytes;
};

inline ChunkRef::ChunkRef(Chunk* chunk) : chunk_(chunk) { ++chunk->references_; }

inline ChunkRef::ChunkRef(const ChunkRef& other) : chunk_(other.chunk_) {
  if (chunk_ != nullptr) ++chunk_->references_;
}

inline ChunkRef::~ChunkRef() {
  if (chunk_ != nullptr && --chunk_->references_ == 0) Chunk::Unreferenced(chunk_);
}

}  // namespace nut::link
