// Looking at a connection without changing it.

#include <algorithm>

#include "stack/tcp/connection.h"
#include "stack/tcp/tcb.h"

namespace nut::tcp {
namespace {

struct NamedTimer {
  Timer timer;
  std::string_view name;
};

// In the order in which ss(8) would name the one that matters.
constexpr NamedTimer kTimers[] = {
    {Timer::kRetransmit, "retransmit"}, {Timer::kPersist, "persist"},     {Timer::kSendOverride, "persist"},
    {Timer::kLifetime, "timewait"},     {Timer::kKeepAlive, "keepalive"}, {Timer::kDelayedAck, "delack"},
};

}  // namespace

std::optional<Error> Connection::TakeSoftError() {
  // R1 (SHLD-10): one lost segment is no news. Before the handshake is over everything is.
  const bool worth_telling = !tcb_.established || tcb_.timeouts >= tcb_.parameters->soft_error_after;
  return worth_telling ? std::exchange(tcb_.soft_error, std::nullopt) : std::nullopt;
}

bool Connection::readable() const {
  const bool over = tcb_.state == State::kClosed || tcb_.state == State::kDestroy;
  return over || (tcb_.is_open() && (tcb_.receive_buffer.readable() > 0 || tcb_.fin_received));
}

bool Connection::writable() const {
  const bool opening = tcb_.state == State::kSynSent || tcb_.state == State::kSynReceived;
  if (opening && (!tcb_.fast_open || tcb_.close_requested)) return tcb_.close_requested;
  return !(opening || MaySend(tcb_.state)) || tcb_.send_buffer.size() < tcb_.send_limit();
}

size_t Connection::urgent_bytes_ahead() const {
  if (!tcb_.urgent_announced) return 0;
  return static_cast<size_t>(std::max(0, tcb_.rcv_up - tcb_.unread()));
}

bool Connection::MayReopen(const IncomingSegment& syn) const {
  if (tcb_.state != State::kTimeWait) return false;
  if (!syn.flags.syn() || syn.flags.ack() || syn.flags.rst() || syn.flags.fin()) return false;
  // RFC 6191 2: by timestamps where both have them; equal ones decide nothing.
  if (tcb_.timestamps.enabled() && syn.options.timestamps) {
    const auto newer = static_cast<int32_t>(syn.options.timestamps->value - tcb_.timestamps.recent());
    if (newer != 0) return newer > 0;
  }
  // MAY-2: "a sequence number larger than the largest it used on the previous incarnation".
  return syn.sequence.After(tcb_.rcv_nxt);
}

Parameters& Connection::own_parameters() { return tcb_.parameters.Own(); }

ConnectionInfo Connection::Info(Instant now) const {
  const Tcb& tcb = tcb_;
  ConnectionInfo info{
      .ends = tcb.ends,
      .state = tcb.state,
      .send_queue = tcb.send_buffer.size(),
      .receive_queue = tcb.receive_buffer.readable(),
      .out_of_order = tcb.receive_buffer.out_of_order(),
      .send_mss = tcb.send_mss,
      .iss = tcb.iss.number(),
      .irs = tcb.irs.number(),
      .snd_una = tcb.snd_una.number(),
      .snd_nxt = tcb.snd_nxt.number(),
      .snd_wnd = tcb.snd_wnd,
      .rcv_nxt = tcb.rcv_nxt.number(),
      .rcv_wnd = tcb.receive_window.Size(tcb.rcv_nxt),
      .cwnd = tcb.cwnd(),
      .ssthresh = tcb.congestion.ssthresh(),
      .srtt = tcb.rtt.srtt(),
      .rttvar = tcb.rtt.rttvar(),
      .rto = tcb.rtt.rto(),
      .snd_wscale = tcb.snd_wscale,
      .rcv_wscale = tcb.receive_window.shift(),
      .timestamps = tcb.timestamps.enabled(),
      .sack = tcb.sack,
      .ecn = tcb.ecn.enabled(),
      .bytes_sent = tcb.bytes_sent,
      .bytes_acked = tcb.bytes_acked,
      .bytes_received = tcb.receive_buffer.received(),
      .segments_in = tcb.segments_in,
      .segments_out = tcb.segments_out,
      .retransmits = tcb.retransmits,
      .backoff = tcb.timeouts,
      .opened = tcb.opened,
      .last_activity = tcb.last_activity,
  };
  info.pipe = info.snd_nxt - info.snd_una;
  if (tcb.sack_state && tcb.flight() > 0) {
    info.pipe = tcb.sack_state->scoreboard.pipe();
    info.sacked = tcb.sack_state->scoreboard.sacked();
    info.lost = tcb.sack_state->scoreboard.lost();
  }
  for (const auto& [timer, name] : kTimers) {
    if (!tcb.timers.armed(timer)) continue;
    info.timer = name;
    info.timer_left = std::max(Duration::zero(), tcb.timers.at(timer) - now);
    break;
  }
  return info;
}

}  // namespace nut::tcp
