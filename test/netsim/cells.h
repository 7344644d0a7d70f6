// The cells of the table: not every combination, but those that say something. Pure.
#pragma once

#include <vector>

#include "test/netsim/cell.h"

namespace nut::netsim {

// In the order of the table; no two have the same name.
std::vector<Cell> AllCells();

}  // namespace nut::netsim
