#include "stack/tcp/output.h"

#include <algorithm>

#include "stack/tcp/pacing.h"
#include "stack/tcp/sack_recovery.h"
#include "stack/tcp/sack_report.h"
#include "stack/tcp/user_timeout.h"

namespace nut::tcp {
namespace {

using wire::TcpFlags;

constexpr uint32_t kUserTimeoutOption = 4;
constexpr uint32_t kLargestSackOption = 4 + 8 * wire::SackBlocks::kCapacity;

// Whatever carries an ACK acknowledges everything up to RCV.NXT.
void NoteAckSent(Tcb& tcb) {
  tcb.last_ack_sent = tcb.rcv_nxt;
  tcb.ack_now = false;
  tcb.timers.Disarm(Timer::kDelayedAck);
}

// The fields of every segment after the handshake.
void FillCommon(Tcb& tcb, Instant now, OutgoingSegment& out) {
  out.fields.flags = TcpFlags::kAck;
  if (tcb.ecn.echo()) [[unlikely]]
    out.fields.flags |= TcpFlags::kEce;
  out.fields.acknowledgement = tcb.rcv_nxt;
  out.fields.window = tcb.receive_window.Offer(tcb.rcv_nxt, tcb.receive_space(), tcb.receive_step());
  // RFC 7323 3.2: once negotiated, in every segment.
  if (tcb.timestamps.enabled()) out.fields.options.timestamps = tcb.timestamps.Stamp(now);
  NoteAckSent(tcb);
}

// Once, beside `text` octets where there is room; until then it waits.
void MentionUserTimeout(Tcb& tcb, uint32_t text, OutgoingSegment& out) {
  if (text + kUserTimeoutOption > tcb.send_mss) return;
  TellUserTimeout(tcb, out.fields.options);
  tcb.user_timeout_due = false;
}

// MUST-62: the pointer says where the octet following the urgent data is, seen from this segment; 65535 when
// that is farther away than the field can say.
void MarkUrgent(const Tcb& tcb, OutgoingSegment& out) {
  if (!tcb.urgent_pending(out.fields.sequence)) return;
  out.fields.flags |= TcpFlags::kUrg;
  out.fields.urgent_pointer =
      static_cast<uint16_t>(std::min<int32_t>(tcb.snd_up - out.fields.sequence, 65535));
}

void ExecuteReset(Tcb& tcb, Instant now, OutgoingSegment& out) {
  out.fields.sequence = tcb.reset->sequence;
  out.fields.flags = TcpFlags::kRst;
  if (tcb.reset->ack) {
    out.fields.flags |= TcpFlags::kAck;
    out.fields.acknowledgement = tcb.reset->acknowledgement;
  }
  if (tcb.timestamps.enabled()) out.fields.options.timestamps = tcb.timestamps.Stamp(now);
  tcb.reset.reset();
  tcb.Count(Counter::kTcpOutResets);
}

// RFC 7413 4.1.3, 4.2.1: the cookie, or the wish for one, and with a cookie as much text as the server takes
// in one segment. A SYN that goes again goes without: perhaps it was lost because of them.
void OfferFastOpen(Tcb& tcb, OutgoingSegment& out) {
  if (!tcb.parameters->fast_open || tcb.timeouts > 0) return;
  const auto& cookie = tcb.parameters->fast_open_cookie;
  out.fields.options.fast_open = cookie.value_or(wire::TcpFastOpenCookie{});
  if (!cookie || tcb.send_buffer.empty()) return;
  const size_t options = wire::TcpOptionsSize(out.fields.options);
  const size_t mss = std::min<size_t>(tcb.parameters->fast_open_mss, tcb.own_mss());
  const size_t length = std::min(tcb.send_buffer.size(), mss - std::min(mss, options));
  out.payload = tcb.send_buffer.Gather(0, length);
  tcb.snd_nxt = tcb.send_from = tcb.iss + 1 + static_cast<uint32_t>(out.payload.size());
  tcb.bytes_sent += out.payload.size();
  tcb.Count(Counter::kTcpBytesOut, out.payload.size());
  tcb.Count(Counter::kTcpFastOpensOut);
}

void ExecuteSyn(Tcb& tcb, Instant now, OutgoingSegment& out) {
  const bool answer = tcb.state == State::kSynReceived;
  const Parameters& parameters = *tcb.parameters;
  out.fields.sequence = tcb.iss;
  out.fields.flags = TcpFlags::kSyn | tcb.ecn.SynFlags(answer, parameters.ecn, tcb.timeouts > 0);
  out.fields.options.mss = tcb.own_mss();  // MUST-14, SHLD-5
  if (answer && parameters.mirror_mss) out.fields.options.mss = std::min(tcb.own_mss(), tcb.peer_mss);
  // RFC 7323 2.2, 3.2: an answer carries an option only if the SYN had it.
  if (answer ? tcb.window_scaling : parameters.window_scaling) {
    out.fields.options.window_scale = ReceiveWindow::ShiftFor(parameters.widest_window());
  }
  if (answer ? tcb.timestamps.enabled() : parameters.timestamps) {
    out.fields.options.timestamps = tcb.timestamps.Stamp(now);
  }
  // RFC 2018 2: likewise.
  // RFC 5482 3.2: in a SYN-ACK, too, whatever the SYN had.
  TellUserTimeout(tcb, out.fields.options);
  out.fields.options.sack_permitted = answer ? tcb.sack : parameters.sack;
  if (answer) {
    out.fields.flags |= TcpFlags::kAck;
    out.fields.acknowledgement = tcb.rcv_nxt;
    out.fields.window = tcb.receive_window.SynField(tcb.rcv_nxt);
    // Where both open at once, the cookie is the peer's own, and he has it.
    if (!tcb.opened_actively) out.fields.options.fast_open = parameters.fast_open_cookie;
    NoteAckSent(tcb);
  } else {
    out.fields.window = static_cast<uint16_t>(std::min<size_t>(parameters.receive_buffer, 65535));
    OfferFastOpen(tcb, out);
  }
  tcb.syn_due = false;
  // Karn (RFC 6298 3): a SYN that was sent twice gives no sample.
  tcb.timed.reset();
  if (tcb.segments_out == 0) {
    tcb.timed = tcb.snd_nxt;
    tcb.timed_at = now;
  }
}

// Notes that the numbers from `sequence` to `end` go out now: timing, counting, the retransmission timer.
void NoteSent(Tcb& tcb, wire::SequenceNumber sequence, wire::SequenceNumber end, uint32_t octets,
              Instant now) {
  if (tcb.flight() == 0) tcb.progress_at = now;
  if (sequence.Before(tcb.snd_nxt)) {
    ++tcb.retransmits;
    tcb.Count(Counter::kTcpRetransmittedSegments);
    // Karn (RFC 6298 3): what is sent twice cannot be timed.
    if (tcb.timed && sequence.Before(*tcb.timed)) tcb.timed.reset();
  } else if (!tcb.timed && !tcb.recovering()) {
    // During recovery the ACK would wait for the hole in front: no round trip.
    tcb.timed = end;
    tcb.timed_at = now;
  }
  if (end.After(tcb.snd_nxt)) {
    tcb.bytes_sent += std::min(octets, static_cast<uint32_t>(end - tcb.snd_nxt));
    tcb.snd_nxt = end;
  }
  if (tcb.sack) {
    NoteSentBySack(tcb, sequence, end, now);
  } else {
    tcb.send_from = Max(tcb.send_from, end);
  }
  tcb.last_sent = now;
  tcb.Count(Counter::kTcpBytesOut, octets);
}

// The octets of the plan; where they lie in more pieces than a segment gathers, as many as it does, and the
// rest is for the next one.
void GatherText(const Tcb& tcb, Plan& plan, OutgoingSegment& out) {
  out.payload = tcb.send_buffer.Gather(static_cast<size_t>(plan.sequence - tcb.data_begin()), plan.length);
  if (out.payload.size() < plan.length) [[unlikely]] {
    plan.length = static_cast<uint32_t>(out.payload.size());
    plan.fin = false;
    if (plan.length > tcb.send_mss) {
      plan.length -= plan.length % tcb.send_mss;
      out.payload = out.payload.Part(0, plan.length);
    }
  }
  if (plan.length > tcb.send_mss) out.segment_size = static_cast<uint16_t>(tcb.send_mss);
}

// RFC 3168 6.1.2, 6.1.5: text that goes out for the first time can be marked, and tells that the window was
// reduced; retransmissions, probes and mere ACKs do neither.
void MarkNewText(Tcb& tcb, const Plan& plan, OutgoingSegment& out) {
  if (plan.length == 0 || plan.sequence.Before(tcb.snd_nxt)) return;
  out.ecn_capable = true;
  if (!tcb.ecn.reduced_due()) return;
  out.fields.flags |= TcpFlags::kCwr;
  tcb.ecn.NoteReducedSent();
}

void ExecuteData(Tcb& tcb, Plan plan, Instant now, OutgoingSegment& out) {
  FillCommon(tcb, now, out);
  out.fields.sequence = plan.sequence;
  if (plan.length > 0) GatherText(tcb, plan, out);
  const wire::SequenceNumber text_end = plan.sequence + plan.length;
  // MUST-61: PSH where the queue ends.
  if (plan.length > 0 && (text_end == tcb.data_end() || tcb.parameters->push_always))
    out.fields.flags |= TcpFlags::kPsh;
  if (plan.fin) out.fields.flags |= TcpFlags::kFin;
  MarkUrgent(tcb, out);
  if (tcb.ecn.enabled()) MarkNewText(tcb, plan, out);
  // RFC 2018 3: beside text where both have room.
  if (plan.length + kUserTimeoutOption + kLargestSackOption <= tcb.send_mss) {
    ReportSack(tcb, out.fields.options);
  }
  if (tcb.user_timeout_due) [[unlikely]]
    MentionUserTimeout(tcb, plan.length, out);
  if (plan.resend_head) tcb.resend_head = false;
  const wire::SequenceNumber end = text_end + (plan.fin ? 1 : 0);
  const bool again = plan.sequence.Before(tcb.snd_nxt);
  NoteSent(tcb, plan.sequence, end, plan.length, now);
  tcb.override_due = false;
  tcb.timers.Disarm(Timer::kSendOverride);
  if (!tcb.sack) {
    // RFC 6298 5.1
    if (!tcb.timers.armed(Timer::kRetransmit)) tcb.ArmRetransmit(now);
    return;
  }
  // Likewise; and what keeps everything behind it waiting gets a round trip of its own.
  const bool head_again = again && plan.sequence == tcb.snd_una;
  if (tcb.parameters->pacing) PaceSent(tcb, plan.length, now);
  if (plan.tail_probe) NoteProbeSent(tcb, end, again, now);
  if (head_again || !tcb.timers.armed(Timer::kRetransmit)) tcb.ArmRetransmit(now);
  ScheduleAlarm(tcb, now);
}

// RFC 9293 3.8.6.1: "at least one octet of new data (if available), or retransmit"; the FIN when there is
// nothing else.
void ExecuteProbe(Tcb& tcb, Instant now, OutgoingSegment& out) {
  FillCommon(tcb, now, out);
  out.fields.sequence = tcb.snd_una;
  const uint32_t length = tcb.send_buffer.empty() ? 0 : 1;
  if (length > 0) {
    out.payload = tcb.send_buffer.Gather(0, length);
    if (tcb.send_buffer.size() == 1) out.fields.flags |= TcpFlags::kPsh;
  } else {
    out.fields.flags |= TcpFlags::kFin;
  }
  MarkUrgent(tcb, out);
  tcb.probe_due = false;
  NoteSent(tcb, tcb.snd_una, tcb.snd_una + 1, length, now);
  tcb.timed.reset();  // the answer comes when the peer likes
  tcb.Count(Counter::kTcpZeroWindowProbes);
}

}  // namespace

void Execute(Tcb& tcb, const Plan& plan, Instant now, OutgoingSegment& out) {
  out.Clear();
  out.fields.source_port = tcb.ends.local.port;
  out.fields.destination_port = tcb.ends.remote.port;
  switch (plan.kind) {
    case Plan::Kind::kNothing: return;
    case Plan::Kind::kReset: ExecuteReset(tcb, now, out); break;
    case Plan::Kind::kSyn: ExecuteSyn(tcb, now, out); break;
    case Plan::Kind::kData: ExecuteData(tcb, plan, now, out); break;
    case Plan::Kind::kProbe: ExecuteProbe(tcb, now, out); break;
    case Plan::Kind::kKeepAlive:
      // RFC 9293 3.8.4: SEG.SEQ = SND.NXT-1, no octet (SHLD-12).
      FillCommon(tcb, now, out);
      out.fields.sequence = tcb.snd_nxt - 1;
      tcb.keep_alive_due = false;
      tcb.Count(Counter::kTcpKeepAliveProbes);
      break;
    case Plan::Kind::kAck:
      FillCommon(tcb, now, out);
      out.fields.sequence = tcb.ack_sequence();
      MarkUrgent(tcb, out);
      ReportSack(tcb, out.fields.options);
      if (tcb.user_timeout_due) [[unlikely]]
        MentionUserTimeout(tcb, 0, out);
      if (tcb.acks_owed > 0) {
        --tcb.acks_owed;
        tcb.ack_now = true;  // this one was owed for an earlier segment
      }
      break;
  }
  ++tcb.segments_out;
  tcb.last_activity = now;
}

}  // namespace nut::tcp
