// Black holes (RFC 4821, RFC 8899): paths that swallow large packets and whose routers do not say so.
// Time-outs in a row of large segments are taken for one: smaller packets are tried, and the larger ones
// again after a while. Functions over a Tcb.
#pragma once

#include "stack/tcp/tcb.h"

namespace nut::tcp {

// After a retransmission time-out, when everything outstanding is about to be sent again.
void SuspectBlackHole(Tcb& tcb);

// After an ACK of new data, with Tcb::black_hole_at set: is it time to try the larger packets again? (RFC 1191
// 6.3: not before ten minutes.)
void RetryLargePackets(Tcb& tcb, Instant now);

}  // namespace nut::tcp
