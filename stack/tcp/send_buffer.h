// SendBuffer: the octets between SND.UNA and the end of what the application has queued. Retransmissions are
// cut from here, never from an old frame: nothing that is being transmitted can be freed by an
// acknowledgement (original: R1). Owned by a Tcb.
#pragma once

#include "stack/tcp/byte_ring.h"

namespace nut::tcp {

class SendBuffer {
 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  size_t memory() const { return ring_.capacity(); }

  // Queues what fits below `limit` bytes in all, and says how much.
  size_t Append(ByteView data, size_t limit);

  // `length` octets from `offset` behind SND.UNA, in up to two pieces; valid until the next change.
  std::array<ByteView, 2> Slice(size_t offset, size_t length) const { return ring_.Slice(offset, length); }

  // The first `count` octets have been acknowledged.
  void Consume(size_t count);

  // Everything goes, memory included.
  void Clear();
  // Gives memory back that nothing is in.
  void ReleaseIfEmpty();

 private:
  ByteRing ring_;
  size_t size_ = 0;
};

}  // namespace nut::tcp
