// The oracle of the end: when both nodes have been shut down, nothing is left of them: no connection, no
// listener, no endpoint, no frame, no thread, no timer; and as many connections were freed as were made.
#pragma once

#include "stack/link/frame_pool.h"
#include "stack/node/node.h"
#include "test/explore/oracles/verdict.h"

namespace nut::explore {

// What one node has left.
void CheckNothingLeft(node::Node& node, const link::FramePool& frames, Verdict& verdict);
// What their executor has left.
void CheckNothingRuns(const os::Executor& executor, Verdict& verdict);

}  // namespace nut::explore
