#include "stack/tcp/connection.h"

#include <algorithm>

#include "stack/tcp/input.h"
#include "stack/tcp/output.h"
#include "stack/tcp/sack_recovery.h"
#include "stack/tcp/timers.h"

namespace nut::tcp {
namespace {

DropReason Handle(Tcb& tcb, Arrival& arrival) {
  switch (tcb.state) {
    case State::kClosed:
    case State::kListen:
    case State::kDestroy: return InputClosed(tcb, arrival);
    case State::kSynSent: return InputSynSent(tcb, arrival);
    case State::kSynReceived: return InputSynReceived(tcb, arrival);
    case State::kEstablished:
      if (const auto done = InputExpected(tcb, arrival)) return *done;
      return InputEstablished(tcb, arrival);
    case State::kFinWait1: return InputFinWait1(tcb, arrival);
    case State::kFinWait2: return InputFinWait2(tcb, arrival);
    case State::kCloseWait: return InputCloseWait(tcb, arrival);
    case State::kClosing: return InputClosing(tcb, arrival);
    case State::kLastAck: return InputLastAck(tcb, arrival);
    case State::kTimeWait: return InputTimeWait(tcb, arrival);
  }
  return DropReason::kTcpNoConnection;
}

// RFC 5927 4: a report counts only if it quotes something that is outstanding.
bool IsOutstanding(const Tcb& tcb, wire::SequenceNumber sequence) {
  return sequence.InWindow(tcb.snd_una, tcb.flight());
}

void StartSyn(Tcb& tcb, Instant now) {
  tcb.opened = tcb.last_activity = tcb.last_heard = tcb.progress_at = now;
  // The SYN takes one number, from now on: an ACK of it is acceptable before it is out, which harms nobody.
  tcb.snd_nxt = tcb.send_from = tcb.iss + 1;
  tcb.syn_due = true;
  tcb.ArmRetransmit(now);
}

}  // namespace

Connection::Connection(const SharedParameters& parameters, const ConnectionSetup& setup,
                       Statistics& statistics)
    : tcb_(parameters, setup, statistics) {}

Connection::~Connection() = default;

void Connection::OpenActive(Instant now) {
  tcb_.opened_actively = true;
  tcb_.Fire(Event::kActiveOpen, now);
  tcb_.Count(Counter::kTcpActiveOpens);
  StartSyn(tcb_, now);
}

void Connection::OpenPassive(const IncomingSegment& syn, Instant now) {
  Tcb& tcb = tcb_;
  tcb.Fire(Event::kPassiveOpen, now);
  tcb.Fire(Event::kSynArrives, now);
  tcb.Count(Counter::kTcpPassiveOpens);
  TakeSynOptions(tcb, syn, now);
  StartSyn(tcb, now);
  TakeWindow(tcb, syn, syn.sequence);
  // RFC 9293 3.10.7.2: "any other control or text should be queued for processing later".
  Arrival arrival(syn, now);
  arrival.sequence += 1;
  TrimToWindow(tcb, arrival);
  ProcessText(tcb, arrival);
  if (arrival.fin) tcb.early_fin = arrival.text_end();
  UpdateTimers(tcb, now);
}

void Connection::OpenByCookie(const IncomingSegment& syn, Instant now) {
  OpenPassive(syn, now);
  tcb_.syn_due = false;
}

size_t Connection::QueueFirst(ByteView data) {
  return tcb_.send_buffer.Append(data, tcb_.send_limit(), tcb_.chunks);
}

void Connection::OpenFast() {
  tcb_.fast_open = true;
  tcb_.congestion.OnConnected(tcb_.send_mss, /*syn_lost=*/false);
}

void Connection::OfferCookie(const wire::TcpFastOpenCookie& cookie) {
  tcb_.parameters.Own().fast_open_cookie = cookie;
}

DropReason Connection::OnSegment(const IncomingSegment& segment, Instant now, SegmentFrames* frames) {
  tcb_.segments_in += segment.segments();
  tcb_.last_activity = now;
  Arrival arrival(segment, now, frames);
  const DropReason reason = Handle(tcb_, arrival);
  UpdateTimers(tcb_, now);
  return reason;
}

void Connection::OnTimer(Instant now) {
  HandleTimers(tcb_, now);
  UpdateTimers(tcb_, now);
}

void Connection::OnIcmpError(Error error, bool hard, wire::SequenceNumber sequence, Instant now) {
  if (!IsOutstanding(tcb_, sequence)) return;
  const bool opening = tcb_.state == State::kSynSent || tcb_.state == State::kSynReceived;
  // RFC 5461 4, RFC 5927 5.2: hard errors abort nothing that is synchronised (MUST-56, SHLD-25, SHLD-26).
  if (hard && opening) {
    tcb_.Fail(error, Event::kAbort, now);
  } else {
    tcb_.soft_error = error;
  }
}

bool Connection::OnPathMtu(size_t mtu, wire::SequenceNumber sequence, Instant now) {
  Tcb& tcb = tcb_;
  if (!IsOutstanding(tcb, sequence) || mtu >= tcb.path_mtu) return false;
  tcb.path_mtu = static_cast<uint16_t>(mtu);
  const uint32_t before = tcb.send_mss;
  tcb.UpdateSendMss();
  if (tcb.send_mss >= before || !tcb.established) return true;
  // RFC 1191 6.4: what was too large is sent again in smaller pieces; that is no sign of congestion.
  SendAgain(tcb);
  return true;
}

bool Connection::Dispatch(Instant now, bool segmentation, OutgoingSegment& out) {
  Tcb& tcb = tcb_;
  // Nothing has changed: whoever changed something before has set the timers.
  if (tcb.nothing_to_say()) return false;
  // RFC 5681 4.1: after a pause of more than one RTO the old window says nothing about the path any more.
  if (tcb.flight() == 0 && tcb.established && now - tcb.last_sent > tcb.rtt.rto()) tcb.congestion.OnIdle();
  const Plan plan = PlanOutput(tcb, segmentation);
  if (plan.kind != Plan::Kind::kNothing) Execute(tcb, plan, now, out);
  if (plan.cwnd_limited) tcb.limited_until = tcb.snd_nxt;
  if (plan.kind == Plan::Kind::kNothing) return false;
  UpdateTimers(tcb, now);
  return true;
}

bool Connection::wants_output() const {
  return !tcb_.nothing_to_say() && PlanOutput(tcb_, false).kind != Plan::Kind::kNothing;
}

}  // namespace nut::tcp
