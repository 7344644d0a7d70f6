// What the kernel says about a frame that it hands over (VnetHeader), as notes of the frame: pure functions
// without state; any thread.
#pragma once

#include "stack/link/frame.h"
#include "tap/vnet_header.h"

namespace nut::tap {

// Sets the checksum and segmentation notes of `frame`, a whole Ethernet frame. False where the header
// contradicts itself or the frame, or tells of something that was not agreed to: the caller drops the frame
// as kOffloadMalformed.
//
// A checksum that is still to be put in (kPartial) is right by construction: the packet has come from this
// machine's own stack and from no wire, and whoever checks it would first have to compute it.
bool TakeNotes(const VnetHeader& header, link::Frame& frame);

}  // namespace nut::tap
