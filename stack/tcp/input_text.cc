// Urgent pointer, text and FIN (RFC 9293 3.10.7.4, sixth to eighth), and what is acknowledged when (RFC
// 5681 4.2).

#include <algorithm>

#include "stack/tcp/input.h"
#include "stack/tcp/sack_report.h"

namespace nut::tcp {
namespace {

// MUST-40: under half a second after the first octet that waits for it.
void ArmDelayedAck(Tcb& tcb, Instant now) {
  if (tcb.parameters->delayed_ack <= Duration::zero()) {
    tcb.ack_now = true;
  } else if (!tcb.timers.armed(Timer::kDelayedAck)) {
    tcb.timers.Arm(Timer::kDelayedAck, After(now, tcb.parameters->delayed_ack));
  }
}

// In order, nothing missing: an ACK may wait for a second segment (SHLD-18, SHLD-19), though not long
// (MUST-40).
void DelayAck(Tcb& tcb, uint32_t text, Instant now) {
  tcb.receive_mss = std::max(tcb.receive_mss, std::min<uint32_t>(text, tcb.own_mss()));
  const auto unacknowledged = static_cast<uint32_t>(tcb.rcv_nxt - tcb.last_ack_sent);
  if (unacknowledged >= 2 * tcb.receive_mss) {
    tcb.ack_now = true;
  } else {
    ArmDelayedAck(tcb, now);
  }
}

// RFC 5681 4.2: at once, and one for each of them: the peer counts.
void AckOutOfOrder(Tcb& tcb, uint32_t segments) {
  const uint32_t owed = tcb.acks_owed + segments - (tcb.ack_now ? 0 : 1);
  tcb.acks_owed = static_cast<uint16_t>(std::min({owed, tcb.parameters->maximum_owed_acks, 65535u}));
  tcb.ack_now = true;
}

// Into the buffer, `offset` octets behind RCV.NXT, which moves as far as it may.
ReceiveBuffer::Placed Place(Tcb& tcb, const Arrival& arrival, size_t offset) {
  const auto placed = tcb.receive_buffer.Place(
      offset, arrival.text(), tcb.parameters->maximum_out_of_order_ranges, tcb.parameters->receive_buffer);
  tcb.rcv_nxt += static_cast<uint32_t>(placed.advanced);
  if (placed.advanced > 0) tcb.Count(Counter::kTcpBytesIn, placed.advanced);
  return placed;
}

}  // namespace

void ProcessUrgent(Tcb& tcb, const Arrival& arrival) {
  if (!arrival.segment.flags.urg() || tcb.fin_received) return;
  // "RCV.UP <- max(RCV.UP, SEG.UP)". A pointer to what was read long ago, or far ahead of anything sent, is
  // only a number: data stays in line (RFC 6093), and nobody reads where it points to.
  const wire::SequenceNumber up = arrival.segment.sequence + arrival.segment.urgent_pointer;
  if (!up.After(tcb.unread())) return;
  tcb.rcv_up = tcb.urgent_announced ? Max(tcb.rcv_up, up) : up;
  tcb.urgent_announced = true;
}

Verdict ProcessText(Tcb& tcb, const Arrival& arrival) {
  if (arrival.text_size == 0) return kGoOn;
  // A FIN that came with the SYN has ended the stream together with the handshake, in this very segment:
  // "This should not occur, since a FIN has been received from the remote side. Ignore the segment text."
  if (tcb.fin_received) return DropReason::kTcpAfterClose;
  // RFC 9293 3.6.1 SHLD-3, RFC 2525 2.17: data for nobody: "TCP SHOULD send a RST to show that data was
  // lost".
  if (tcb.orphan) {
    ResetInAnswer(tcb, arrival.segment);
    tcb.Fail(Error::kConnectionAborted, Event::kAbort, arrival.now);
    return DropReason::kTcpAfterClose;
  }
  const auto offset = static_cast<uint32_t>(arrival.sequence - tcb.rcv_nxt);
  // A FIN remembered from ahead, and now data where there should be none: data is believed.
  if (tcb.early_fin && arrival.text_end().After(*tcb.early_fin)) tcb.early_fin.reset();

  if (offset == 0 && !tcb.receive_buffer.has_gap()) {
    TakeText(tcb, arrival);
    return kGoOn;
  }
  NoteHeldText(tcb, offset, arrival.text_size);
  const auto placed = Place(tcb, arrival, offset);
  if (placed.advanced == 0) {
    const uint32_t segments = AcceptableSegments(arrival);
    tcb.Count(Counter::kTcpOutOfOrderIn, segments);
    AckOutOfOrder(tcb, segments);
    return placed.kept ? kGoOn : Verdict(DropReason::kTcpReassemblyFull);
  }
  // RFC 5681 4.2: "when the incoming segment fills in all or part of a gap".
  tcb.ack_now = true;
  return kGoOn;
}

void TakeText(Tcb& tcb, const Arrival& arrival) {
  Place(tcb, arrival, 0);
  const uint32_t one = arrival.segment.segment_size;
  DelayAck(tcb, one > 0 ? std::min(one, arrival.text_size) : arrival.text_size, arrival.now);
  // An unacceptable segment is answered at once (RFC 9293 3.10.7.4, first).
  if (AcceptableSegments(arrival) < arrival.segment.segments()) tcb.ack_now = true;
}

void ProcessFin(Tcb& tcb, const Arrival& arrival) {
  if (tcb.fin_received) return;
  if (arrival.fin) {
    const wire::SequenceNumber fin = arrival.text_end();
    const wire::SequenceNumber known_end =
        tcb.rcv_nxt + static_cast<uint32_t>(tcb.receive_buffer.early_reach());
    // The end of the stream is where nothing lies behind it; a FIN in front of data that is here already is a
    // lie.
    if (fin.AtOrAfter(known_end)) tcb.early_fin = fin;
    if (fin.After(tcb.rcv_nxt)) tcb.ack_now = true;
  }
  TakeEarlyFin(tcb, arrival.now, arrival.fin ? FinAck::kMayWait : FinAck::kAtOnce);
}

void TakeEarlyFin(Tcb& tcb, Instant now, FinAck ack) {
  // Only at exactly RCV.NXT: neither an old FIN nor one behind a gap closes anything (original: S4).
  if (!tcb.early_fin || *tcb.early_fin != tcb.rcv_nxt) return;
  tcb.early_fin.reset();
  tcb.rcv_nxt += 1;
  tcb.fin_received = true;
  tcb.receive_buffer.DropEarly();
  // R5: was acted upon only after others had run (MutantAccess::ActOnFin).
  if (!Mutated(Mutant::kR5FinAfterYield)) tcb.Fire(Event::kFinArrives, now);
  // Who has read to the end mostly closes at once, and the FIN carries the ACK (SHLD-18). Where nothing more
  // comes from here it goes by itself.
  if (ack == FinAck::kMayWait && tcb.state == State::kCloseWait && !tcb.parameters->separate_fin) {
    ArmDelayedAck(tcb, now);
  } else {
    tcb.ack_now = true;
  }
}

}  // namespace nut::tcp
