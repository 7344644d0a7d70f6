#include "stack/link/chunk_pool.h"

#include <sanitizer/asan_interface.h>

#include "stack/link/chunk_shelf.h"

namespace nut::link {

ChunkPool::ChunkPool(ChunkPoolOptions options) : shelf_(new ChunkShelf(options)) {}
ChunkPool::~ChunkPool() { shelf_->Close(); }
ChunkRef ChunkPool::Allocate(size_t wanted) { return shelf_->Take(wanted); }
size_t ChunkPool::CapacityFor(size_t wanted) { return kCapacities[ChunkShelf::ClassOf(wanted)]; }
size_t ChunkPool::in_use() const { return shelf_->in_use(); }
size_t ChunkPool::kept() const { return shelf_->kept(); }

size_t ChunkShelf::ClassOf(size_t wanted) {
  size_t index = 0;
  while (index + 1 < ChunkPool::kCapacities.size() && ChunkPool::kCapacities[index] < wanted) ++index;
  return index;
}

ChunkRef ChunkShelf::Take(size_t wanted) {
  const size_t index = ClassOf(wanted);
  ++in_use_;
  Chunk* chunk = free_[index];
  if (chunk == nullptr) return ChunkRef(Chunk::Make(this, ChunkPool::kCapacities[index]));
  free_[index] = std::exchange(chunk->next_, nullptr);
  kept_ -= sizeof(Chunk) + chunk->capacity_;
  ASAN_UNPOISON_MEMORY_REGION(chunk->bytes_, chunk->capacity_);
  return ChunkRef(chunk);
}

void ChunkShelf::PutBack(Chunk* chunk) {
  --in_use_;
  const size_t size = sizeof(Chunk) + chunk->capacity_;
  if (closed_ || kept_ + size > options_.maximum_kept) {
    Chunk::Delete(chunk);
    if (closed_ && in_use_ == 0) delete this;
    return;
  }
  const size_t index = ClassOf(chunk->capacity_);
  chunk->size_ = 0;
  chunk->next_ = free_[index];
  free_[index] = chunk;
  kept_ += size;
  // Under AddressSanitizer, bytes that nobody refers to cannot be read any more; otherwise this is nothing.
  ASAN_POISON_MEMORY_REGION(chunk->bytes_, chunk->capacity_);
}

void ChunkShelf::Close() {
  closed_ = true;
  for (Chunk* chunk : free_) {
    while (chunk != nullptr) {
      ASAN_UNPOISON_MEMORY_REGION(chunk->bytes_, chunk->capacity_);
      Chunk::Delete(std::exchange(chunk, chunk->next_));
    }
  }
  if (in_use_ == 0) delete this;
}

}  // namespace nut::link
