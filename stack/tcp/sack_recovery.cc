#include "stack/tcp/sack_recovery.h"

#include <algorithm>
#include <array>

namespace nut::tcp {
namespace {

using Alarm = SackState::Alarm;
using Phase = SackState::Phase;

// What one ACK has said.
struct Evidence {
  uint32_t delivered = 0;   // octets that are new by it
  bool duplicate = false;   // a D-SACK
  bool any_block = false;   // of text that is outstanding
  Duration rtt = kForever;  // of what was acknowledged last and sent once
  wire::SackBlock twice;    // the D-SACK's
};

Scoreboard::Limits LimitsOf(const Tcb& tcb) {
  return {tcb.parameters->maximum_sent_runs, tcb.parameters->maximum_sacked_ranges};
}

// RFC 2883 4, 5: the first block, which there is, when it lies below the ACK, or within the second.
bool IsDuplicateReport(const wire::SackBlocks& blocks, wire::SequenceNumber ack) {
  if (!blocks[0].left.Before(blocks[0].right)) return false;
  if (blocks[0].right.AtOrBefore(ack)) return true;
  return blocks.size() > 1 && blocks[0].left.AtOrAfter(blocks[1].left) &&
         blocks[0].right.AtOrBefore(blocks[1].right);
}

// The blocks that follow the D-SACK, if there is one, the lowest first. They come with the newest in front
// (RFC 2018 4); but what one ACK tells about has no order among itself, and where the higher was heard first
// the lower would look overtaken (RFC 8985 6.2 step 3).
wire::SackBlocks InOrder(const wire::SackBlocks& blocks, bool duplicate, wire::SequenceNumber una) {
  // Of any octets from the wire: an order, whatever they are.
  const auto distance = [una](const wire::SackBlock& block) { return block.left.number() - una.number(); };
  std::array<wire::SackBlock, wire::SackBlocks::kCapacity> sorted;
  size_t count = 0;
  for (size_t i = duplicate ? 1 : 0; i < blocks.size(); ++i) {
    size_t at = count++;
    for (; at > 0 && distance(blocks[i]) < distance(sorted[at - 1]); --at) sorted[at] = sorted[at - 1];
    sorted[at] = blocks[i];
  }
  wire::SackBlocks ordered;
  for (size_t i = 0; i < count; ++i) ordered.Add(sorted[i]);
  return ordered;
}

// RFC 8985 6.2 step 2: the echoed timestamp is older than the last transmission. Of what is acknowledged
// cumulatively: as long as there is a gap, the echo is that of the segment before it (RFC 7323 4.3), which
// says nothing about those that came behind.
bool AnswersEarlierCopy(const Tcb& tcb, const Arrival& arrival, const Scoreboard::Piece& piece) {
  const auto& option = arrival.segment.options.timestamps;
  if (!tcb.timestamps.enabled() || !option || option->echo_reply == 0) return false;
  return static_cast<int32_t>(option->echo_reply - tcb.timestamps.Value(piece.sent_at)) < 0;
}

// Everything that the ACK says, into the scoreboard.
Evidence Hear(Tcb& tcb, const Arrival& arrival) {
  SackState& state = *tcb.sack_state;
  Evidence evidence;
  const auto hear = [&](const Scoreboard::Piece& piece, bool earlier_copy) {
    state.rack.OnDelivered(piece, earlier_copy, arrival.now);
    if (!piece.resent) evidence.rtt = arrival.now - piece.sent_at;
  };
  evidence.delivered = state.scoreboard.Acknowledge(tcb.snd_una, [&](const Scoreboard::Piece& piece) {
    hear(piece, AnswersEarlierCopy(tcb, arrival, piece));
  });
  const wire::SackBlocks& blocks = arrival.segment.options.sack;
  if (blocks.empty()) return evidence;

  const auto visit = [&](const Scoreboard::Piece& piece) { hear(piece, false); };
  evidence.duplicate = IsDuplicateReport(blocks, arrival.segment.acknowledgement);
  if (evidence.duplicate) evidence.twice = blocks[0];
  if (evidence.duplicate) tcb.Count(Counter::kTcpDuplicateSacksIn);
  for (const wire::SackBlock& block : InOrder(blocks, evidence.duplicate, tcb.snd_una)) {
    // Only what is outstanding can have arrived: a block that is empty or inverted, begins below SND.UNA or
    // ends beyond SND.NXT says nothing.
    const bool possible = !state.scoreboard.empty() && block.left.Before(block.right) &&
                          block.left.AtOrAfter(tcb.snd_una) && block.right.AtOrBefore(state.scoreboard.end());
    const auto told = possible ? state.scoreboard.Sack(block, LimitsOf(tcb), visit) : std::nullopt;
    tcb.Count(told ? Counter::kTcpSackBlocksIn : Counter::kTcpSackBlocksIgnored);
    evidence.any_block |= told.has_value();
    evidence.delivered += told.value_or(0);
  }
  return evidence;
}

// What was lost is sent first, then what is new.
void ChooseNext(Tcb& tcb) {
  const auto lost = tcb.sack_state->scoreboard.FirstLost();
  tcb.send_from = lost ? lost->left : tcb.snd_nxt;
}

// RFC 8985 6.2 step 5, or RFC 6675 4. Says how many octets are lost by it.
uint32_t FindLosses(Tcb& tcb, Instant now) {
  SackState& state = *tcb.sack_state;
  Scoreboard& board = state.scoreboard;
  state.lost_at = kNever;
  const unsigned threshold = tcb.parameters->duplicate_ack_threshold;
  if (!tcb.parameters->rack) return board.MarkLostBySacks(threshold, tcb.send_mss);

  // RACK.segs_sacked is not counted, but there are as many at least.
  const size_t segments = std::max<size_t>(board.ranges(), board.sacked() / tcb.send_mss);
  const bool hurry = state.phase != Phase::kOpen || segments >= threshold;
  const Duration window = state.rack.ReorderingWindow(hurry, tcb.rtt.srtt());
  Duration latest{};
  const uint32_t lost = board.MarkLost([&](const Scoreboard::Piece& piece) {
    const Duration left = state.rack.UntilLost(piece, window, now);
    if (left <= Duration::zero()) return true;
    // "timeout = max(remaining, timeout)": at the end all of them are looked at.
    if (left != kForever) latest = std::max(latest, left);
    return false;
  });
  if (latest > Duration::zero()) state.lost_at = After(now, latest);
  return lost;
}

// RFC 6675 5 (4): "RecoveryPoint = HighData", "ssthresh = cwnd = (FlightSize / 2)", with CongestionControl's
// own share. FlightSize is what was outstanding when the ACK came that tells of it, with what that
// acknowledges; what limited transmit has sent beyond the window does not count.
void EnterRecovery(Tcb& tcb, uint32_t acked, Instant now) {
  SackState& state = *tcb.sack_state;
  state.phase = Phase::kRecovery;
  state.recovery_point = tcb.snd_nxt;
  state.rescued = false;
  // What a probe has shown is answered here, once.
  state.probe_out = false;
  const uint32_t flight = tcb.flight() + acked;
  tcb.congestion.OnLoss(std::min(flight, tcb.congestion.cwnd()));
  state.reduction.Start(flight, tcb.congestion.ssthresh());
  tcb.ecn.OnReduced(tcb.snd_nxt);
  tcb.Count(Counter::kTcpFastRetransmits);
  // The first retransmission gets its own round trip.
  tcb.ArmRetransmit(now);
}

// RFC 6675 4, NextSeg (3) and (4), for who does without RACK: the window has room, nothing is known to be
// lost and nothing new can be sent: then what may be lost goes again, one segment for each ACK, and at last,
// once in a recovery, the end of all.
void SendDoubtful(Tcb& tcb) {
  SackState& state = *tcb.sack_state;
  if (tcb.parameters->rack || state.phase != Phase::kRecovery || state.scoreboard.lost() > 0) return;
  const bool may_send_new = tcb.snd_nxt.Before(tcb.sequence_end()) && tcb.snd_nxt.Before(tcb.send_edge());
  if (may_send_new || tcb.congestion_room() < static_cast<int32_t>(tcb.send_mss)) return;
  if (state.scoreboard.MarkFirstDoubtfulLost(tcb.send_mss) || std::exchange(state.rescued, true)) return;
  state.scoreboard.MarkTailLost(tcb.send_mss);
}

// All that was outstanding then is acknowledged.
void EndPhase(Tcb& tcb) {
  SackState& state = *tcb.sack_state;
  // RFC 6937 3: "cwnd = ssthresh"
  if (state.phase == Phase::kRecovery) tcb.congestion.SetWindow(state.reduction.ssthresh());
  state.phase = Phase::kOpen;
  state.rack.OnRecovered();
}

// RFC 8985 7.4.2: what the ACK means for the probe of the tail.
void JudgeProbe(Tcb& tcb, const Evidence& evidence, uint32_t acked) {
  SackState& state = *tcb.sack_state;
  if (!state.probe_out || tcb.snd_una.Before(state.probe_end)) return;
  if (!state.probe_resent) {
    state.probe_out = false;
    return;
  }
  // "a D-SACK ... matching TLP.end_seq": both copies have arrived, nothing was lost.
  const bool both = evidence.duplicate && evidence.twice.right == state.probe_end;
  // "the ACK is a duplicate ACK without any SACK option": likewise, from a peer without D-SACK.
  const bool repeated = acked == 0 && !evidence.any_block && tcb.snd_una == state.probe_end;
  if (both || repeated) {
    state.probe_out = false;
  } else if (tcb.snd_una.After(state.probe_end)) {
    // "the sender invokes a congestion control response equivalent to a fast recovery": the probe has
    // repaired a loss that nobody else will notice.
    state.probe_out = false;
    tcb.congestion.OnLoss(std::min(tcb.flight() + acked, tcb.congestion.cwnd()));
    tcb.ecn.OnReduced(tcb.snd_nxt);
    tcb.Count(Counter::kTcpTailLossesRepaired);
  }
}

// RFC 8985 7.2, TLP_calc_PTO.
Duration ProbeTimeout(const Tcb& tcb) {
  if (!tcb.rtt.has_sample()) return 1s;
  Duration timeout = std::max(2 * tcb.rtt.srtt(), tcb.parameters->minimum_probe_timeout);
  // A single segment's ACK may be delayed.
  if (tcb.flight() <= tcb.send_mss) timeout += tcb.parameters->assumed_ack_delay;
  return timeout;
}

// RFC 8985 7.2: "not in loss recovery", "no SACKed sequences", one probe at a time.
bool WantsProbe(const Tcb& tcb) {
  const SackState& state = *tcb.sack_state;
  return tcb.established && tcb.parameters->rack && tcb.parameters->tail_loss_probe &&
         state.phase == Phase::kOpen && state.scoreboard.sacked() == 0 && !state.probe_out &&
         tcb.flight() > 0 && tcb.snd_wnd > 0;
}

// RFC 3522 3.2 (1), RFC 4015 3.1: before the window is reduced for a time-out whose retransmission goes out
// now.
void PrepareUndo(Tcb& tcb, Instant now) {
  SackState& state = *tcb.sack_state;
  state.may_undo = tcb.timestamps.enabled() && state.phase == Phase::kOpen;
  state.resent_stamp = tcb.timestamps.Value(now);
  // "pipe_prev <- max (FlightSize, ssthresh)"
  state.window_before = std::max(tcb.flight(), tcb.congestion.ssthresh());
}

// RFC 3522 3.2 (4, 5): the first ACK of something new decides: "if the value of the Timestamp Echo Reply
// field
// ... is smaller than the value of RetransmitTS", it was the original that has arrived, and nothing was lost.
bool UndoTimeout(Tcb& tcb, const Arrival& arrival, uint32_t acked) {
  SackState& state = *tcb.sack_state;
  if (acked == 0 || !std::exchange(state.may_undo, false)) return false;
  const auto& option = arrival.segment.options.timestamps;
  if (!option || option->echo_reply == 0) return false;
  if (static_cast<int32_t>(option->echo_reply - state.resent_stamp) >= 0) return false;
  state.phase = Phase::kOpen;
  state.scoreboard.Restore();
  // RFC 4015 3.2: "cwnd <- FlightSize + min (bytes_acked, INITIAL_WINDOW)", "ssthresh <- pipe_prev"; and the
  // path is as slow as this ACK says, so that the next time-out comes later.
  tcb.congestion.Undo(tcb.flight() + std::min(acked, tcb.congestion.InitialWindow()), state.window_before);
  tcb.rtt.Sample(tcb.timestamps.RoundTrip(option->echo_reply, arrival.now));
  tcb.Count(Counter::kTcpSpuriousTimeouts);
  return true;
}

// The window outside of recovery.
void Grow(Tcb& tcb, uint32_t acked, Duration rtt, bool limited, Instant now) {
  using Advice = SlowStartExit::Advice;
  CongestionControl& congestion = tcb.congestion;
  const Parameters& parameters = *tcb.parameters;
  if (congestion.in_slow_start() && parameters.slow_start_exit &&
      parameters.congestion == CongestionAlgorithm::kCubic) {
    switch (tcb.sack_state->slow_start_exit.OnAck(tcb.snd_una, tcb.snd_nxt, rtt)) {
      case Advice::kGrow: break;
      // RFC 9406 4.2: "cwnd = cwnd + (min (N, L * SMSS) / CSS_GROWTH_DIVISOR)"
      case Advice::kGrowSlowly: acked = std::max(acked / 4, 1u); break;
      case Advice::kLeave: congestion.LeaveSlowStart(); break;
    }
  }
  congestion.OnAcknowledged(acked, limited, now, tcb.rtt.srtt());
}

// RFC 6937's window after `delivered` octets; `safe` as there.
void ReduceRate(Tcb& tcb, uint32_t delivered, bool safe) {
  SackState& state = *tcb.sack_state;
  tcb.congestion.SetWindow(state.reduction.OnAck(delivered, state.scoreboard.pipe(), safe, tcb.send_mss));
}

}  // namespace

void NoteSentBySack(Tcb& tcb, wire::SequenceNumber sequence, wire::SequenceNumber end, Instant now) {
  if (!tcb.sack_state) tcb.sack_state = std::make_unique_for_overwrite<SackState>();
  SackState& state = *tcb.sack_state;
  state.scoreboard.NoteSent(sequence, end, now, LimitsOf(tcb));
  if (state.phase == Phase::kRecovery) state.reduction.NoteSent(static_cast<uint32_t>(end - sequence));
  ChooseNext(tcb);
}

void OnAckBySack(Tcb& tcb, const Arrival& arrival, uint32_t acked, bool limited) {
  SackState& state = *tcb.sack_state;
  // Of an ACK without news only a probe's sender learns.
  if (acked == 0 && arrival.segment.options.sack.empty() && !state.probe_out) return;
  if (acked > 0) tcb.tail_probe_due = false;
  const bool in_doubt = state.phase != Phase::kOpen || state.probe_out;
  const Evidence evidence = Hear(tcb, arrival);
  state.rack.OnAck(evidence.duplicate, tcb.snd_una, tcb.snd_nxt);

  if (UndoTimeout(tcb, arrival, acked)) return ChooseNext(tcb);
  const Phase before = state.phase;
  if (state.phase != Phase::kOpen && tcb.snd_una.AtOrAfter(state.recovery_point)) EndPhase(tcb);
  uint32_t lost = 0;
  state.lost_at = kNever;
  if (in_doubt || state.scoreboard.sacked() > 0) lost = FindLosses(tcb, arrival.now);
  if (lost > 0 && state.phase == Phase::kOpen) EnterRecovery(tcb, acked, arrival.now);
  if (arrival.segment.text_size() == 0 || evidence.any_block || acked > 0) {
    JudgeProbe(tcb, evidence, acked);
  }

  if (state.phase == Phase::kRecovery) {
    ReduceRate(tcb, evidence.delivered, acked > 0 && lost == 0);
    SendDoubtful(tcb);
  } else if (acked > 0 && before != Phase::kRecovery) {
    Grow(tcb, acked, evidence.rtt, limited, arrival.now);
  }
  ChooseNext(tcb);
}

void ScheduleAlarm(Tcb& tcb, Instant now) {
  SackState& state = *tcb.sack_state;
  state.alarm = Alarm::kNone;
  state.alarm_at = kNever;
  if (state.lost_at != kNever) {
    state.alarm = Alarm::kReordering;
    state.alarm_at = state.lost_at;
  } else if (WantsProbe(tcb)) {
    state.alarm = Alarm::kProbe;
    // "If the PTO would be later than the RTO, the probe takes its place."
    state.alarm_at = std::min(After(now, ProbeTimeout(tcb)), state.retransmit_at);
  }
  if (state.retransmit_at == kNever) return;
  tcb.timers.Arm(Timer::kRetransmit, state.NextAlarm());
}

void OnAlarm(Tcb& tcb, Instant now) {
  SackState& state = *tcb.sack_state;
  const Alarm alarm = state.alarm;
  state.lost_at = kNever;
  if (alarm == Alarm::kReordering) {
    const uint32_t lost = FindLosses(tcb, now);
    if (lost > 0 && state.phase == Phase::kOpen) EnterRecovery(tcb, 0, now);
    if (state.phase == Phase::kRecovery) ReduceRate(tcb, 0, false);
    ChooseNext(tcb);
    ScheduleAlarm(tcb, now);
    return;
  }
  state.alarm = Alarm::kNone;
  state.alarm_at = kNever;
  tcb.tail_probe_due = alarm == Alarm::kProbe;
  tcb.timers.Arm(Timer::kRetransmit, state.NextAlarm());
}

void OnTimeoutBySack(Tcb& tcb, Instant now) {
  SackState& state = *tcb.sack_state;
  if (tcb.timeouts == 1) {
    PrepareUndo(tcb, now);
    state.large_arrived = state.scoreboard.sacked() >= tcb.send_mss;
  }
  // What recovery has reduced ssthresh for is still the same loss.
  tcb.congestion.OnTimeout(tcb.flight(), tcb.timeouts == 1 && state.phase != Phase::kRecovery);
  // RFC 2018 8: the receiver may have discarded what it had: "the data sender ... SHOULD turn off all of the
  // SACKed bits". What it still has its next ACK will say.
  state.scoreboard.Forget();
  state.phase = Phase::kLoss;
  state.recovery_point = tcb.snd_nxt;
  state.probe_out = false;
  state.lost_at = kNever;
  state.alarm = Alarm::kNone;
  state.alarm_at = kNever;
  tcb.tail_probe_due = false;
  ChooseNext(tcb);
}

void NoteProbeSent(Tcb& tcb, wire::SequenceNumber end, bool resent, Instant now) {
  SackState& state = *tcb.sack_state;
  state.probe_out = true;
  state.probe_resent = resent;
  state.probe_end = end;
  tcb.tail_probe_due = false;
  tcb.Count(Counter::kTcpTailLossProbes);
  // "After sending the probe, the sender restarts the RTO timer."
  tcb.ArmRetransmit(now);
}

void SendAgain(Tcb& tcb) {
  if (!tcb.sack_state) {
    tcb.send_from = tcb.snd_una;
    return;
  }
  tcb.sack_state->scoreboard.MarkAllLost();
  ChooseNext(tcb);
}

}  // namespace nut::tcp
