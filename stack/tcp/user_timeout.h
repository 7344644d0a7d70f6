// The user timeout option (RFC 5482): each end may say how long it waits for acknowledgements until it gives
// a connection up, and take the other's word as advice. On the state-machine thread; works on one Tcb.
#pragma once

#include "stack/tcp/tcb.h"

namespace nut::tcp {

// What the peer says, if the option is enabled and the application has not chosen for itself (3.1).
void TakeUserTimeout(Tcb& tcb, const wire::TcpOptions& options);

// Adds the option, where it is enabled.
void TellUserTimeout(Tcb& tcb, wire::TcpOptions& options);

}  // namespace nut::tcp
