// Coalescer: joins segments that wait for the state machine: text that continues a segment of the same
// connection, with everything else the same, is appended to that one, so that TCP runs once for many of them,
// and the layers below not at all (what Linux calls GRO). Their text stays in its frames. What comes out is
// the same as without it: the number of segments is kept, for the ACKs that are owed to each of them, and
// nothing is joined that differs in anything the stack looks at. Owned by the input queue; called by the
// receive thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "stack/tcp/queued_segment.h"
#include "stack/wire/text_frame.h"

namespace nut::tcp {

class Coalescer {
 public:
  // `maximum_text`: octets of one segment that was joined of several; 0: nothing is joined.
  explicit Coalescer(size_t maximum_text) : maximum_text_(maximum_text) {}

  // Appends the segment in `frame`, an Ethernet frame as it came, to the last one of the same connection in
  // `queue`. False, and nothing changed, where they are not one.
  bool Join(std::vector<QueuedSegment>& queue, link::FramePtr& frame) const;

  // The last segment of `queue` was queued on its own.
  void Note(const std::vector<QueuedSegment>& queue) {
    const wire::EndpointPair& ends = queue.back().ends;
    last_[Slot(ends.remote.port.number(), ends.local.port.number(), ends.remote.address.words()[3])] =
        static_cast<uint32_t>(queue.size() - 1);
  }

 private:
  // Connections that can be joined at the same time; when two share a slot, one of them is not.
  static constexpr size_t kSlots = 32;

  static size_t Slot(uint16_t source_port, uint16_t destination_port, uint32_t source) {
    return (source_port ^ destination_port ^ source) % kSlots;
  }
  bool Fits(const IncomingSegment& segment, size_t size) const;

  const size_t maximum_text_;
  // Places in the queue. One from an earlier queue does no harm: whatever was queued there since, of this
  // slot, is noted here, and what is of another slot has other ends.
  std::array<uint32_t, kSlots> last_{};
};

}  // namespace nut::tcp
