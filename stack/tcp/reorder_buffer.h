// ReorderBuffer: octets that came ahead of their turn, each at its own place in the stream, in pages that are
// made where something arrives. They are copied, not kept in their frames: so the memory is the window's and
// two pages more, whatever the sizes and the order in which a peer sends, and each segment costs the same.
// What arrived first stays: a retransmission never changes an octet that is already here. Owned by a
// ReceiveBuffer, while there is a gap. Positions count octets from the start of the stream.
#pragma once

#include <map>

#include "stack/base/bytes.h"
#include "stack/link/chunk.h"
#include "stack/tcp/arrival_order.h"
#include "stack/tcp/range_list.h"

namespace nut::tcp {

class ReorderBuffer {
 public:
  static constexpr size_t kPageSize = 4096;

  const RangeList& ranges() const { return ranges_; }
  ArrivalOrder& order() { return order_; }
  const ArrivalOrder& order() const { return order_; }
  // Where the first of them begins; not when empty.
  uint64_t begin() const { return ranges_[0].begin; }
  size_t memory() const { return pages_.size() * kPageSize; }

  // Copies those of `bytes`, which begin at `position`, that are not here yet. The caller has asked
  // ranges().Fits.
  void Add(uint64_t position, ByteView bytes);

  // The stream has reached `position`: hands over slice by slice what follows without a gap, and says how far
  // that reaches.
  template <typename Visitor>
  uint64_t Drain(uint64_t position, Visitor visit) {
    const uint64_t reached = ranges_.Advance(position);
    while (position < reached) {
      link::Slice slice = TakeSlice(position, reached);
      position += slice.bytes.size();
      visit(std::move(slice));
    }
    return reached;
  }

 private:
  void Write(uint64_t position, ByteView bytes);
  // From `position` to `reached` or to the page's end; the page goes when nothing more lies in it.
  link::Slice TakeSlice(uint64_t position, uint64_t reached);

  // By position / kPageSize. Of a page only what was handed over is committed; the rest is written in its
  // spare room, anywhere.
  std::map<uint64_t, link::ChunkRef> pages_;
  RangeList ranges_;
  ArrivalOrder order_;
};

}  // namespace nut::tcp
