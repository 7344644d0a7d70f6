// The answer to a segment that belongs to no connection (RFC 9293 3.10.7.1), and how often it is given. Pure,
// and a value.
#pragma once

#include <optional>

#include "stack/base/time.h"
#include "stack/tcp/segment.h"
#include "stack/wire/endpoint.h"

namespace nut::tcp {

// The RST for `segment`, which came for `ends` as this node sees them; nothing for a RST. `segment` is in one
// piece, so its length is all that is needed.
std::optional<wire::TcpFields> ResetFor(const IncomingSegment& segment, const wire::EndpointPair& ends);

// A bucket of tokens: at most so many RSTs a second, as many at once.
class ResetLimiter {
 public:
  explicit ResetLimiter(unsigned per_second) : per_second_(per_second), tokens_(per_second) {}

  bool Allow(Instant now);

 private:
  const unsigned per_second_;
  unsigned tokens_;
  Instant refilled_{};
};

}  // namespace nut::tcp
