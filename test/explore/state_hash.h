// A number for the state that a node is in: connections, listeners, waits, what is queued. Without times,
// without counters that only grow, and with sequence numbers counted from their beginnings, so that two runs
// that come to the same state by different ways show it.
#pragma once

#include <cstdint>

#include "stack/os/executor.h"
#include "stack/tcp/engine.h"

namespace nut::explore {

uint64_t StateHash(const tcp::Engine& engine);
// Who waits for what.
uint64_t StateHash(const os::Executor& executor);

}  // namespace nut::explore
