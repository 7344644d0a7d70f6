#include "stack/tcp/input.h"

namespace nut::tcp {

// RFC 9293 3.10.7.1: "all data in the incoming segment is discarded".
DropReason InputClosed(Tcb& tcb, Arrival& arrival) {
  const IncomingSegment& segment = arrival.segment;
  // "An incoming segment containing a RST is discarded."
  if (segment.flags.rst()) return DropReason::kTcpNoConnection;
  if (segment.flags.ack()) {
    ResetInAnswer(tcb, segment);
  } else {
    // <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>
    tcb.QueueReset({wire::SequenceNumber(0), segment.sequence + segment.length(), true});
  }
  return DropReason::kTcpNoConnection;
}

DropReason Challenge(Tcb& tcb, DropReason reason, Instant now) {
  if (!tcb.challenge_limit.Take(tcb.parameters->challenge_acks_per_second, now)) {
    return DropReason::kTcpChallengeLimited;
  }
  tcb.Count(Counter::kTcpChallengeAcks);
  tcb.ack_now = true;
  return reason;
}

void ResetInAnswer(Tcb& tcb, const IncomingSegment& segment) {
  tcb.QueueReset({.sequence = segment.acknowledgement});
}

}  // namespace nut::tcp
