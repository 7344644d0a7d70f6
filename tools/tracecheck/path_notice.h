// PathNotice: an ICMP error in a capture that says of a TCP connection that its packets are too large (RFC
// 792, RFC 1191, RFC 8201). A value.
#pragma once

#include <optional>

#include "tools/tracecheck/endpoint.h"
#include "tools/tracecheck/record.h"

namespace nut::tracecheck {

struct PathNotice {
  Endpoint sender;  // of the packet that was too large
  Endpoint receiver;

  static std::optional<PathNotice> Of(const Record& record);
};

}  // namespace nut::tracecheck
