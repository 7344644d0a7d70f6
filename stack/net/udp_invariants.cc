// What is always true of the UDP endpoints between two scheduling points. For tests: breaking one is our
// fault, whatever the network and the threads have done.
#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/net/udp_record.h"

namespace nut::net {

void UdpTable::CheckInvariants() const {
  for (const Slot& slot : slots_) {
    if (!slot.record) continue;
    const Record& record = *slot.record;
    NUT_INVARIANT(record.readable.waiter_count() <= record.visitors,
                  "whoever sleeps in an endpoint is counted as a visitor");
    if (record.closed) {
      NUT_INVARIANT(record.visitors > 0, "a closed endpoint is kept for its visitors only");
      NUT_INVARIANT(record.queue.empty() && record.observers.empty() && !record.readable.has_waiters(),
                    "a closed endpoint has let go of everything");
      continue;
    }
    size_t bytes = 0;
    record.queue.ForEach([&](const UdpDatagram& datagram) { bytes += datagram.frame->size(); });
    NUT_INVARIANT(bytes == record.queue.bytes(), "queued octets are counted");
    const auto bound = by_port_.find(record.local.port.number());
    NUT_INVARIANT(
        bound != by_port_.end() && std::count(bound->second.begin(), bound->second.end(), record.slot) == 1,
        "an endpoint is found by its port, once");
  }
}

}  // namespace nut::net
