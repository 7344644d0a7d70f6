// SackState: what a connection keeps for SACK beyond the option itself, in both directions. Owned by a Tcb
// from the first thing there is to be kept until the connection rests: an idle one has none.
#pragma once

#include "stack/wire/tcp_options.h"

namespace nut::tcp {

inline bool IsEmpty(const wire::SackBlock& block) { return block.left == block.right; }

struct SackState {
  // RFC 2883 4: what arrived twice and has not been told yet; empty when there is nothing.
  wire::SackBlock duplicate;
};

}  // namespace nut::tcp
