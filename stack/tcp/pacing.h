// Pacing: what the congestion window lets out is spread over the round trip, so that a queue on the way does
// not take it all at once. The rate is that of the window and a bit more, or pacing would be what limits the
// flow: twice as much in slow start, where the window doubles in a round trip, else 1.2 times. Sent is in
// bursts (Parameters::pacing_burst), then comes a pause. Nothing that is outstanding: nothing to wait for.
// On the state-machine thread; works on one Tcb that has a SackState.
#pragma once

#include "stack/tcp/tcb.h"

namespace nut::tcp {

// `octets` of text go out now: from here on there may be a pause.
void PaceSent(Tcb& tcb, uint32_t octets, Instant now);

// Octets of one super-segment at most.
uint32_t LargestBurst(const Tcb& tcb);

// The pause is over, if it is: true.
bool EndPause(Tcb& tcb, Instant now);

}  // namespace nut::tcp
