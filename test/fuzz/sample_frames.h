// One well-formed Ethernet frame of each kind that the stack knows, from a host to the node.
#pragma once

#include <cstdint>
#include <vector>

namespace nut::fuzz {

std::vector<std::vector<uint8_t>> SampleFrames();

}  // namespace nut::fuzz
