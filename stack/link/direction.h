// Which way a frame goes, seen from the node.
#pragma once

#include <cstdint>

namespace nut::link {

enum class Direction : uint8_t {
  kReceive,   // from the wire to the node
  kTransmit,  // from the node to the wire
};

}  // namespace nut::link
