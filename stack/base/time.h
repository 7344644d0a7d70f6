// Points in time and lengths of time, in nanoseconds. An Instant counts from the node's start, so that a run
// is the same whenever it is made; only Clock knows what the wall says.
#pragma once

#include <chrono>
#include <cstdint>

namespace nut {

using Duration = std::chrono::nanoseconds;

// The tag of the node's time line; it has no now(): time comes in from outside, through Clock.
struct NodeTime {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  using time_point = std::chrono::time_point<NodeTime, Duration>;
  static constexpr bool is_steady = true;
};

using Instant = NodeTime::time_point;

// Later than everything: "no deadline", "wait for ever".
inline constexpr Instant kNever = Instant::max();
inline constexpr Duration kForever = Duration::max();

// `now + length` without overflow; kForever gives kNever.
constexpr Instant After(Instant now, Duration length) {
  return length >= kNever - now ? kNever : now + length;
}

constexpr int64_t ToMillis(Duration length) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(length).count();
}

constexpr int64_t ToMicros(Duration length) {
  return std::chrono::duration_cast<std::chrono::microseconds>(length).count();
}

constexpr double ToSeconds(Duration length) { return std::chrono::duration<double>(length).count(); }

using namespace std::chrono_literals;

}  // namespace nut
