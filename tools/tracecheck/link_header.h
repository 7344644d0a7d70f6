// LinkHeader: where the IP packet begins in a captured frame. A value.
#pragma once

#include <cstddef>
#include <optional>

#include "tools/tracecheck/record.h"

namespace nut::tracecheck {

struct LinkHeader {
  size_t size = 0;  // octets in front of the IP header
  int version = 4;  // of IP

  // Nothing when the frame carries no IP, or is too short to tell.
  static std::optional<LinkHeader> Of(const Record& record);
};

}  // namespace nut::tracecheck
