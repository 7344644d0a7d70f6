// A diagram drawn with characters: a lane is a column, time goes downwards.
#pragma once

#include <string>

#include "tools/explore/diagram.h"

namespace nut::explorer {

struct TerminalOptions {
  unsigned columns = 100;  // at least 60
  bool color = false;
};

std::string DrawForTerminal(const Diagram& diagram, const TerminalOptions& options);

}  // namespace nut::explorer
