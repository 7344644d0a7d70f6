// A connection that passes through the states of RFC 9293 figure 5, and somebody who does something to it in
// one of them. Shared by the scenarios "close-in-…" and "reset-in-…".
#pragma once

#include "stack/tcp/state.h"

namespace nut::explore {

class World;

// One exchange from a to b and back, after which a is in TIME-WAIT. Each side keeps its handle as long as it
// can, so that others can get at it.
void StartLongExchange(World& world);

// Which node is in `state` during that exchange.
char NodeThatComesTo(tcp::State state);

// Another thread of that node closes or aborts the connection in `state`.
template <tcp::State state>
void CloseIn(World& world);
// Somebody else says RST in `state`.
template <tcp::State state>
void ResetIn(World& world);

}  // namespace nut::explore
