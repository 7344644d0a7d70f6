// Whether a node is well: it answers ARP, ping, and a conversation by TCP, to a host that it has not met before.
#pragma once

#include "test/hostile/node_on_a_wire.h"

namespace nut::fuzz {

// Breaks an invariant when it is not. Takes over `world.device().on_sent`.
void CheckHealth(hostile::NodeOnAWire& world);

}  // namespace nut::fuzz
