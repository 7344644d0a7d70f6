// Time: of a captured packet, nanoseconds since 1970 or since whatever the capture counts from; and lengths
// of time. A value.
#pragma once

#include <chrono>

namespace nut::tracecheck {

using namespace std::chrono_literals;

using Time = std::chrono::nanoseconds;

inline double InSeconds(Time time) { return std::chrono::duration<double>(time).count(); }
inline double InMilliseconds(Time time) { return InSeconds(time) * 1e3; }

}  // namespace nut::tracecheck
