// The checks that every state from SYN-RECEIVED on begins with (RFC 9293 3.10.7.4, RFC 5961, RFC 7323 5.3).

#include <algorithm>

#include "stack/tcp/input.h"
#include "stack/tcp/sack_report.h"
#include "stack/tcp/user_timeout.h"
#include "stack/wire/ecn.h"

namespace nut::tcp {
namespace {

// RFC 9293 table 6 for a segment that takes `length` numbers.
bool IsAcceptable(const Tcb& tcb, wire::SequenceNumber sequence, uint32_t length) {
  const uint32_t window = tcb.receive_window.Size(tcb.rcv_nxt);
  if (window == 0) return length == 0 && sequence == tcb.rcv_nxt;
  if (sequence.InWindow(tcb.rcv_nxt, window)) return true;
  return length > 0 && (sequence + (length - 1)).InWindow(tcb.rcv_nxt, window);
}

// RFC 5961 3.2, RFC 9293 3.10.7.4 second.
Verdict CheckReset(Tcb& tcb, const Arrival& arrival) {
  tcb.Count(Counter::kTcpInResets);
  // "1) If the RST bit is set and the sequence number is outside the current receive window, silently drop
  // the segment." A RST may carry text (SHLD-2): only where it starts counts.
  if (!IsAcceptable(tcb, arrival.sequence, 0)) return DropReason::kTcpOutOfWindow;
  // "3) ... in the window but does not exactly match the next expected sequence value": challenge ACK.
  if (arrival.sequence != tcb.rcv_nxt) return Challenge(tcb, DropReason::kTcpBlindReset, arrival.now);
  // "2) ... exactly matches": reset as each state has it.
  switch (tcb.state) {
    case State::kSynReceived:
      // What is open already (RFC 7413) has not been refused.
      tcb.Fail(tcb.fast_open ? Error::kConnectionReset : Error::kConnectionRefused, Event::kResetArrives,
               arrival.now);
      break;
    case State::kClosing:
    case State::kLastAck:
    case State::kTimeWait:
      // Both sides were done already: "enter the CLOSED state", and nobody is told.
      tcb.Fire(Event::kResetArrives, arrival.now);
      break;
    default: tcb.Fail(Error::kConnectionReset, Event::kResetArrives, arrival.now); break;
  }
  return DropReason::kNone;
}

// RFC 7323 3.2 and 5.3 R1.
Verdict CheckTimestamps(Tcb& tcb, const Arrival& arrival) {
  if (!tcb.timestamps.enabled()) return kGoOn;
  const auto& option = arrival.segment.options.timestamps;
  // 3.2: "If a non-RST segment is received without a TSopt, a TCP SHOULD silently drop the segment."
  if (!option) return DropReason::kTcpMissingTimestamp;
  if (!tcb.timestamps.IsOld(option->value, arrival.now)) return kGoOn;
  // R1: "send an acknowledgment in reply ... and drop the segment". Limited for those without text: two hosts
  // that both find the other's ACKs old would answer each other for ever.
  if (arrival.length() > 0 ||
      tcb.repeated_ack_limit.Take(tcb.parameters->challenge_acks_per_second, arrival.now)) {
    tcb.ack_now = true;
  }
  return DropReason::kTcpPaws;
}

// RFC 9293 3.10.7.4, first: an unacceptable segment is answered with <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>.
DropReason RejectSequence(Tcb& tcb, const Arrival& arrival) {
  const bool old = (arrival.sequence + arrival.length()).AtOrBefore(tcb.rcv_nxt);
  if (arrival.length() > 0 ||
      tcb.repeated_ack_limit.Take(tcb.parameters->challenge_acks_per_second, arrival.now)) {
    tcb.ack_now = true;
  }
  return old && arrival.length() > 0 ? DropReason::kTcpDuplicateData : DropReason::kTcpOutOfWindow;
}

Verdict CheckSequence(Tcb& tcb, Arrival& arrival) {
  NoteOldText(tcb, arrival.sequence, arrival.text_size);
  if (IsAcceptable(tcb, arrival.sequence, arrival.length())) {
    TrimToWindow(tcb, arrival);
    return kGoOn;
  }
  const uint32_t window = tcb.receive_window.Size(tcb.rcv_nxt);
  const bool reaches_next =
      arrival.sequence.AtOrBefore(tcb.rcv_nxt) && (arrival.sequence + arrival.length()).After(tcb.rcv_nxt);
  // MUST-66: "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to
  // accept valid ACKs, URGs, and RSTs." This is what a window probe looks like; its octet is not taken, and
  // it is always answered.
  if (window == 0 && reaches_next) {
    tcb.ack_now = true;
    arrival.sequence = tcb.rcv_nxt;
    arrival.text_size = 0;
    arrival.fin = false;
    return kGoOn;
  }
  const DropReason reason = RejectSequence(tcb, arrival);
  // A peer that has filled our window, of which a segment was lost, sends its ACKs from exactly the right
  // edge. The table refuses them; what they acknowledge is worth knowing all the same.
  if (MaySend(tcb.state) && arrival.length() == 0 && arrival.sequence == tcb.receive_window.edge() &&
      arrival.segment.flags.ack()) {
    ProcessAck(tcb, arrival);
  }
  return reason;
}

}  // namespace

uint32_t AcceptableSegments(const Arrival& arrival) {
  const uint32_t one = arrival.segment.segment_size;
  if (one == 0) return 1;
  const uint32_t first = arrival.skipped / one;
  const uint32_t end = (arrival.skipped + arrival.text_size + one - 1) / one;
  return end - first;
}

void TrimToWindow(const Tcb& tcb, Arrival& arrival) {
  const wire::SequenceNumber fin = arrival.text_end();
  if (arrival.sequence.Before(tcb.rcv_nxt)) {
    const auto before = static_cast<uint32_t>(tcb.rcv_nxt - arrival.sequence);
    const uint32_t old = std::min(before, arrival.text_size);
    arrival.skipped += old;
    arrival.text_size -= old;
    arrival.sequence = tcb.rcv_nxt;
  }
  const auto room = static_cast<uint32_t>(tcb.receive_window.edge() - arrival.sequence);
  arrival.text_size = std::min(arrival.text_size, room);
  // The FIN has a number of its own, and it too must lie inside.
  arrival.fin = arrival.fin && fin.InWindow(tcb.rcv_nxt, tcb.receive_window.Size(tcb.rcv_nxt));
}

Verdict CheckArrival(Tcb& tcb, Arrival& arrival) {
  const IncomingSegment& segment = arrival.segment;
  if (segment.flags.rst()) return CheckReset(tcb, arrival);
  // RFC 5961 4.2: "If the SYN bit is set, irrespective of the sequence number, TCP MUST send an ACK": before
  // the timestamps, which the SYN of a peer that has restarted need not carry.
  if (segment.flags.syn()) return Challenge(tcb, DropReason::kTcpBlindSyn, arrival.now);

  if (const Verdict stop = CheckTimestamps(tcb, arrival)) return stop;
  if (const Verdict stop = CheckSequence(tcb, arrival)) return stop;
  // "if the ACK bit is off, drop the segment and return"
  if (!segment.flags.ack()) return DropReason::kTcpUnexpectedFlags;
  // RFC 7323 5.3 R3: only a segment that passed the window check moves TS.Recent.
  if (tcb.timestamps.enabled()) {
    // Of several segments at once the first that did.
    const uint32_t before = segment.segment_size == 0 ? 0 : arrival.skipped / segment.segment_size;
    tcb.timestamps.Note(segment.options.timestamps->value, segment.sequence + before * segment.segment_size,
                        tcb.last_ack_sent, arrival.now);
  }
  if (tcb.ecn.enabled() && arrival.text_size > 0) {
    const bool marked = wire::EcnOf(segment.tos) == wire::Ecn::kCe;
    if (marked) tcb.Count(Counter::kTcpCongestionMarksIn, segment.segments());
    if (tcb.ecn.OnText(marked, segment.flags)) tcb.ack_now = true;
  }
  if (segment.options.user_timeout) [[unlikely]]
    TakeUserTimeout(tcb, segment.options);
  tcb.last_heard = arrival.now;
  tcb.keep_alives = 0;
  return kGoOn;
}

}  // namespace nut::tcp
