// ReceiveBuffer: the octets that the application has not read yet, and behind a gap those that came too
// early, each at its own place in the ring. What arrived first stays: a retransmission never changes an octet
// that is already here. Owned by a Tcb; lives as long.
#pragma once

#include "stack/tcp/byte_ring.h"
#include "stack/tcp/range_list.h"

namespace nut::tcp {

class ReceiveBuffer {
 public:
  // Octets ready to be read.
  size_t readable() const { return readable_; }
  // Octets behind a gap.
  size_t out_of_order() const { return static_cast<size_t>(early_.bytes()); }
  bool has_gap() const { return !early_.empty(); }
  // Octets from RCV.NXT to the end of the last early range; 0 without a gap.
  size_t early_reach() const;
  size_t ranges() const { return early_.size(); }
  size_t memory() const { return ring_.capacity(); }

  struct Placed {
    size_t advanced = 0;  // how far RCV.NXT moves
    bool kept = false;    // false: the limit on ranges was reached, and the octets are forgotten
  };
  // Puts `data` at `offset` octets behind RCV.NXT. The caller has trimmed it to the window; `limit` is how
  // large the memory may grow ahead of need.
  Placed Place(size_t offset, ByteView data, size_t maximum_ranges, size_t limit);

  // Copies and consumes as much as is there and fits; says how much.
  size_t Read(MutableByteView out);
  // The same without consuming.
  size_t Peek(MutableByteView out) const;

  // Forgets what is behind a gap: the stream has ended before it.
  void DropEarly() { early_.Clear(); }
  void Clear();
  void ReleaseIfEmpty();

 private:
  friend struct MutantAccess;

  ByteRing ring_;  // starts at the first unread octet
  size_t readable_ = 0;
  uint64_t next_ = 0;  // RCV.NXT as a position in the stream
  RangeList early_;
};

}  // namespace nut::tcp
