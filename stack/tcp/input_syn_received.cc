// SYN-RECEIVED (RFC 9293 3.10.7.4), reached from LISTEN or, when both sides open at once, from SYN-SENT.

#include "stack/tcp/input.h"

namespace nut::tcp {
namespace {

// The peer's own SYN once more.
bool IsRepeatedSyn(const Tcb& tcb, const IncomingSegment& segment) {
  return segment.flags.syn() && !segment.flags.rst() && segment.sequence == tcb.irs;
}

}  // namespace

DropReason InputSynReceived(Tcb& tcb, Arrival& arrival) {
  const IncomingSegment& segment = arrival.segment;
  if (IsRepeatedSyn(tcb, segment)) {
    if (!segment.flags.ack() || segment.acknowledgement != tcb.snd_nxt) {
      // Our SYN-ACK was lost, or is still on its way: "acknowledge", with the segment that can go on from
      // there.
      if (!segment.flags.ack()) tcb.ecn.TakeRepeatedSyn(segment.flags);
      if (tcb.challenge_limit.Take(tcb.parameters->challenge_acks_per_second, arrival.now))
        tcb.syn_due = true;
      return DropReason::kNone;
    }
    // Simultaneous open (figure 7, lines 5 and 7): the SYN-ACK of the other side establishes this one. Its
    // SYN lies before the window and is trimmed away; no SYN is left to challenge.
    TakeWindow(tcb, segment, segment.sequence);
    tcb.last_heard = arrival.now;
    if (tcb.timed) tcb.rtt.Sample(arrival.now - tcb.timed_at);
    tcb.ack_now = true;
    Establish(tcb, Event::kSynAcknowledged, arrival.now);
    return DropReason::kNone;
  }

  if (const Verdict stop = CheckArrival(tcb, arrival)) return *stop;
  // "If SND.UNA < SEG.ACK =< SND.NXT, then enter ESTABLISHED state"; otherwise <SEQ=SEG.ACK><CTL=RST>
  if (!segment.acknowledgement.After(tcb.snd_una) || segment.acknowledgement.After(tcb.snd_nxt)) {
    ResetInAnswer(tcb, segment);
    return DropReason::kTcpUnacceptableAck;
  }
  if (tcb.timed) tcb.rtt.Sample(arrival.now - tcb.timed_at);
  TakeWindow(tcb, segment, arrival.sequence);
  Establish(tcb, Event::kSynAcknowledged, arrival.now);
  // What went out behind the SYN-ACK (RFC 7413).
  if (tcb.fast_open) {
    if (const Verdict stop = ProcessAck(tcb, arrival)) return *stop;
  }
  // "and continue processing with the variables": what ESTABLISHED does from the sixth step on.
  ProcessUrgent(tcb, arrival);
  if (const Verdict stop = ProcessText(tcb, arrival)) return *stop;
  ProcessFin(tcb, arrival);
  return DropReason::kNone;
}

}  // namespace nut::tcp
