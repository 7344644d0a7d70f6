// Hunts: for each mutant the scenario that is made for it. (Most are found in many others too.)
#pragma once

#include <span>
#include <string_view>

#include "stack/base/mutant.h"

namespace nut::explore {

struct Hunt {
  Mutant mutant{};
  std::string_view scenario;
};

// One for every mutant, in their order.
std::span<const Hunt> AllHunts();

}  // namespace nut::explore
