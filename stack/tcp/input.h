// What becomes of an arriving segment (RFC 9293 3.10.7): one handler per state, and the steps that they are
// made of, in the RFC's order. All of it runs on the state-machine thread, works on one Tcb, and sends
// nothing: it leaves notes for Dispatch.
#pragma once

#include <optional>

#include "stack/base/drop_reason.h"
#include "stack/tcp/incoming_text.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace nut::tcp {

// A segment on its way through the steps: what is left of it after trimming to the window.
struct Arrival {
  Arrival(const IncomingSegment& from, Instant at, SegmentFrames* with = nullptr)
      : segment(from),
        frames(with),
        sequence(from.sequence),
        text_size(from.text_size()),
        fin(from.flags.fin()),
        now(at) {}

  const IncomingSegment& segment;
  SegmentFrames* frames;          // null: the text is borrowed
  wire::SequenceNumber sequence;  // of the first octet that is left
  uint32_t skipped = 0;           // octets of text in front of it
  uint32_t text_size;             // octets from there on
  bool fin;
  Instant now;

  // SEG.LEN of what is left; a SYN never is.
  uint32_t length() const { return text_size + (fin ? 1 : 0); }
  // One past the last octet of text: where a FIN stands.
  wire::SequenceNumber text_end() const { return sequence + text_size; }
  IncomingText text() const { return {segment.payload, frames, skipped, text_size}; }
};

// --- handlers, one per state ---------------------------------------------------------------------
DropReason InputClosed(Tcb& tcb, Arrival& arrival);
DropReason InputSynSent(Tcb& tcb, Arrival& arrival);
DropReason InputSynReceived(Tcb& tcb, Arrival& arrival);
DropReason InputEstablished(Tcb& tcb, Arrival& arrival);
DropReason InputFinWait1(Tcb& tcb, Arrival& arrival);
DropReason InputFinWait2(Tcb& tcb, Arrival& arrival);
DropReason InputCloseWait(Tcb& tcb, Arrival& arrival);
DropReason InputClosing(Tcb& tcb, Arrival& arrival);
DropReason InputLastAck(Tcb& tcb, Arrival& arrival);
DropReason InputTimeWait(Tcb& tcb, Arrival& arrival);

// What a step says: nothing to go on with the next one, or what has become of the segment.
using Verdict = std::optional<DropReason>;
inline constexpr Verdict kGoOn = std::nullopt;

// --- steps ---------------------------------------------------------------------------------------
// First to fourth, and the ACK bit: RST, SYN, timestamps, sequence number; trims to the window.
Verdict CheckArrival(Tcb& tcb, Arrival& arrival);
// Cuts off what lies outside the window: "segments may be trimmed to fit into the window".
void TrimToWindow(const Tcb& tcb, Arrival& arrival);
// Of the segments that this one stands for (IncomingSegment::segments), those of which something is left: the
// others would not have been acceptable.
uint32_t AcceptableSegments(const Arrival& arrival);
// Header prediction, in ESTABLISHED: does all there is to do with a segment that is just the next one of a
// stream (a step in front of all others); nothing, and nothing done, where it is not.
std::optional<DropReason> InputExpected(Tcb& tcb, const Arrival& arrival);
// Fifth: the ACK field against RFC 5961 5.2, then what it acknowledges, and the window.
Verdict ProcessAck(Tcb& tcb, const Arrival& arrival);
// SND.WND, unless an older segment says it.
void UpdateWindow(Tcb& tcb, const Arrival& arrival);
// Sixth: the urgent pointer.
void ProcessUrgent(Tcb& tcb, const Arrival& arrival);
// Seventh: the text, in the states that take it.
Verdict ProcessText(Tcb& tcb, const Arrival& arrival);
// Text at RCV.NXT, and none behind a gap: into the buffer, and to be acknowledged.
void TakeText(Tcb& tcb, const Arrival& arrival);
// Eighth: the FIN.
void ProcessFin(Tcb& tcb, const Arrival& arrival);
// Whether the ACK of a FIN may wait a moment for what the application answers. One that came behind a gap is
// acknowledged at once when the gap is filled (RFC 5681 4.2).
enum class FinAck : uint8_t { kAtOnce, kMayWait };
// A FIN whose turn has come, in its own segment or since it came ahead of it.
void TakeEarlyFin(Tcb& tcb, Instant now, FinAck ack);

// SND.WND from an acceptable segment (RFC 9293 3.10.7.4, fifth).
void TakeWindow(Tcb& tcb, const IncomingSegment& segment, wire::SequenceNumber sequence);
// SYN-SENT or SYN-RECEIVED → ESTABLISHED, and what was waiting for it.
void Establish(Tcb& tcb, Event event, Instant now);
// What the options of a SYN mean for both directions (RFC 9293 3.7.1, RFC 7323). `requested`: the options our
// own SYN has offered or will answer.
void TakeSynOptions(Tcb& tcb, const IncomingSegment& syn, Instant now);
// RFC 5961 7: an ACK in answer to something that may be forged, if the limit allows it. Says `reason`, or
// that the limit was reached.
DropReason Challenge(Tcb& tcb, DropReason reason, Instant now);
// <SEQ=SEG.ACK><CTL=RST> (RFC 9293 3.5.2)
void ResetInAnswer(Tcb& tcb, const IncomingSegment& segment);

}  // namespace nut::tcp
