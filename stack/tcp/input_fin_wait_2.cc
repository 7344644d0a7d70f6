// FIN-WAIT-2 (RFC 9293 3.10.7.4): our half is closed; the peer may still send.

#include "stack/tcp/input.h"

namespace nut::tcp {

DropReason InputFinWait2(Tcb& tcb, Arrival& arrival) {
  // Sequence numbers are checked as in ESTABLISHED (original: S5 appended data in the order of arrival).
  if (const Verdict stop = CheckArrival(tcb, arrival)) return *stop;
  if (const Verdict stop = ProcessAck(tcb, arrival)) return *stop;
  ProcessUrgent(tcb, arrival);
  if (const Verdict stop = ProcessText(tcb, arrival)) return *stop;
  ProcessFin(tcb, arrival);
  return DropReason::kNone;
}

}  // namespace nut::tcp
