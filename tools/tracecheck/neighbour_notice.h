// NeighbourNotice: an ARP packet in a capture (RFC 826): who asks for whom, or answers. A value.
#pragma once

#include <optional>

#include "tools/tracecheck/endpoint.h"
#include "tools/tracecheck/record.h"

namespace nut::tracecheck {

struct NeighbourNotice {
  bool request = false;
  Address sender;
  Address target;

  static std::optional<NeighbourNotice> Of(const Record& record);
};

}  // namespace nut::tracecheck
