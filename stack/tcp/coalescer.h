// Coalescer: joins segments that wait for the state machine: text that continues a segment of the same
// connection, with everything else the same, is appended to that one, so that TCP runs once for many of them
// (what Linux calls GRO). Their text stays in its frames. What comes out is the same as without it: the
// number of segments is kept, for the ACKs that are owed to each of them, and nothing is joined that differs
// in anything TCP looks at. Owned by the input queue; called by the receive thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "stack/tcp/queued_segment.h"
#include "stack/wire/tcp.h"

namespace nut::tcp {

class Coalescer {
 public:
  // `maximum_text`: octets of one segment that was joined of several; 0: nothing is joined.
  explicit Coalescer(size_t maximum_text) : maximum_text_(maximum_text) {}

  // Appends the segment that `view` sees, and `frame` holds, to the last one of the same connection in
  // `queue`. False, and nothing changed, where they are not one.
  bool Join(std::vector<QueuedSegment>& queue, const wire::EndpointPair& ends, const wire::TcpView& view,
            uint8_t tos, link::FramePtr& frame) const;

  // The last segment of `queue` was queued on its own.
  void Note(const std::vector<QueuedSegment>& queue) {
    last_[Slot(queue.back().ends)] = static_cast<uint32_t>(queue.size() - 1);
  }

 private:
  // Connections that can be joined at the same time; when two share a slot, one of them is not.
  static constexpr size_t kSlots = 32;

  static size_t Slot(const wire::EndpointPair& ends) {
    return (ends.remote.port.number() ^ ends.local.port.number() ^ ends.remote.address.bytes()[3]) % kSlots;
  }
  bool Continues(const QueuedSegment& last, const wire::TcpView& view, uint8_t tos) const;

  const size_t maximum_text_;
  // Places in the queue. One from an earlier queue does no harm: whatever was queued there since, of this
  // slot, is noted here, and what is of another slot has other ends.
  std::array<uint32_t, kSlots> last_{};
};

}  // namespace nut::tcp
