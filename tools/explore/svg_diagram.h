// A diagram as SVG: one file without anything from outside, in colours for light and dark pages, with text
// that can be selected and read out.
#pragma once

#include <string>

#include "tools/explore/diagram.h"

namespace nut::explorer {

struct SvgTexts {
  std::string title;     // "close-during-retransmit: heap-use-after-free"
  std::string subtitle;  // the case and the schedule, one line
};

std::string DrawAsSvg(const Diagram& diagram, const SvgTexts& texts);

}  // namespace nut::explorer
