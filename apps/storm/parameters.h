// The TCP parameters of a storm: the engine's own, with limits that let a connection whose peer has fallen
// silent end by itself within a run. Pure functions.
#pragma once

#include "stack/base/time.h"
#include "stack/tcp/parameters.h"

namespace nut::storm {

// How long a silent peer is waited for. Where frames get lost it has to be long: a connection that is given
// up although its peer is there would be a failure of the storm's own.
enum class Patience : uint8_t {
  kMoment,   // a second; nothing gets lost by itself, and time is virtual: nobody is ever late
  kSeconds,  // nothing gets lost by itself
  kMinutes,  // no connection is given up by chance at 20% loss each way, in a billion
};

// Keep-alive is on. `time_wait` is 2 MSL.
tcp::Parameters StormParameters(Patience patience, Duration time_wait = 1s);

// How long a connection with these parameters lives at most after its peer fell silent.
Duration LongestSilence(const tcp::Parameters& parameters);

}  // namespace nut::storm
