// SYN-SENT (RFC 9293 3.10.7.3).

#include <algorithm>

#include "stack/tcp/input.h"

namespace nut::tcp {
namespace {

// "<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>"; "data or controls that were queued for transmission MAY be
// included". Who has connected mostly asks something as soon as he is woken, and then the request carries the
// ACK. A server that speaks first waits for a time much shorter than any round trip but a neighbour's
// (MUST-40).
void AcknowledgeSynAck(Tcb& tcb, Instant now) {
  const Duration patience = std::min(tcb.parameters->syn_ack_patience, tcb.parameters->delayed_ack);
  if (patience > Duration::zero()) {
    tcb.timers.Arm(Timer::kDelayedAck, After(now, patience));
  } else {
    tcb.ack_now = true;
  }
}

// RFC 7413 4.2.1: the server has taken so many octets of what came with our SYN; the rest goes again.
void NoteSynTextTaken(Tcb& tcb, uint32_t octets) {
  tcb.send_buffer.Consume(octets);
  tcb.bytes_acked += octets;
  tcb.snd_una += octets;
  tcb.snd_nxt = tcb.send_from = tcb.limited_until = tcb.snd_una;
}

}  // namespace

DropReason InputSynSent(Tcb& tcb, Arrival& arrival) {
  const IncomingSegment& segment = arrival.segment;
  // First: "If SEG.ACK =< ISS or SEG.ACK > SND.NXT, send a reset (unless the RST bit is set...)"
  if (segment.flags.ack() &&
      (segment.acknowledgement.AtOrBefore(tcb.iss) || segment.acknowledgement.After(tcb.snd_nxt))) {
    if (!segment.flags.rst()) ResetInAnswer(tcb, segment);
    return DropReason::kTcpUnacceptableAck;
  }
  // Second: a RST counts only with an acceptable ACK (RFC 5961 3: "the ACK field acceptably acknowledges the
  // SYN").
  if (segment.flags.rst()) {
    tcb.Count(Counter::kTcpInResets);
    if (!segment.flags.ack()) return DropReason::kTcpBlindReset;
    tcb.Fail(Error::kConnectionRefused, Event::kResetArrives, arrival.now);
    return DropReason::kNone;
  }
  // Fifth: "if neither of the SYN or RST bits is set, then drop the segment and return"
  if (!segment.flags.syn()) return DropReason::kTcpUnexpectedFlags;

  // Fourth: "RCV.NXT is set to SEG.SEQ+1, IRS is set to SEG.SEQ"
  tcb.last_heard = arrival.now;
  TakeSynOptions(tcb, segment, arrival.now);
  arrival.sequence += 1;
  TrimToWindow(tcb, arrival);
  if (!segment.flags.ack()) {
    // Both have opened at once (MUST-10): "form a SYN,ACK segment and send it"; its text is kept for later.
    TakeWindow(tcb, segment, segment.sequence);
    tcb.Fire(Event::kSynArrives, arrival.now);
    tcb.syn_due = true;
    if (const Verdict stop = ProcessText(tcb, arrival)) return *stop;
    if (arrival.fin) tcb.early_fin = arrival.text_end();
    return DropReason::kNone;
  }
  // "If SND.UNA > ISS (our SYN has been ACKed), change the connection state to ESTABLISHED": and acknowledge
  // at once.
  if (tcb.timed) tcb.rtt.Sample(arrival.now - tcb.timed_at);
  TakeWindow(tcb, segment, segment.sequence);
  AcknowledgeSynAck(tcb, arrival.now);
  const auto taken = static_cast<uint32_t>(segment.acknowledgement - tcb.iss) - 1;
  Establish(tcb, Event::kSynAckArrives, arrival.now);
  if (taken > 0) NoteSynTextTaken(tcb, taken);
  // "If there are other controls or text in the segment, then continue processing at the sixth step"
  ProcessUrgent(tcb, arrival);
  if (const Verdict stop = ProcessText(tcb, arrival)) return *stop;
  ProcessFin(tcb, arrival);
  return DropReason::kNone;
}

}  // namespace nut::tcp
