// Finishing the transport checksum of a frame whose state is kPartial: what a device without the capability
// leaves to software. The field holds the pseudo header's sum, so one pass from `start` to the frame's end
// completes it, for UDP and TCP alike, over a tail too. Pure functions; any thread.
#pragma once

#include <cstdint>

#include "stack/link/frame.h"

namespace nut::link {

// Whether the frame's checksum notes point into its bytes. They may come from outside (a TAP's header in
// front of each frame), so they are checked, not trusted.
bool ChecksumOffloadIsSound(const Frame& frame);

// What the field of a kPartial frame has to hold, without touching the frame. The notes are sound (an
// invariant).
uint16_t FinishedChecksum(const Frame& frame);

// Writes the checksum of a kPartial frame and sets the state to kAbsent: the bytes are complete. Other states
// are left alone. False, and nothing changed, when the notes are not sound: the caller drops the frame as
// kOffloadMalformed.
bool FinishChecksum(Frame& frame);

}  // namespace nut::link
