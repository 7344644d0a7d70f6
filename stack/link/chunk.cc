#include "stack/link/chunk.h"

#include <algorithm>
#include <new>

#include "stack/base/invariant.h"
#include "stack/link/chunk_shelf.h"

namespace nut::link {

Chunk* Chunk::Make(ChunkShelf* shelf, size_t capacity) {
  // One block: the notes, and the bytes behind them.
  void* block = ::operator new(sizeof(Chunk) + capacity);
  return new (block) Chunk(shelf, static_cast<uint8_t*>(block) + sizeof(Chunk), capacity, 0);
}

void Chunk::Delete(Chunk* chunk) {
  chunk->~Chunk();
  ::operator delete(chunk);
}

void Chunk::Unreferenced(Chunk* chunk) {
  if (chunk->shelf_ == nullptr) {
    Delete(chunk);
  } else {
    chunk->shelf_->PutBack(chunk);
  }
}

ChunkRef Chunk::OnHeap(size_t capacity) { return ChunkRef(Make(nullptr, capacity)); }

ChunkRef Chunk::Over(ByteView bytes) {
  void* block = ::operator new(sizeof(Chunk));
  return ChunkRef(new (block) Chunk(nullptr, bytes.data(), bytes.size(), bytes.size()));
}

size_t Chunk::Append(ByteView bytes) {
  const size_t count = std::min(bytes.size(), room());
  if (count > 0) std::memcpy(spare().data(), bytes.data(), count);
  size_ += count;
  return count;
}

// Only bytes of our own are unwritten: others' chunks have no room.
MutableByteView Chunk::spare() { return {const_cast<uint8_t*>(bytes_) + size_, room()}; }

void Chunk::Commit(size_t count) {
  NUT_INVARIANT(count <= room(), "more was written than a chunk has room for");
  size_ += count;
}

}  // namespace nut::link
