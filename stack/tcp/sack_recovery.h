// Loss detection and recovery of a connection with SACK: RFC 6675 with RACK-TLP (RFC 8985) or without, and
// the reduction of the rate by RFC 6937. (Without SACK it is LossRecovery's business.) On the state-machine
// thread; works on one Tcb that has a SackState. Nothing here sends: Tcb::send_from says what goes next.
#pragma once

#include "stack/tcp/input.h"

namespace nut::tcp {

// Octets from `sequence` to `end` go out now.
void NoteSentBySack(Tcb& tcb, wire::SequenceNumber sequence, wire::SequenceNumber end, Instant now);

// An ACK that is not older than SND.UNA, which has moved by `acked` octets already. `limited`: as
// CongestionControl::OnAcknowledged has it.
void OnAckBySack(Tcb& tcb, const Arrival& arrival, uint32_t acked, bool limited);

// When to look again without an ACK: after the retransmission timer was set anew.
void ScheduleAlarm(Tcb& tcb, Instant now);
// That time has come.
void OnAlarm(Tcb& tcb, Instant now);
// The retransmission timer has expired.
void OnTimeoutBySack(Tcb& tcb, Instant now);

// The probe of the tail that is due (RFC 8985 7.3) has been sent; its octets end at `end`.
void NoteProbeSent(Tcb& tcb, wire::SequenceNumber end, bool resent, Instant now);

// Everything that is out goes again, without a loss being known: the path takes smaller segments only, or a
// shut window has opened. (Without SACK, too.)
void SendAgain(Tcb& tcb);

}  // namespace nut::tcp
