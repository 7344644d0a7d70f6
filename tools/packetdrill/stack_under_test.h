// StackUnderTest: what the table's `userdata` points to: the world and its descriptors.
#pragma once

#include "tools/packetdrill/descriptor_table.h"
#include "tools/packetdrill/world.h"

namespace nut::packetdrill {

struct StackUnderTest {
  explicit StackUnderTest(const node::NodeOptions& options) : world(options) {}

  World world;
  DescriptorTable descriptors;
};

// Fills every function of `table`, and `userdata`, whose `free` deletes it.
void FillTable(StackUnderTest* stack, struct packetdrill_interface& table);

}  // namespace nut::packetdrill
