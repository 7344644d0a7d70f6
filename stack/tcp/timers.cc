#include "stack/tcp/timers.h"

#include <algorithm>

#include "stack/tcp/black_hole.h"
#include "stack/tcp/output.h"
#include "stack/tcp/pacing.h"
#include "stack/tcp/sack_recovery.h"

namespace nut::tcp {
namespace {

// RFC 9293 3.8.3: R2. What the network last said about the reason is told, if it said anything.
void GiveUp(Tcb& tcb, Instant now) {
  tcb.Abort(tcb.soft_error.value_or(Error::kTimedOut), now);
  if (!tcb.parameters->reset_on_timeout) tcb.reset.reset();
}

// RFC 6298 5.4–5.7.
void OnRetransmit(Tcb& tcb, Instant now) {
  if (now - tcb.progress_at >= tcb.patience()) return GiveUp(tcb, now);
  ++tcb.timeouts;
  tcb.Count(Counter::kTcpRetransmissionTimeouts);
  tcb.rtt.Backoff();
  tcb.timed_out_at = now;
  // R1 (SHLD-9, SHLD-10): the application may hear of it.
  if (tcb.timeouts == tcb.parameters->soft_error_after && !tcb.soft_error) tcb.soft_error = Error::kTimedOut;

  if (!tcb.syn_acknowledged()) {
    tcb.syn_due = true;
    tcb.syn_timed_out = true;
    ++tcb.retransmits;
    tcb.Count(Counter::kTcpRetransmittedSegments);
  } else {
    tcb.ecn.OnReduced(tcb.snd_nxt);
    SuspectBlackHole(tcb);
    // Everything outstanding counts as lost; what the peer has after all, its ACKs will skip.
    if (tcb.sack_state) {
      OnTimeoutBySack(tcb, now);
    } else {
      tcb.congestion.OnTimeout(tcb.flight(), tcb.timeouts == 1);
      tcb.recovery.OnTimeout(tcb.snd_nxt);
      tcb.resend_head = false;
      tcb.send_from = tcb.snd_una;
    }
  }
  tcb.ArmRetransmit(now);
}

// What SACK has to wait for shares the timer. A probe goes before the time-out whose place it takes.
void OnSharedTimer(Tcb& tcb, Instant now) {
  if (!tcb.sack_state) return OnRetransmit(tcb, now);
  const SackState& state = *tcb.sack_state;
  const bool pause_ended = EndPause(tcb, now);
  if (state.alarm_at <= now) return OnAlarm(tcb, now);
  if (!pause_ended || state.retransmit_at <= now) return OnRetransmit(tcb, now);
  tcb.timers.Arm(Timer::kRetransmit, state.NextAlarm());
}

// SHLD-29, SHLD-30: one RTO, then twice as long each time.
Duration PersistInterval(const Tcb& tcb) {
  Duration interval = tcb.rtt.rto();
  for (unsigned i = 0; i < tcb.probes && interval < tcb.parameters->maximum_persist_interval; ++i)
    interval *= 2;
  return std::min(interval, tcb.parameters->maximum_persist_interval);
}

void OnPersist(Tcb& tcb, Instant now) {
  // MUST-37: as long as the peer answers, for ever; the limit is for a peer that is gone.
  if (now - std::max(tcb.last_heard, tcb.progress_at) >= tcb.parameters->user_timeout()) {
    return GiveUp(tcb, now);
  }
  tcb.probe_due = true;
  if (tcb.probes < UINT16_MAX) ++tcb.probes;  // for ever, so it counts no further
  tcb.timers.Arm(Timer::kPersist, After(now, PersistInterval(tcb)));
}

void OnKeepAlive(Tcb& tcb, Instant now) {
  if (!tcb.parameters->keep_alive) return;
  const Instant idle_until = After(tcb.last_heard, tcb.parameters->keep_alive_idle);
  // MUST-26: only when nothing was heard for the interval, and nothing is on its way: then other timers
  // watch.
  const bool waiting = tcb.flight() > 0 || tcb.send_from.Before(tcb.sequence_end());
  if (waiting || now < idle_until) {
    tcb.timers.Arm(Timer::kKeepAlive, waiting ? After(now, tcb.parameters->keep_alive_idle) : idle_until);
    return;
  }
  // MUST-29: one lost answer proves nothing.
  if (tcb.keep_alives >= std::max(1u, tcb.parameters->keep_alive_probes)) return GiveUp(tcb, now);
  ++tcb.keep_alives;
  tcb.keep_alive_due = true;
  tcb.timers.Arm(Timer::kKeepAlive, After(now, tcb.parameters->keep_alive_interval));
}

void OnLifetime(Tcb& tcb, Instant now) {
  switch (tcb.state) {
    case State::kTimeWait: tcb.Fire(Event::kTimeWaitEnds, now); break;
    case State::kFinWait2:
      // Everything of ours has been acknowledged; nobody waits for what the peer may still say.
      tcb.Fire(Event::kAbort, now);
      break;
    default: GiveUp(tcb, now); break;
  }
}

void OnBufferRelease(Tcb& tcb, Instant now) {
  const Instant idle_until = After(tcb.last_activity, tcb.parameters->idle_buffer_release);
  if (now < idle_until) {
    tcb.timers.Arm(Timer::kBufferRelease, idle_until);
    return;
  }
  tcb.send_buffer.ReleaseIfEmpty();
  tcb.receive_buffer.ReleaseIfEmpty();
  if (tcb.flight() == 0) tcb.sack_state.reset();
}

// The window is shut and there is something to say: probing takes the place of retransmission (MUST-35,
// MUST-36).
void UpdatePersist(Tcb& tcb, Instant now) {
  tcb.StopRetransmit();
  tcb.timers.Disarm(Timer::kSendOverride);
  tcb.resend_head = false;
  if (tcb.timers.armed(Timer::kPersist)) return;
  tcb.progress_at = now;
  tcb.timers.Arm(Timer::kPersist, After(now, PersistInterval(tcb)));
}

// It is open again: whatever was out when it closed, probes included, goes out once more.
void EndPersist(Tcb& tcb, Instant now) {
  tcb.timers.Disarm(Timer::kPersist);
  tcb.probes = 0;
  tcb.probe_due = false;
  tcb.progress_at = now;
  SendAgain(tcb);
}

void UpdateSendTimers(Tcb& tcb, Instant now) {
  const bool outstanding = tcb.flight() > 0;
  const bool waiting = tcb.send_from.Before(tcb.sequence_end());
  if (tcb.snd_wnd == 0 && (outstanding || waiting)) return UpdatePersist(tcb, now);
  if (tcb.timers.armed(Timer::kPersist)) EndPersist(tcb, now);
  if (outstanding) {
    if (!tcb.timers.armed(Timer::kRetransmit)) tcb.ArmRetransmit(now);
    tcb.timers.Disarm(Timer::kSendOverride);
    return;
  }
  tcb.StopRetransmit();
  // Nothing out whose ACK would set things going, and too little to send: RFC 9293 3.8.6.2.1's override.
  const bool stalled = waiting && PlanData(tcb, false).kind == Plan::Kind::kNothing;
  if (!stalled) {
    tcb.timers.Disarm(Timer::kSendOverride);
  } else if (!tcb.timers.armed(Timer::kSendOverride)) {
    tcb.timers.Arm(Timer::kSendOverride, After(now, tcb.parameters->sender_sws_override));
  }
}

}  // namespace

void HandleTimers(Tcb& tcb, Instant now) {
  // Each handler may end the connection, which clears all timers.
  if (tcb.timers.TakeExpired(Timer::kLifetime, now)) OnLifetime(tcb, now);
  if (tcb.timers.TakeExpired(Timer::kRetransmit, now)) OnSharedTimer(tcb, now);
  if (tcb.timers.TakeExpired(Timer::kPersist, now)) OnPersist(tcb, now);
  if (tcb.timers.TakeExpired(Timer::kSendOverride, now)) tcb.override_due = true;
  if (tcb.timers.TakeExpired(Timer::kDelayedAck, now)) {
    tcb.ack_now = true;
    tcb.Count(Counter::kTcpDelayedAcks);
  }
  if (tcb.timers.TakeExpired(Timer::kKeepAlive, now)) OnKeepAlive(tcb, now);
  if (tcb.timers.TakeExpired(Timer::kBufferRelease, now)) OnBufferRelease(tcb, now);
}

void UpdateTimers(Tcb& tcb, Instant now) {
  if (tcb.state == State::kClosed || tcb.state == State::kDestroy) return;
  if (IsSynchronized(tcb.state) && tcb.state != State::kTimeWait) UpdateSendTimers(tcb, now);
  if (!tcb.timers.armed(Timer::kBufferRelease) &&
      (tcb.send_buffer.has_memory() || tcb.receive_buffer.memory() > 0 || tcb.sack_state)) {
    tcb.timers.Arm(Timer::kBufferRelease, After(now, tcb.parameters->idle_buffer_release));
  }
}

}  // namespace nut::tcp
