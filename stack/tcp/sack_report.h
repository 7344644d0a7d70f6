// What a receiver tells about octets that came out of order, or twice (RFC 2018, RFC 2883). On the
// state-machine thread; works on one Tcb.
#pragma once

#include "stack/tcp/tcb.h"

namespace nut::tcp {

// `length` octets of text have arrived at `sequence`: what lies before RCV.NXT was here already.
void NoteOldText(Tcb& tcb, wire::SequenceNumber sequence, uint32_t length);
// The same for text at `offset` octets behind RCV.NXT, of which a part may wait behind a gap. Before it is
// placed there.
void NoteHeldText(Tcb& tcb, uint32_t offset, uint32_t length);

// An ACK would say more than its number.
inline bool HasSackToReport(const Tcb& tcb) {
  if (!tcb.sack) return false;
  return tcb.receive_buffer.has_gap() || (tcb.sack_state && !IsEmpty(tcb.sack_state->duplicate));
}

// Adds the SACK option to those of an ACK, as far as there is room; a duplicate is told once.
void ReportSack(Tcb& tcb, wire::TcpOptions& options);

}  // namespace nut::tcp
