// CLOSING (RFC 9293 3.10.7.4): both have sent a FIN, and ours is not acknowledged yet.

#include "stack/tcp/input.h"

namespace nut::tcp {

DropReason InputClosing(Tcb& tcb, Arrival& arrival) {
  if (const Verdict stop = CheckArrival(tcb, arrival)) return *stop;
  if (const Verdict stop = ProcessAck(tcb, arrival)) return *stop;
  // "if the ACK acknowledges our FIN, then enter the TIME-WAIT state; otherwise, ignore the segment"
  if (tcb.fin_acknowledged) tcb.Fire(Event::kFinAcknowledged, arrival.now);
  return arrival.length() == 0 ? DropReason::kNone : DropReason::kTcpAfterClose;
}

}  // namespace nut::tcp
