// Position: a sequence number without its end: the 32 bits on the wire, continued upwards for as long as the
// connection lives, so that comparing is comparing. A half's first number gets 2^32 added, so that what lies
// a little before it is still positive.
#pragma once

#include <cstdint>

namespace nut::tracecheck {

using Position = int64_t;

inline Position FirstPosition(uint32_t wire) { return (Position{1} << 32) + wire; }

// The position nearest to `near` that `wire` can stand for.
inline Position Unwrap(uint32_t wire, Position near) {
  return near + static_cast<int32_t>(wire - static_cast<uint32_t>(near));
}

inline uint32_t Wire(Position position) { return static_cast<uint32_t>(position); }

}  // namespace nut::tracecheck
