// The program nutexplore as a function, so that a test can be it with scenarios of its own.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "test/explore/scenario.h"

namespace nut::explorer {

// `arguments` with the program's name in front. Gives the exit status: 0 no fault, 1 a fault was found, 64
// usage, 71 the system refused something, 130 interrupted.
int RunProgram(const std::vector<std::string>& arguments, std::span<const explore::Scenario> scenarios);

}  // namespace nut::explorer
