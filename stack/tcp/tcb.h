// Tcb: the transmission control block (RFC 9293 3.3.1): every variable of one connection, and the few
// operations that keep them consistent. Plain data for the files that implement a connection: input_*,
// output_*, timer_*, connection_*. Part of its Connection, which lets nobody else touch it.
#pragma once

#include <memory>
#include <optional>

#include "stack/base/error.h"
#include "stack/base/statistics.h"
#include "stack/tcp/congestion_control.h"
#include "stack/tcp/connection_setup.h"
#include "stack/tcp/ecn_state.h"
#include "stack/tcp/loss_recovery.h"
#include "stack/tcp/rate_limit.h"
#include "stack/tcp/receive_buffer.h"
#include "stack/tcp/receive_tuning.h"
#include "stack/tcp/receive_window.h"
#include "stack/tcp/rtt_estimator.h"
#include "stack/tcp/sack_state.h"
#include "stack/tcp/send_buffer.h"
#include "stack/tcp/shared_parameters.h"
#include "stack/tcp/state_table.h"
#include "stack/tcp/timer_set.h"
#include "stack/tcp/timestamps.h"

namespace nut::tcp {

// A RST that waits for Dispatch.
struct PendingReset {
  wire::SequenceNumber sequence;
  wire::SequenceNumber acknowledgement;
  bool ack = false;
};

// What every segment reads comes first and fills three cache lines; what only some need lies behind. There
// are as many of these as connections, most of them idle: so parts that end in padding are marked
// [[no_unique_address]], and small fields lie in it.
struct Tcb {
  Tcb(const SharedParameters& parameters, const ConnectionSetup& setup, Statistics& statistics);

  SharedParameters parameters;
  Statistics* statistics;

  State state = State::kClosed;
  bool established = false;      // the handshake is over
  bool orphan = false;           // the application has let go
  bool close_requested = false;  // a FIN follows the queued data
  bool cut_short = false;        // the application had more to send than found room
  bool fin_acknowledged = false;
  bool fin_received = false;    // and everything before it
  bool window_scaling = false;  // both ends have sent the option
  bool sack = false;            // likewise (RFC 2018 2)
  uint8_t snd_wscale = 0;

  // --- output that waits for Dispatch ---
  bool syn_due = false;
  bool ack_now = false;
  bool resend_head = false;   // fast retransmit or a partial ACK: SND.UNA's segment again
  bool override_due = false;  // silly-window avoidance has waited long enough
  bool probe_due = false;
  bool keep_alive_due = false;
  bool tail_probe_due = false;        // RFC 8985 7.3
  bool urgent_queued : 1 = false;     // snd_up is meaningful
  bool urgent_announced : 1 = false;  // rcv_up is meaningful
  bool opened_actively : 1 = false;   // MUST-11
  bool user_timeout_due : 1 = false;  // RFC 5482: the peer is to be told
  bool fast_open : 1 = false;         // RFC 7413: text goes both ways before the SYN-ACK is acknowledged
  uint16_t timeouts = 0;              // consecutive
  uint16_t acks_owed = 0;             // one more for each segment out of order (RFC 5681 4.2)

  // --- send sequence space (RFC 9293 figure 3) ---
  wire::SequenceNumber iss;
  wire::SequenceNumber snd_una;
  wire::SequenceNumber snd_nxt;  // one past the highest octet ever sent
  // The next to send: SND.NXT, or less when a time-out has sent us back, or with SACK when something was
  // lost.
  wire::SequenceNumber send_from;
  wire::SequenceNumber snd_wl1;
  wire::SequenceNumber snd_wl2;
  uint32_t snd_wnd = 0;
  uint32_t max_snd_wnd = 0;  // MAX.SND.WND of RFC 5961 5.2 and RFC 9293 3.8.6.2.1
  uint32_t send_mss = 0;     // Eff.snd.MSS: payload per segment, options counted (MUST-16)

  // --- receive sequence space ---
  uint32_t receive_mss;  // the largest payload seen, for the every-second-segment rule (SHLD-19)
  wire::SequenceNumber rcv_nxt;
  wire::SequenceNumber last_ack_sent;  // Last.ACK.sent of RFC 7323
  [[no_unique_address]] ReceiveWindow receive_window;
  bool syn_timed_out = false;
  std::optional<Error> soft_error;     // RFC 9293 MUST-47
  wire::SequenceNumber limited_until;  // octets before it were sent while cwnd held us back

  [[no_unique_address]] Timestamps timestamps;
  std::optional<Error> error;  // why it ended, if it ended badly
  uint16_t probes = 0;         // zero-window probes since the window closed: the exponent of the interval
  uint16_t keep_alives = 0;    // unanswered
  TimerSet timers;
  Instant last_heard{};  // an acceptable segment
  Instant last_sent{};   // data
  Instant last_activity{};

  SendBuffer send_buffer;   // starts at data_begin()
  link::ChunkPool* chunks;  // what it is made of
  ReceiveBuffer receive_buffer;
  ReceiveTuning receive_tuning;

  // --- retransmission and congestion ---
  RttEstimator rtt;
  [[no_unique_address]] CongestionControl congestion;
  wire::SequenceNumber irs;
  [[no_unique_address]] LossRecovery recovery;
  [[no_unique_address]] EcnState ecn;
  uint8_t black_hole_at = 0;              // black_hole.h; 0: none is suspected
  uint16_t peer_mss;                      // the peer's MSS option, or the default (MUST-15)
  uint16_t link_mtu;                      // the path's MTU as it was when we began
  uint16_t path_mtu;                      // lowered by OnPathMtu
  std::unique_ptr<SackState> sack_state;  // null as long as there is nothing to be kept in it
  Instant timed_at{};
  std::optional<wire::SequenceNumber> timed;  // the end of the segment whose round trip is measured
  Instant progress_at{};   // R2 counts from here: the last progress, or when the present flight began
  Instant timed_out_at{};  // the last retransmission time-out

  uint64_t bytes_sent = 0, bytes_acked = 0;
  // For people: after 4,294,967,295 they go on with 0.
  uint32_t segments_in = 0, segments_out = 0, retransmits = 0;

  wire::EndpointPair ends;

  // --- what is rare: a bad end, FIN behind a gap, urgent text, a shut window, keep-alive, answers to attacks
  // ---
  std::unique_ptr<PendingReset> reset;
  std::optional<wire::SequenceNumber> early_fin;  // a FIN behind a gap
  [[no_unique_address]] RateLimit challenge_limit;
  wire::SequenceNumber snd_up;  // the octet following the last urgent one (MUST-62)
  [[no_unique_address]] RateLimit repeated_ack_limit;
  wire::SequenceNumber rcv_up;  // the octet following the last urgent one announced
  Instant opened{};

  // --- derived ---
  bool syn_acknowledged() const { return snd_una != iss; }
  // Where send_buffer starts: the SYN takes one number.
  wire::SequenceNumber data_begin() const { return syn_acknowledged() ? snd_una : iss + 1; }
  // One past the last octet queued, which is the FIN's own number if one is queued.
  wire::SequenceNumber data_end() const { return data_begin() + static_cast<uint32_t>(send_buffer.size()); }
  // One past everything there is to send, the FIN included.
  wire::SequenceNumber sequence_end() const { return data_end() + (fin_outstanding() ? 1 : 0); }
  bool fin_outstanding() const { return close_requested && !fin_acknowledged; }
  // Our FIN has been sent at least once; nothing follows it.
  bool fin_sent() const { return close_requested && snd_nxt == sequence_end(); }
  uint32_t flight() const { return static_cast<uint32_t>(snd_nxt - snd_una); }
  uint32_t cwnd() const {
    const uint32_t window = recovery.Window(congestion.cwnd(), send_mss);
    const unsigned most = parameters->maximum_flight_segments;
    return most == 0 ? window : std::min(window, most * send_mss);
  }
  // Octets that may wait to be acknowledged: room for a window that is under way and for the next one, so
  // that a peer that is fast enough to let the window grow does not wait for an application to be woken.
  size_t send_limit() const;
  // Octets that the congestion window lets out at send_from: with SACK what it leaves beside those in the
  // network (RFC 6675 5 C), else up to its end.
  int32_t congestion_room() const {
    if (sack_state) return static_cast<int32_t>(cwnd() - sack_state->scoreboard.pipe());
    return data_begin() + cwnd() - send_from;
  }
  // Output waits for its rate. (With nothing outstanding no ACK would come, and there is nothing to spread.)
  bool paused() const { return sack_state && sack_state->paused && flight() > 0; }
  // The application may have it: text may go both ways.
  bool is_open() const { return established || fast_open; }
  // A loss is being repaired whose ACKs say nothing about the round trip.
  bool recovering() const {
    return recovery.in_recovery() || (sack_state && sack_state->phase == SackState::Phase::kRecovery);
  }
  wire::SequenceNumber send_edge() const { return snd_una + snd_wnd; }
  bool urgent_pending(wire::SequenceNumber from) const { return urgent_queued && snd_up.After(from); }
  int64_t receive_space() const {
    return static_cast<int64_t>(parameters->receive_buffer) - static_cast<int64_t>(receive_buffer.readable());
  }
  // The first octet that the application has not read; a FIN that was received lies behind it all.
  wire::SequenceNumber unread() const {
    return rcv_nxt - (fin_received ? 1 : 0) - static_cast<uint32_t>(receive_buffer.readable());
  }
  // RFC 9293 3.8.6.2.2: min(Fr * RCV.BUFF, Eff.snd.MSS), Fr = 1/2
  size_t receive_step() const;
  // What we tell the peer: MMS_R - 20 (MUST-67).
  uint16_t own_mss() const;

  // True: no segment is due. A quick no for who asks after every event; false says nothing.
  bool nothing_to_say() const {
    const bool asked_for =
        syn_due | ack_now | resend_head | probe_due | keep_alive_due | tail_probe_due | (acks_owed != 0);
    return !asked_for && !reset && !send_from.Before(sequence_end());
  }

  // --- operations ---
  // The only place that changes `state`.
  void Fire(Event event, Instant now);
  // The connection ends badly: `why` is kept for every later call.
  void Fail(Error why, Event event, Instant now);
  // ABORT (RFC 9293 3.10.5): a RST where the peer knows us, CLOSED at once.
  void Abort(Error why, Instant now);
  void QueueReset(const PendingReset& answer) { reset = std::make_unique<PendingReset>(answer); }
  // The retransmission timer: one RTO from now, but not beyond R2.
  void ArmRetransmit(Instant now);
  // Off, and whatever else shares it (SackState::alarm).
  void StopRetransmit();
  // R2: how long without progress until the connection is given up (MUST-20, MUST-23).
  Duration patience() const;
  // SEQ of a segment without text: SND.NXT; but never beyond the peer's right edge, where it would be dropped
  // with the ACK that it carries: after the window has shrunk, or when a window probe is out. A SYN needs no
  // window.
  wire::SequenceNumber ack_sequence() const {
    return snd_nxt.After(send_edge()) && syn_acknowledged() ? send_edge() : snd_nxt;
  }
  // Sets send_mss from what peer, path and options allow (MUST-16).
  void UpdateSendMss();
  void Count(Counter counter, uint64_t amount = 1) { statistics->Add(counter, amount); }

 private:
  void Enter(State entered, Instant now);
};

}  // namespace nut::tcp
