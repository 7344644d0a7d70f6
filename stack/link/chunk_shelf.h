// ChunkShelf: the chunks of one pool that wait for their next use, by capacity, the warmest on top. Made by
// its ChunkPool; ends with the later of the pool and the last chunk that comes back to it.
#pragma once

#include "stack/link/chunk_pool.h"

namespace nut::link {

class ChunkShelf {
 public:
  explicit ChunkShelf(const ChunkPoolOptions& options) : options_(options) {}

  ChunkRef Take(size_t wanted);
  // Nobody refers to `chunk` any more.
  void PutBack(Chunk* chunk);
  // The pool has ended: nothing is kept any more.
  void Close();

  // The place in kCapacities.
  static size_t ClassOf(size_t wanted);
  size_t in_use() const { return in_use_; }
  size_t kept() const { return kept_; }

 private:
  ~ChunkShelf() = default;

  const ChunkPoolOptions options_;
  std::array<Chunk*, ChunkPool::kCapacities.size()> free_{};
  size_t in_use_ = 0;
  size_t kept_ = 0;
  bool closed_ = false;
};

}  // namespace nut::link
