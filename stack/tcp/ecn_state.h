// EcnState: explicit congestion notification (RFC 3168) as one connection has agreed on it: what is still to
// be told to the peer, and which marks have been answered. Owned by a Tcb.
#pragma once

#include "stack/wire/sequence_number.h"
#include "stack/wire/tcp_flags.h"

namespace nut::tcp {

class EcnState {
 public:
  // --- agreeing
  // Flags for our SYN, or for the SYN-ACK of a connection that is `answering`. RFC 3168 6.1.1.1: a SYN that
  // has to be `repeated` may have been dropped for its ECN flags, and asks no more.
  wire::TcpFlags SynFlags(bool answering, bool wanted, bool repeated);
  // The peer's SYN (`wanted`: we would agree) or SYN-ACK.
  void TakeSyn(wire::TcpFlags flags, bool wanted);
  // The peer's SYN came again, to be answered again. RFC 3168 6.1.1: a host that has received a SYN that did
  // not ask "SHOULD NOT set ECT on data packets": its sender will not listen to marks.
  void TakeRepeatedSyn(wire::TcpFlags flags) { enabled_ = enabled_ && flags.ece() && flags.cwr(); }
  bool enabled() const { return enabled_; }

  // --- as receiver of text (RFC 3168 6.1.3)
  // Text came. True: the first news of congestion, to be told at once.
  bool OnText(bool congestion_experienced, wire::TcpFlags flags);
  // Every ACK says so until the peer has answered.
  bool echo() const { return echo_; }

  // --- as sender of text (RFC 3168 6.1.2)
  // An ACK up to `ack` said that there was congestion. True: for the first time of what is in flight, whose
  // end is `nxt`; to be answered as a loss is, but that nothing is lost.
  bool OnEcho(wire::SequenceNumber ack, wire::SequenceNumber nxt);
  // The window was reduced for whatever reason: the next new text is to say so, and marks up to `nxt` are
  // answered by it.
  void OnReduced(wire::SequenceNumber nxt);
  bool reduced_due() const { return reduced_due_; }
  void NoteReducedSent() { reduced_due_ = false; }

 private:
  wire::SequenceNumber answered_;  // marks on text before it have been answered
  // Bits: there are as many of these as connections.
  bool any_answered_ : 1 = false;
  bool asked_ : 1 = false;
  bool enabled_ : 1 = false;
  bool echo_ : 1 = false;
  bool reduced_due_ : 1 = false;
};

inline wire::TcpFlags EcnState::SynFlags(bool answering, bool wanted, bool repeated) {
  if (answering) return enabled_ ? wire::TcpFlags::kEce : wire::TcpFlags();
  // Who has sent a SYN without them does not use ECN, whatever the answer to the one before says.
  asked_ = wanted && !repeated;
  return asked_ ? wire::TcpFlags::kEce | wire::TcpFlags::kCwr : wire::TcpFlags();
}

inline void EcnState::TakeSyn(wire::TcpFlags flags, bool wanted) {
  // An ECN-setup SYN has both flags, an ECN-setup SYN-ACK the first alone: one that has both comes from a
  // peer, or a box between, that reflects what it gets.
  enabled_ = flags.ack() ? asked_ && flags.ece() && !flags.cwr() : wanted && flags.ece() && flags.cwr();
}

inline bool EcnState::OnText(bool congestion_experienced, wire::TcpFlags flags) {
  const bool before = echo_;
  if (flags.cwr()) echo_ = false;
  if (congestion_experienced) echo_ = true;
  return echo_ && !before;
}

inline bool EcnState::OnEcho(wire::SequenceNumber ack, wire::SequenceNumber nxt) {
  if (any_answered_ && ack.AtOrBefore(answered_)) return false;
  OnReduced(nxt);
  return true;
}

inline void EcnState::OnReduced(wire::SequenceNumber nxt) {
  if (!enabled_) return;
  answered_ = nxt;
  any_answered_ = true;
  reduced_due_ = true;
}

}  // namespace nut::tcp
