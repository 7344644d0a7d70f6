// Fragmenter: cuts a payload that exceeds the MTU into IPv4 fragments (RFC 791 3.2, "an example fragmentation
// procedure"). Owned by Ipv4Out. Never blocks.
#pragma once

#include "stack/base/result.h"
#include "stack/base/statistics.h"
#include "stack/link/frame_pool.h"
#include "stack/link/frame_queue.h"
#include "stack/net/drops.h"
#include "stack/wire/ipv4.h"

namespace nut::net {

class Fragmenter {
 public:
  Fragmenter(link::FramePool& pool, Statistics& statistics, Drops& drops)
      : pool_(pool), statistics_(statistics), drops_(drops) {}

  // Appends the fragments of `payload` to `out`, each a complete IP packet of at most `mtu` bytes, the first
  // one first. `fields` is the header of the whole; offset, flag and size are filled in here. `mtu` is at
  // least 68 (RFC 791). kNoBuffers when the pool has too little, and nothing is appended: half a datagram
  // would only cost the receiver.
  Result<void> Split(link::FramePtr payload, const wire::Ipv4Fields& fields, size_t mtu,
                     link::FrameQueue& out);

 private:
  link::FramePool& pool_;
  Statistics& statistics_;
  Drops& drops_;
};

}  // namespace nut::net
