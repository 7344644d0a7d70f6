// The worlds a script can choose: the same node with other options, so that a short input reaches limits that the usual
// ones keep far away.
#pragma once

#include <cstdint>
#include <memory>

#include "test/hostile/node_on_a_wire.h"

namespace nut::fuzz {

// By the low 3 bits.
std::unique_ptr<hostile::NodeOnAWire> MakeWorld(uint8_t chosen);

// Whether the script ends with a long rest, after which every connection must be gone: by the highest bit, and always
// where the limits are so small that the node may be full otherwise.
bool MustRest(uint8_t chosen);

}  // namespace nut::fuzz
