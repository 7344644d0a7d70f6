// What a decision that is not production's means, in plain words, and what it counts as in the coverage.
// Functions without state; used by the recorder.
#pragma once

#include <cstdint>
#include <string>

#include "stack/os/scheduler.h"
#include "test/explore/explored.h"

namespace nut::explore {

// "a's machine stops at the point 'arp wait'; a's closer runs in its place"
std::string Tell(const Explored& explored, const os::SchedulingChoice& choice, size_t chosen);

// A hash of: who did not go on and where it stood, who ran instead and where it came from.
uint64_t PairOf(const Explored& explored, const os::SchedulingChoice& choice, size_t chosen);

}  // namespace nut::explore
