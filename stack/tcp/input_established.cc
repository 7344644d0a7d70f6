// ESTABLISHED (RFC 9293 3.10.7.4).

#include "stack/tcp/input.h"

namespace nut::tcp {

DropReason InputEstablished(Tcb& tcb, Arrival& arrival) {
  if (const Verdict stop = CheckArrival(tcb, arrival)) return *stop;
  if (const Verdict stop = ProcessAck(tcb, arrival)) return *stop;
  ProcessUrgent(tcb, arrival);
  if (const Verdict stop = ProcessText(tcb, arrival)) return *stop;
  ProcessFin(tcb, arrival);
  return DropReason::kNone;
}

}  // namespace nut::tcp
