// FIN-WAIT-1 (RFC 9293 3.10.7.4): our FIN is on its way; the peer may still send.

#include "stack/tcp/input.h"

namespace nut::tcp {

DropReason InputFinWait1(Tcb& tcb, Arrival& arrival) {
  if (const Verdict stop = CheckArrival(tcb, arrival)) return *stop;
  if (const Verdict stop = ProcessAck(tcb, arrival)) return *stop;
  // "if the FIN segment is now acknowledged, then enter FIN-WAIT-2 and continue processing in that state"
  if (tcb.fin_acknowledged) tcb.Fire(Event::kFinAcknowledged, arrival.now);
  ProcessUrgent(tcb, arrival);
  if (const Verdict stop = ProcessText(tcb, arrival)) return *stop;
  ProcessFin(tcb, arrival);
  return DropReason::kNone;
}

}  // namespace nut::tcp
