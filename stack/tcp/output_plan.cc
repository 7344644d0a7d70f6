#include <algorithm>

#include "stack/tcp/output.h"
#include "stack/tcp/pacing.h"
#include "stack/tcp/sack_report.h"

namespace nut::tcp {
namespace {

// An IP packet's 65535 less the largest IP and TCP headers: what a super-segment may carry.
constexpr uint32_t kLargestSuperSegment = 65535 - 60 - 60;

bool SendsText(const Tcb& tcb) {
  switch (tcb.state) {
    case State::kSynReceived: return tcb.fast_open;
    case State::kEstablished:
    case State::kCloseWait:
    case State::kFinWait1:
    case State::kClosing:
    case State::kLastAck: return true;
    default: return false;
  }
}

// Nagle (RFC 9293 3.7.4) and the sender's silly-window avoidance (3.8.6.2.1) for `length` octets, less than a
// segment. `all`: nothing stays behind in the queue; U is the usable window, D the queued data.
bool SmallSegmentMayGo(const Tcb& tcb, uint32_t length, bool all, bool fin, wire::SequenceNumber from) {
  // Sent before: it only has to get there. The end of the stream, and urgent data, wait for nobody.
  if (from.Before(tcb.snd_nxt) || fin || tcb.urgent_pending(from)) return true;
  // "(4) if the override timeout occurs"
  if (tcb.override_due) return true;
  // The queue was ended by its limit and not by the application, which has more to say: that goes with what
  // is left over here, once an ACK has made room; with two segments out one is due at once (SHLD-19). Without
  // Nagle, too, or who sends in bulk would send a small segment for every ACK.
  const bool more_follows = tcb.cut_short && tcb.flight() >= 2 * tcb.send_mss;
  // Nothing is out; a SYN-ACK is no text (RFC 7413).
  const bool may_be_small = tcb.snd_nxt == tcb.data_begin() || !(tcb.parameters->nagle || more_follows);
  if (!may_be_small) return false;
  // "(2) [SND.NXT = SND.UNA and] PUSHED and D <= U": everything the application sends counts as pushed.
  if (all) return true;
  // "(3) [SND.NXT = SND.UNA and] min(D,U) >= Fs * Max(SND.WND)", Fs = 1/2: a peer whose window never reaches
  // a segment.
  return length >= tcb.max_snd_wnd / 2;
}

// Whether a FIN goes with `length` octets of text in front.
bool FinMayFollow(const Tcb& tcb, uint32_t length) { return length == 0 || !tcb.parameters->separate_fin; }

// SND.UNA's segment once more, whatever the congestion window says (RFC 5681 3.2 step 3, RFC 6582 3.2 step
// 3).
Plan PlanResend(const Tcb& tcb) {
  const wire::SequenceNumber sent_end = Min(tcb.snd_nxt, tcb.data_end());
  const auto sent = static_cast<uint32_t>(sent_end - tcb.snd_una);
  Plan plan{.kind = Plan::Kind::kData, .sequence = tcb.snd_una, .resend_head = true};
  plan.length = std::min({sent, tcb.send_mss, tcb.snd_wnd});
  plan.fin =
      tcb.fin_sent() && plan.length == sent && plan.length < tcb.snd_wnd && FinMayFollow(tcb, plan.length);
  if (plan.length == 0 && !plan.fin) plan.kind = Plan::Kind::kNothing;
  return plan;
}

// RFC 8985 7.3: "if new data is available and the receive window allows, transmit it", whatever the
// congestion window says; else the last segment again.
Plan PlanTailProbe(const Tcb& tcb) {
  Plan plan{.kind = Plan::Kind::kData, .sequence = tcb.snd_nxt, .tail_probe = true};
  const int32_t window_room = tcb.send_edge() - tcb.snd_nxt;
  if (tcb.snd_nxt.Before(tcb.data_end()) && window_room > 0) {
    const auto queued = static_cast<uint32_t>(tcb.data_end() - tcb.snd_nxt);
    plan.length = std::min({queued, tcb.send_mss, static_cast<uint32_t>(window_room)});
    return plan;
  }
  // Where segments began is known of runs only; one behind the other they are full.
  const wire::SequenceNumber text_end = Min(tcb.snd_nxt, tcb.data_end());
  const auto run = static_cast<uint32_t>(text_end - Min(tcb.sack_state->scoreboard.last_begin(), text_end));
  plan.length = run == 0 ? 0 : (run - 1) % tcb.send_mss + 1;
  plan.sequence = text_end - plan.length;
  plan.fin = tcb.fin_sent();
  return plan;
}

// The end of the octets of which the next segment may be made: with SACK of those that are lost together.
wire::SequenceNumber EndOfNext(const Tcb& tcb) {
  if (!tcb.sack_state || tcb.send_from == tcb.snd_nxt) return tcb.data_end();
  const auto lost = tcb.sack_state->scoreboard.FirstLost();
  return lost ? Min(lost->right, tcb.data_end()) : tcb.data_end();
}

}  // namespace

Plan PlanData(const Tcb& tcb, bool segmentation) {
  if (!SendsText(tcb)) return {};
  if (tcb.resend_head && tcb.flight() > 0 && tcb.snd_wnd > 0) {
    if (const Plan plan = PlanResend(tcb); plan.kind != Plan::Kind::kNothing) return plan;
  }
  if (tcb.tail_probe_due && tcb.flight() > 0) {
    if (const Plan plan = PlanTailProbe(tcb); plan.kind != Plan::Kind::kNothing) return plan;
  }
  const wire::SequenceNumber from = tcb.send_from;
  if (!from.Before(tcb.sequence_end())) return {};

  const wire::SequenceNumber until = EndOfNext(tcb);
  const uint32_t queued = from.Before(until) ? static_cast<uint32_t>(until - from) : 0;  // D
  // The window may have shrunk below what is out (SHLD-15): then nothing goes.
  const int32_t window_room = tcb.send_edge() - from;
  const int32_t cwnd_room = tcb.congestion_room();

  Plan plan{.kind = Plan::Kind::kData, .sequence = from};
  plan.cwnd_limited = cwnd_room<window_room&& static_cast<int64_t>(queued)> cwnd_room;
  const Plan nothing{.cwnd_limited = plan.cwnd_limited};
  if (tcb.paused()) return nothing;
  const int32_t usable = std::max(0, std::min(window_room, cwnd_room));  // U
  plan.length = std::min(queued, static_cast<uint32_t>(usable));
  if (plan.length > tcb.send_mss) {
    uint32_t largest = tcb.send_mss;
    // The urgent pointer counts from the segment's own number: cutting would make it wrong.
    // CWR belongs to one packet alone.
    if (segmentation && !tcb.urgent_pending(from) && !tcb.ecn.reduced_due()) {
      const uint32_t burst = tcb.parameters->pacing ? LargestBurst(tcb) : kLargestSuperSegment;
      largest =
          std::max(1u, std::min({plan.length, burst, kLargestSuperSegment}) / tcb.send_mss) * tcb.send_mss;
    }
    plan.length = std::min(plan.length, largest);
  }
  // The FIN takes a number in the window, but none in the congestion window: it must not wait for it.
  plan.fin = tcb.fin_outstanding() && tcb.established && from + plan.length == tcb.data_end() &&
             static_cast<int64_t>(plan.length) < window_room && FinMayFollow(tcb, plan.length);
  if (plan.length == 0 && !plan.fin) return nothing;
  if (plan.length >= tcb.send_mss) return plan;
  // What the congestion window, which holds one at least, leaves of a segment waits for the ACK that is due.
  if (plan.cwnd_limited) return nothing;
  return SmallSegmentMayGo(tcb, plan.length, plan.length == queued, plan.fin, from) ? plan : nothing;
}

Plan PlanOutput(const Tcb& tcb, bool segmentation) {
  if (tcb.reset) return {.kind = Plan::Kind::kReset};
  if (tcb.syn_due) return {.kind = Plan::Kind::kSyn};
  if (tcb.state < State::kSynReceived || tcb.state == State::kDestroy) return {};
  // Each of them was counted on by the peer's fast retransmit; text would not count (RFC 5681 2).
  if (tcb.acks_owed > 0) return {.kind = Plan::Kind::kAck};
  // RFC 2018 3: what has arrived is told in an ACK of its own: a full segment has no room for it.
  if (tcb.ack_now && HasSackToReport(tcb)) return {.kind = Plan::Kind::kAck};
  Plan plan = PlanData(tcb, segmentation);
  if (plan.kind != Plan::Kind::kNothing) return plan;
  if (tcb.probe_due) {
    plan.kind = Plan::Kind::kProbe;
  } else if (tcb.keep_alive_due) {
    plan.kind = Plan::Kind::kKeepAlive;
  } else if (tcb.ack_now) {
    plan.kind = Plan::Kind::kAck;
  }
  return plan;
}

}  // namespace nut::tcp
