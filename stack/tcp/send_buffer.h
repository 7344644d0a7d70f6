// SendBuffer: the octets between SND.UNA and the end of what the application has queued, in chunks: bytes
// that were copied in, in chunks of our own, and bytes that were handed over, in the application's.
// Retransmissions are cut from here, never from an old frame. Who transmits gets slices with references of
// their own: nothing that is being transmitted can be freed by an acknowledgement or an abort (original: R1).
// Owned by a Tcb.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "stack/base/ring_queue.h"
#include "stack/link/chunk_pool.h"
#include "stack/link/slice_list.h"

namespace nut::tcp {

class SendBuffer {
 public:
  // What is handed over in smaller pieces is copied all the same: a piece of its own would cost more, here
  // and in every segment that gathers it.
  static constexpr size_t kLeastHanded = 1024;
  // Never more than the largest window (RFC 7323 2.3): sequence numbers tell no more apart.
  static constexpr size_t kMostOctets = size_t{1} << 30;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Bytes that are kept for us; what was handed over counts as long as it is.
  size_t memory() const;
  bool has_memory() const { return pieces_.capacity() > 0; }

  // Queues what fits below `limit` bytes in all, and says how much: a copy, in chunks of `pool` (null: of the
  // heap) that grow with what is queued.
  size_t Append(ByteView data, size_t limit, link::ChunkPool* pool);
  // The same without a copy.
  size_t AppendSlice(const link::Slice& slice, size_t limit, link::ChunkPool* pool);

  // `length` octets from `offset` behind SND.UNA, which are there; fewer, but one at least, where they lie in
  // more pieces than the list holds.
  link::SliceList Gather(size_t offset, size_t length) const;

  // The first `count` octets have been acknowledged.
  void Consume(size_t count);

  // Everything goes, memory included.
  void Clear();
  // Gives memory back that nothing is in. (Chunks go as soon as they are empty.)
  void ReleaseIfEmpty();

 private:
  // Segments are cut one behind the other: where the last one began, so that the next need not count pieces
  // from the front.
  struct Place {
    uint32_t piece = 0;
    uint32_t offset = 0;  // of the piece's first octet
  };

  size_t Room(size_t limit) const { return std::min(limit, kMostOctets) - std::min(limit, size_t{size_}); }

  [[no_unique_address]] RingQueue<link::Slice> pieces_;  // leaves room for the next
  uint32_t size_ = 0;
  link::ChunkRef open_;  // of our own, and not full
  mutable Place last_;
};

}  // namespace nut::tcp
