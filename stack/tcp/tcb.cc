#include "stack/tcp/tcb.h"

#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/tcp/mutants.h"

namespace nut::tcp {
namespace {

constexpr uint32_t kHeaders = 40;           // IPv4 and TCP without options
constexpr uint32_t kTimestampsSize = 12;    // in every segment once negotiated
constexpr uint32_t kLeastReceiveMss = 536;  // the estimate never falls below it

}  // namespace

Tcb::Tcb(const SharedParameters& from, const ConnectionSetup& with, Statistics& counters)
    : parameters(from),
      statistics(&counters),
      receive_mss(kLeastReceiveMss),
      timestamps(with.timestamp_offset),
      chunks(with.chunks),
      rtt(*from),
      congestion(*from),
      peer_mss(static_cast<uint16_t>(std::min<size_t>(from->default_send_mss, 65535))),
      link_mtu(static_cast<uint16_t>(std::clamp<size_t>(with.path_mtu, 68, 65535))),
      path_mtu(std::min(link_mtu, static_cast<uint16_t>(std::clamp<size_t>(with.known_path_mtu, 68, 65535)))),
      ends(with.ends) {
  iss = snd_una = snd_nxt = send_from = with.initial_sequence;
  UpdateSendMss();
}

uint16_t Tcb::own_mss() const {
  // RFC 6691: the option counts neither IP nor TCP options.
  const size_t fits = link_mtu - kHeaders;
  return static_cast<uint16_t>(std::min(fits, parameters->maximum_mss));
}

size_t Tcb::receive_step() const {
  return std::max<size_t>(1, std::min<size_t>(parameters->receive_buffer / 2, own_mss()));
}

size_t Tcb::send_limit() const {
  const size_t two_windows = 2 * size_t{congestion.cwnd()};
  return std::max(parameters->send_buffer, std::min(two_windows, parameters->largest_send_buffer));
}

void Tcb::UpdateSendMss() {
  // RFC 9293 3.7.1: Eff.snd.MSS = min(SendMSS + 20, MMS_S) - TCPhdrsize - IPoptionsize
  const uint32_t path = path_mtu - std::min<uint32_t>(path_mtu, kHeaders);
  const uint32_t largest =
      std::min({uint32_t{peer_mss}, path, static_cast<uint32_t>(parameters->maximum_mss)});
  // A peer or a forged ICMP message must not make us send more headers than data.
  const uint32_t floor =
      std::max<uint32_t>(static_cast<uint32_t>(parameters->minimum_send_mss), kTimestampsSize + 1);
  const uint32_t options = timestamps.enabled() ? kTimestampsSize : 0;
  const uint32_t mss = std::max(largest, floor) - options;
  if (mss == send_mss) return;
  send_mss = mss;
  congestion.OnMssChange(mss);
}

void Tcb::Fire(Event event, Instant now) {
  const State next = Next(state, event);
  if (next != state) {
    state = next;
    Enter(next, now);
  }
  // Nobody will ask about it any more: the reaper may take it (design: socket lifetime, rule 2).
  if (state == State::kClosed && orphan) {
    state = Next(state, Event::kRelease);
    receive_buffer.Clear();
    send_buffer.Clear();  // what was queued before it was opened
  }
}

void Tcb::Fail(Error why, Event event, Instant now) {
  if (!error) error = why;
  if (state == State::kSynSent || state == State::kSynReceived) {
    Count(Counter::kTcpAttemptFails);
  } else if (state == State::kEstablished || state == State::kCloseWait) {
    Count(Counter::kTcpEstablishedResets);
  }
  Fire(event, now);
}

void Tcb::Abort(Error why, Instant now) {
  switch (state) {
    case State::kSynReceived:
    case State::kEstablished:
    case State::kFinWait1:
    case State::kFinWait2:
    case State::kCloseWait:
      // <SEQ=SND.NXT><CTL=RST>, with the ACK that makes it acceptable in SYN-SENT too.
      QueueReset({ack_sequence(), rcv_nxt, true});
      break;
    default:
      // CLOSING, LAST-ACK, TIME-WAIT: "delete the TCB"; before SYN-RECEIVED nobody knows us.
      break;
  }
  Fail(why, Event::kAbort, now);
}

Duration Tcb::patience() const {
  if (state == State::kSynSent) return parameters->syn_timeout;
  if (state == State::kSynReceived)
    return opened_actively ? parameters->syn_timeout : parameters->syn_received_timeout;
  return parameters->user_timeout();
}

void Tcb::ArmRetransmit(Instant now) {
  Instant at = std::min(After(now, rtt.rto()), After(progress_at, patience()));
  if (sack_state) {
    sack_state->retransmit_at = at;
    at = sack_state->NextAlarm();
  }
  timers.Arm(Timer::kRetransmit, at);
}

void Tcb::StopRetransmit() {
  timers.Disarm(Timer::kRetransmit);
  tail_probe_due = false;
  if (!sack_state) return;
  sack_state->retransmit_at = sack_state->alarm_at = sack_state->lost_at = kNever;
  sack_state->alarm = SackState::Alarm::kNone;
}

void Tcb::Enter(State entered, Instant now) {
  switch (entered) {
    case State::kEstablished:
      established = true;
      timeouts = 0;
      progress_at = last_sent = now;
      recovery.Start(iss);
      congestion.OnConnected(send_mss, syn_timed_out);
      if (syn_timed_out) rtt.RestartAfterSynTimeout();
      if (parameters->keep_alive) timers.Arm(Timer::kKeepAlive, After(now, parameters->keep_alive_idle));
      break;
    case State::kFinWait2:
      if (orphan) timers.Arm(Timer::kLifetime, After(now, parameters->fin_wait_2_orphan));
      break;
    case State::kTimeWait:
      // "Start the time-wait timer, turn off the other timers."
      timers.Clear();
      timers.Arm(Timer::kLifetime, After(now, parameters->time_wait));
      send_buffer.Clear();
      receive_buffer.ReleaseIfEmpty();
      sack_state.reset();
      Count(Counter::kTcpTimeWaits);
      break;
    case State::kClosed:
      // "Delete the TCB": what was received stays until it is read; nothing else does.
      timers.Clear();
      send_buffer.Clear();
      receive_buffer.DropEarly();
      sack_state.reset();
      // R9: what was received went too, but stayed in the count.
      if constexpr (kHasMutants) {
        if (Mutated(Mutant::kR9StaleCounters) && error) MutantAccess::LoseUnread(receive_buffer);
      }
      early_fin.reset();
      timed.reset();
      snd_una = send_from = snd_nxt;
      resend_head = tail_probe_due = probe_due = syn_due = ack_now = keep_alive_due = override_due = false;
      acks_owed = 0;
      break;
    default: break;
  }
}

}  // namespace nut::tcp
