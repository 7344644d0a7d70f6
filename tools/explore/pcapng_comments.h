// Comments put into a capture after it was written: to tell beside the frames what the scheduler decided
// between them. Knows the blocks of pcapng (draft-ietf-opsawg-pcapng) in the host's byte order, as our own
// writer makes them. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "test/explore/story.h"

namespace nut::explorer {

// By the number of the packet in the file, from 0.
using PacketComments = std::map<size_t, std::string>;

// A copy of `capture` with the comments in its packets, in front of those that are there. Whatever follows
// the last whole block (its writer died) is left out; what is no pcapng gives nothing.
std::vector<uint8_t> WithComments(const std::vector<uint8_t>& capture, const PacketComments& comments);

size_t CountPackets(const std::vector<uint8_t>& capture);

// What to say at which frame: at the last one before each deviation and the first one after it, and at the
// very last one what broke (empty: nothing). `packets` are in the capture; the story's frames are the last of
// them, in the same order.
PacketComments CommentsFor(const std::vector<explore::StoryEvent>& events, size_t packets,
                           const std::string& fault);

}  // namespace nut::explorer
