// Compares what a script expects with what the node sent. Both are relative to the flow. Pure.
#pragma once

#include <string>
#include <vector>

#include "tools/packets/flow.h"
#include "tools/packets/packet.h"

namespace nut::packets {

struct Difference {
  std::string what, expected, got;
};

// `flow` says which text the node was given to send; null: the packet is part of no flow.
std::vector<Difference> Compare(const Packet& expected, const Packet& got, const Flow* flow);

}  // namespace nut::packets
