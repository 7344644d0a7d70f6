// TIME-WAIT (RFC 9293 3.10.7.4): both FINs are acknowledged; what may still come are the peer's repetitions.

#include "stack/tcp/input.h"

namespace nut::tcp {

DropReason InputTimeWait(Tcb& tcb, Arrival& arrival) {
  const IncomingSegment& segment = arrival.segment;
  // "The only thing that can arrive in this state is a retransmission of the remote FIN. Acknowledge it, and
  // restart the 2 MSL timeout." It lies before the window, so it is recognised in front of the general
  // checks; only the very same FIN, or a stranger could keep the pair busy for ever with any number.
  const bool same_fin = segment.flags.fin() && !segment.flags.rst() && !segment.flags.syn() &&
                        segment.sequence + segment.length() == tcb.rcv_nxt;
  const bool old =
      segment.options.timestamps && tcb.timestamps.IsOld(segment.options.timestamps->value, arrival.now);
  if (same_fin && segment.flags.ack() && segment.acknowledgement == tcb.snd_nxt && !old) {
    tcb.ack_now = true;
    tcb.timers.Arm(Timer::kLifetime, After(arrival.now, tcb.parameters->time_wait));
    return DropReason::kNone;
  }
  if (const Verdict stop = CheckArrival(tcb, arrival)) return *stop;
  if (const Verdict stop = ProcessAck(tcb, arrival)) return *stop;
  return arrival.length() == 0 ? DropReason::kNone : DropReason::kTcpAfterClose;
}

}  // namespace nut::tcp
