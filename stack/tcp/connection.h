// Connection: one TCP connection from its first SYN to the end of TIME-WAIT (RFC 9293), as a machine without
// I/O. It takes segments, timer expiries and user calls, and gives back at most one segment at a time from
// Dispatch(). It never calls the network layer, never waits, never switches threads, and reads no clock: time
// comes in as `now`.
//
// Owned by the connection table (engine.h). Segments, timers and the calls that change state run on the
// state-machine thread only; Send and Receive (buffers only) also run on application threads.
#pragma once

#include <optional>

#include "stack/base/result.h"
#include "stack/base/statistics.h"
#include "stack/base/time.h"
#include "stack/link/chunk.h"
#include "stack/tcp/parameters.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/shared_parameters.h"
#include "stack/tcp/state.h"
#include "stack/tcp/tcb.h"
#include "stack/wire/endpoint.h"

namespace nut::tcp {

struct SegmentFrames;  // incoming_text.h
struct Tcb;            // tcb.h

// A snapshot for people and tools: the columns of ss(8) -tani.
struct ConnectionInfo {
  wire::EndpointPair ends;
  State state{};
  size_t send_queue = 0;     // bytes not acknowledged yet, sent or not
  size_t receive_queue = 0;  // bytes the application has not read
  size_t out_of_order = 0;   // bytes waiting behind a gap
  size_t send_mss = 0;
  uint32_t iss = 0, irs = 0;  // the SYNs' numbers; irs once there was one
  uint32_t snd_una = 0, snd_nxt = 0, snd_wnd = 0, rcv_nxt = 0, rcv_wnd = 0;
  uint32_t cwnd = 0, ssthresh = 0;  // bytes
  // Octets thought to be in the network; with SACK, there out of order, and lost and not sent again yet.
  uint32_t pipe = 0, sacked = 0, lost = 0;
  Duration srtt{}, rttvar{}, rto{};
  uint8_t snd_wscale = 0, rcv_wscale = 0;
  bool timestamps = false, sack = false;
  bool ecn = false;
  uint64_t bytes_sent = 0, bytes_acked = 0, bytes_received = 0;
  uint64_t segments_in = 0, segments_out = 0, retransmits = 0;
  unsigned backoff = 0;  // consecutive retransmission time-outs
  Instant opened{};
  Instant last_activity{};
  std::string_view timer;  // "retransmit", "persist", "keepalive", "timewait", "delack", ""
  Duration timer_left{};
};

class Connection {
 public:
  // `parameters` may be those of many connections; `statistics` outlives the connection.
  Connection(const SharedParameters& parameters, const ConnectionSetup& setup, Statistics& statistics);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // --- opening -----------------------------------------------------------------------------------
  // CLOSED → SYN-SENT.
  void OpenActive(Instant now);
  // LISTEN → SYN-RECEIVED for an acceptable `syn`.
  void OpenPassive(const IncomingSegment& syn, Instant now);
  // The same where the SYN-ACK, with the initial sequence number, was a cookie (syn_cookies.h): it has been
  // sent. Its acknowledgement comes next.
  void OpenByCookie(const IncomingSegment& syn, Instant now);

  // Before OpenActive: what is to be said first, with the SYN where Parameters::fast_open_cookie allows it.
  // Says how much of `data` found room.
  size_t QueueFirst(ByteView data);
  // After OpenPassive for a SYN that showed a good cookie (RFC 7413 4.2.2): the application may have the
  // connection at once.
  void OpenFast();
  // The SYN-ACK gives a cookie to the peer.
  void OfferCookie(const wire::TcpFastOpenCookie& cookie);

  // --- events, on the state-machine thread -------------------------------------------------------
  // RFC 9293 3.10.7. Says what became of the segment: kNone when it was used, else the reason, which the
  // caller counts (everything else is counted here). A RST to be sent in answer is queued and comes out of
  // Dispatch, in CLOSED too. `frames`: those that hold the text, to be taken with it; none is taken from a
  // segment that was not used. Null: the text is borrowed.
  DropReason OnSegment(const IncomingSegment& segment, Instant now, SegmentFrames* frames = nullptr);
  // Call when `now` reaches poll_at(); harmless earlier.
  void OnTimer(Instant now);
  // RFC 1122 4.2.3.9 with RFC 5461/5927: hard only before the connection is synchronised, soft afterwards.
  // `sequence` is the one quoted; outside what is outstanding the report is ignored.
  void OnIcmpError(Error error, bool hard, wire::SequenceNumber sequence, Instant now);
  // RFC 1191: the path carries packets of `mtu` bytes at most. `sequence` as above. Whether it was news, and
  // of a segment that is outstanding (RFC 5927 7.2).
  bool OnPathMtu(size_t mtu, wire::SequenceNumber sequence, Instant now);

  // --- requests of the application, on the state-machine thread ----------------------------------
  // Half close: a FIN follows what is queued. kNotConnected, kBrokenPipe when already done.
  Result<void> Shutdown(Instant now);
  // The application has let go: nobody will read any more. Unread data or later data is answered with RST
  // (RFC 9293 3.6.1, RFC 2525 2.17); otherwise as Shutdown. Afterwards the connection is an orphan and limits
  // itself in time.
  void Close(Instant now);
  // RST where the peer knows us, state CLOSED at once; `reason` is what waiting threads see.
  void Abort(Error reason, Instant now);

  // --- buffers, on any thread --------------------------------------------------------------------
  // Queues what fits of `data` and says how much: kWouldBlock when nothing fits or not yet connected,
  // kBrokenPipe after Shutdown, else the reason the connection ended.
  Result<size_t> Send(ByteView data, Instant now);
  // The same without a copy: the slice's bytes stay as they are, and are referred to until the peer has
  // acknowledged them. Less than SendBuffer::kLeastHanded is copied.
  Result<size_t> SendSlice(const link::Slice& slice, Instant now);
  // As Send, and marks its end urgent (RFC 9293 3.8.5, MUST-62).
  Result<size_t> SendUrgent(ByteView data, Instant now);
  // Copies what is there: 0 is the end of the stream (FIN), kWouldBlock nothing yet, else the reason it ended
  // in. Urgent data is delivered in line (RFC 6093).
  Result<size_t> Receive(MutableByteView out, Instant now);
  // As Receive, without a copy: fills `out` from its beginning with pieces as they came, and says how many
  // octets they have. Pieces that are kept for long are missing elsewhere (received_piece.h).
  Result<size_t> ReceivePieces(std::span<ReceivedPiece> out, Instant now);
  // As Receive, without consuming.
  Result<size_t> Peek(MutableByteView out) const;

  // --- output, on the state-machine thread -------------------------------------------------------
  // The next segment to send now, or false. Call until false after events. `segmentation`: super-segments are
  // welcome.
  bool Dispatch(Instant now, bool segmentation, OutgoingSegment& out);
  // When OnTimer wants to be called; kNever without a timer. Every call that takes `now` may change it, Send
  // and Receive included.
  Instant poll_at() const { return tcb_.timers.earliest(); }
  // True when Dispatch would likely send now: what decides whether the state machine must run.
  bool wants_output() const;

  // --- observing ---------------------------------------------------------------------------------
  State state() const { return tcb_.state; }
  // No segment belongs to it any more, whether or not its owner has let go.
  bool ended() const { return tcb_.state == State::kClosed || tcb_.state == State::kDestroy; }
  const wire::EndpointPair& ends() const { return tcb_.ends; }
  Instant opened() const { return tcb_.opened; }
  // Why it ended, if it ended badly: also told to every Receive (after what was received has been read) and
  // Send.
  std::optional<Error> error() const { return tcb_.error; }
  // A soft error seen lately (RFC 9293 MUST-47), cleared by reading.
  std::optional<Error> TakeSoftError();
  bool readable() const;  // Receive would not say kWouldBlock
  bool writable() const;  // Send would not say kWouldBlock
  // The handshake is over (also when it was closed since), or need not be waited for.
  bool is_established_or_later() const { return tcb_.is_open(); }
  // Opened by OpenFast.
  bool is_fast_open() const { return tcb_.fast_open; }
  // A SYN of ours had to be repeated.
  bool syn_was_lost() const { return tcb_.syn_timed_out; }
  bool is_orphan() const { return tcb_.orphan; }  // Close was called
  // Urgent bytes still to be read (MUST-33); 0 without.
  size_t urgent_bytes_ahead() const;
  ConnectionInfo Info(Instant now) const;
  // TIME-WAIT: may a new connection reuse the pair on this SYN? (RFC 9293 3.6.1 MAY-2, RFC 6191)
  bool MayReopen(const IncomingSegment& syn) const;
  wire::SequenceNumber snd_nxt() const { return tcb_.snd_nxt; }

  // --- options of one socket ---------------------------------------------------------------------
  const Parameters& parameters() const { return *tcb_.parameters; }
  // To be changed: from here on they are the connection's own.
  Parameters& own_parameters();
  void ApplyParameters(Instant now);  // after a change: keep-alive, buffers, Nagle

  // Breaks an invariant with a message when the variables contradict each other. For tests and the explorer.
  void CheckInvariants() const;

 private:
  friend struct MutantAccess;

  Tcb tcb_;  // for the files of a connection alone (tcb.h)
};

}  // namespace nut::tcp
