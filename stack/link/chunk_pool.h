// ChunkPool: where the chunks of a node's send buffers come from, in a few sizes, and where they wait, still
// warm, for their next use. Owned by the TCP engine (or a test). Chunks may outlive it: they go back to the
// heap then. Any thread of the node.
#pragma once

#include <array>
#include <cstddef>

#include "stack/link/chunk.h"

namespace nut::link {

struct ChunkPoolOptions {
  size_t maximum_kept = 4 << 20;  // bytes that wait for their next use; more go back to the heap
};

class ChunkPool {
 public:
  static constexpr std::array<size_t, 3> kCapacities = {2048, 16384, 65536};

  explicit ChunkPool(ChunkPoolOptions options = {});
  ~ChunkPool();
  ChunkPool(const ChunkPool&) = delete;
  ChunkPool& operator=(const ChunkPool&) = delete;

  // An empty chunk of the smallest of kCapacities that holds `wanted` bytes, or of the largest.
  ChunkRef Allocate(size_t wanted);

  // What Allocate(wanted) would give, in bytes.
  static size_t CapacityFor(size_t wanted);

  size_t in_use() const;  // chunks
  size_t kept() const;    // bytes, notes included

 private:
  ChunkShelf* const shelf_;  // lives on while chunks refer to it
};

}  // namespace nut::link
