// CLOSE-WAIT (RFC 9293 3.10.7.4): the peer has closed its half; we may still send.

#include "stack/tcp/input.h"

namespace nut::tcp {

DropReason InputCloseWait(Tcb& tcb, Arrival& arrival) {
  if (const Verdict stop = CheckArrival(tcb, arrival)) return *stop;
  if (const Verdict stop = ProcessAck(tcb, arrival)) return *stop;
  // Seventh: "This should not occur, since a FIN has been received from the remote side. Ignore the segment
  // text." Eighth: "Remain in the CLOSE-WAIT state."
  return arrival.length() == 0 ? DropReason::kNone : DropReason::kTcpAfterClose;
}

}  // namespace nut::tcp
