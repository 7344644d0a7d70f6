// What to send next (RFC 9293 3.8.6, 3.7.4): first a plan, which changes nothing and so can be asked at any
// time, then the segment made from it. One segment at a time; on the state-machine thread; works on one Tcb.
#pragma once

#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace nut::tcp {

struct Plan {
  enum class Kind : uint8_t {
    kNothing,
    kReset,
    kSyn,    // SYN or SYN-ACK
    kData,   // text, FIN or both: new, or again
    kProbe,  // zero window
    kKeepAlive,
    kAck,
  };
  Kind kind = Kind::kNothing;
  wire::SequenceNumber sequence;  // of text and FIN
  uint32_t length = 0;            // octets of text
  bool fin = false;
  bool resend_head = false;   // answers tcb.resend_head
  bool tail_probe = false;    // answers tcb.tail_probe_due
  bool cwnd_limited = false;  // more would go, were the congestion window larger
};

// `segmentation`: super-segments are welcome.
Plan PlanOutput(const Tcb& tcb, bool segmentation);
// The part of it that concerns text and FIN.
Plan PlanData(const Tcb& tcb, bool segmentation);

// Makes the planned segment and notes that it was sent. plan.kind is not kNothing.
void Execute(Tcb& tcb, const Plan& plan, Instant now, OutgoingSegment& out);

}  // namespace nut::tcp
