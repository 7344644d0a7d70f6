// ArpTrouble: what makes the variant "…/arp" of every scenario: at a moment that the scheduler chooses both
// nodes forget their neighbour, and for a while nobody answers their questions.
#pragma once

#include "test/explore/world.h"

namespace nut::explore {

// Spawns the thread that does it.
void StartArpTrouble(World& world);

}  // namespace nut::explore
