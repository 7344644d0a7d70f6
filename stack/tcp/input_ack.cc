// The ACK field (RFC 9293 3.10.7.4, fifth; RFC 5681, RFC 6298, RFC 5961 5.2).

#include <algorithm>

#include "stack/tcp/black_hole.h"
#include "stack/tcp/input.h"
#include "stack/tcp/sack_recovery.h"

namespace nut::tcp {
namespace {

constexpr Duration kClockTick = 1ms;  // of the timestamps

// One round-trip sample, if this ACK gives a valid one (RFC 6298 3).
void SampleRoundTrip(Tcb& tcb, const Arrival& arrival) {
  const wire::SequenceNumber ack = arrival.segment.acknowledgement;
  if (tcb.timed && ack.AtOrAfter(*tcb.timed)) {
    tcb.rtt.Sample(arrival.now - tcb.timed_at);
    tcb.timed.reset();
    return;
  }
  // Karn: nothing was timed, because it was sent twice; the timestamp says which copy is answered. It echoes
  // the earliest segment of the gap (RFC 7323 4.3), so no sample is longer than the path. Zero is what stacks
  // without a clock send.
  const auto& option = arrival.segment.options.timestamps;
  if (tcb.timed || !tcb.timestamps.enabled() || !option || option->echo_reply == 0) return;
  const Duration sample = tcb.timestamps.RoundTrip(option->echo_reply, arrival.now);
  // An echo from before the last time-out: the first copy had arrived and its ACK was lost, or the path is
  // slow. The time in between was our own waiting, so that no round trip can be read from it.
  const Duration since_timeout = arrival.now - std::max(tcb.opened, tcb.timed_out_at) + kClockTick;
  if (sample >= Duration::zero() && sample <= since_timeout) tcb.rtt.Sample(sample);
}

// What the ACK means to loss recovery by duplicate ACKs. True: the retransmission timer restarts.
bool RecoverWithoutSack(Tcb& tcb, const Arrival& arrival, wire::SequenceNumber una, bool limited) {
  const wire::SequenceNumber ack = arrival.segment.acknowledgement;
  switch (tcb.recovery.OnAcknowledged(una, ack, tcb.flight(), tcb.send_mss, tcb.congestion)) {
    case LossRecovery::Progress::kNormal:
      tcb.congestion.OnAcknowledged(static_cast<uint32_t>(ack - una), limited, arrival.now, tcb.rtt.srtt());
      tcb.resend_head = false;
      return true;
    case LossRecovery::Progress::kFirstPartial: tcb.resend_head = true; return true;
    case LossRecovery::Progress::kPartial:
      // RFC 6582 4: the "impatient" variant: the timer restarts for the first partial ACK only.
      tcb.resend_head = true;
      return false;
    case LossRecovery::Progress::kFull: tcb.resend_head = false; return true;
  }
  return true;
}

void OnNewAck(Tcb& tcb, const Arrival& arrival) {
  const wire::SequenceNumber una = tcb.snd_una;
  const wire::SequenceNumber ack = arrival.segment.acknowledgement;
  const auto acked = static_cast<uint32_t>(ack - una);

  // Only what was sent can be acknowledged here, so beyond the data there is nothing but the FIN.
  const auto octets = static_cast<uint32_t>(std::min<size_t>(acked, tcb.send_buffer.size()));
  tcb.send_buffer.Consume(octets);
  tcb.fin_acknowledged = tcb.fin_acknowledged || acked > octets;
  tcb.bytes_acked += octets;
  tcb.snd_una = ack;
  // The right edge stays where it was, unless this very segment is found good to say more (UpdateWindow).
  tcb.snd_wnd -= std::min(tcb.snd_wnd, acked);
  tcb.send_from = Max(tcb.send_from, ack);
  if (tcb.urgent_queued && ack.AtOrAfter(tcb.snd_up)) tcb.urgent_queued = false;

  SampleRoundTrip(tcb, arrival);
  tcb.timeouts = 0;
  if (tcb.black_hole_at != 0) [[unlikely]]
    RetryLargePackets(tcb, arrival.now);
  tcb.soft_error.reset();
  tcb.progress_at = arrival.now;

  const bool limited = una.Before(tcb.limited_until);
  // RFC 3168 6.1.2: "SHOULD NOT increase the congestion window in response to the receipt of an ECN-Echo
  // ACK".
  const bool may_grow = limited && !(tcb.ecn.enabled() && arrival.segment.flags.ece());
  if (!limited) tcb.limited_until = ack;  // keeps the mark within reach of comparisons
  bool restart_timer = true;
  if (tcb.sack) {
    OnAckBySack(tcb, arrival, acked, may_grow);
  } else {
    restart_timer = RecoverWithoutSack(tcb, arrival, una, may_grow);
  }
  // RFC 6298 5.2: all acknowledged: stop; 5.3: new data acknowledged: restart.
  if (tcb.flight() == 0) {
    tcb.StopRetransmit();
    tcb.resend_head = false;
  } else if (restart_timer && tcb.timers.armed(Timer::kRetransmit)) {
    tcb.ArmRetransmit(arrival.now);
  }
}

// RFC 3168 6.1.2: an ECN-Echo is answered like a loss, once for the data in flight, and nothing is sent
// again. During recovery the window has been reduced already.
void ProcessEcho(Tcb& tcb, const Arrival& arrival) {
  if (!arrival.segment.flags.ece() || tcb.recovering()) return;
  if (!tcb.ecn.OnEcho(arrival.segment.acknowledgement, tcb.snd_nxt)) return;
  tcb.Count(Counter::kTcpCongestionEchoesIn);
  tcb.congestion.OnMark(std::min(tcb.flight(), tcb.congestion.cwnd()));
}

// RFC 5681 2: (a) data outstanding, (b) no text, (c) no SYN, no FIN, (d) the greatest ACK so far, (e) the
// same window.
bool IsDuplicateAck(const Tcb& tcb, const Arrival& arrival) {
  return tcb.flight() > 0 && arrival.segment.text_size() == 0 && !arrival.segment.flags.fin() &&
         arrival.segment.acknowledgement == tcb.snd_una && tcb.snd_wnd > 0 &&
         uint32_t{arrival.segment.window} << tcb.snd_wscale == tcb.snd_wnd;
}

}  // namespace

void TakeWindow(Tcb& tcb, const IncomingSegment& segment, wire::SequenceNumber sequence) {
  // MUST-1, REC-1: unsigned, and 32 bits inside. RFC 7323 2.2: never scaled in a segment with SYN.
  tcb.snd_wnd = uint32_t{segment.window} << (segment.flags.syn() ? 0 : tcb.snd_wscale);
  tcb.max_snd_wnd = std::max(tcb.max_snd_wnd, tcb.snd_wnd);
  tcb.snd_wl1 = sequence;
  tcb.snd_wl2 = segment.acknowledgement;
}

void UpdateWindow(Tcb& tcb, const Arrival& arrival) {
  const wire::SequenceNumber ack = arrival.segment.acknowledgement;
  // "If (SND.WL1 < SEG.SEQ or (SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK)), set SND.WND": no old segment
  // updates it.
  if (ack.AtOrAfter(tcb.snd_una) && (tcb.snd_wl1.Before(arrival.sequence) ||
                                     (tcb.snd_wl1 == arrival.sequence && tcb.snd_wl2.AtOrBefore(ack)))) {
    TakeWindow(tcb, arrival.segment, arrival.sequence);
  }
}

Verdict ProcessAck(Tcb& tcb, const Arrival& arrival) {
  const IncomingSegment& segment = arrival.segment;
  const wire::SequenceNumber ack = segment.acknowledgement;
  // RFC 5961 5.2: "(SND.UNA - MAX.SND.WND) <= SEG.ACK <= SND.NXT"; anything else is answered and dropped, its
  // data too.
  if (ack.After(tcb.snd_nxt) || ack.Before(tcb.snd_una - tcb.max_snd_wnd)) {
    return Challenge(tcb, DropReason::kTcpUnacceptableAck, arrival.now);
  }
  if (tcb.ecn.enabled()) ProcessEcho(tcb, arrival);
  if (ack.After(tcb.snd_una)) {
    OnNewAck(tcb, arrival);
  } else if (tcb.sack_state && ack == tcb.snd_una) {
    if (IsDuplicateAck(tcb, arrival)) tcb.Count(Counter::kTcpDuplicateAcksIn);
    OnAckBySack(tcb, arrival, 0, false);
  } else if (IsDuplicateAck(tcb, arrival)) {
    tcb.Count(Counter::kTcpDuplicateAcksIn);
    if (tcb.recovery.OnDuplicateAck(tcb.snd_una, tcb.snd_nxt, tcb.send_mss,
                                    tcb.parameters->duplicate_ack_threshold, tcb.congestion)) {
      tcb.Count(Counter::kTcpFastRetransmits);
      tcb.ecn.OnReduced(tcb.snd_nxt);
      tcb.resend_head = true;
      tcb.ArmRetransmit(arrival.now);
    }
  }
  if (tcb.sack_state && tcb.flight() > 0) ScheduleAlarm(tcb, arrival.now);
  UpdateWindow(tcb, arrival);
  return kGoOn;
}

}  // namespace nut::tcp
