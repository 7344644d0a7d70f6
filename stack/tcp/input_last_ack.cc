// LAST-ACK (RFC 9293 3.10.7.4): the peer closed first, then we; the ACK of our FIN is all that is left to
// come.

#include "stack/tcp/input.h"

namespace nut::tcp {

DropReason InputLastAck(Tcb& tcb, Arrival& arrival) {
  if (const Verdict stop = CheckArrival(tcb, arrival)) return *stop;
  if (const Verdict stop = ProcessAck(tcb, arrival)) return *stop;
  // "If our FIN is now acknowledged, delete the TCB, enter the CLOSED state, and return."
  if (tcb.fin_acknowledged) tcb.Fire(Event::kFinAcknowledged, arrival.now);
  return arrival.length() == 0 ? DropReason::kNone : DropReason::kTcpAfterClose;
}

}  // namespace nut::tcp
