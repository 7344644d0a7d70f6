// Every scenario's function: one per file of this folder, one line each in all.cc.
#pragma once

namespace nut::explore {

class World;

void CloseDuringRetransmit(World& world);
void ConnectTimeout(World& world);

}  // namespace nut::explore
