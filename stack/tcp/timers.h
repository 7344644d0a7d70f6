// What happens when a connection's deadlines pass, and which of them are set (RFC 6298 5, RFC
// 9293 3.8.6, 3.8.4, 3.10.8). On the state-machine thread, except UpdateTimers, which also follows Send and
// Receive.
#pragma once

#include "stack/tcp/tcb.h"

namespace nut::tcp {

// Handles every timer that has expired by `now`.
void HandleTimers(Tcb& tcb, Instant now);

// Sets the timers that follow from the connection's variables: whoever changes them calls this last, so that
// a connection that waits for something never waits without a timer.
void UpdateTimers(Tcb& tcb, Instant now);

}  // namespace nut::tcp
