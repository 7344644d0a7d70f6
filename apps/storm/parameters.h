// The TCP parameters of a storm: the engine's own, with the limits that a connection needs to end by itself
// when its peer falls silent, short enough for a run of minutes. Pure functions.
#pragma once

#include "stack/base/time.h"
#include "stack/tcp/parameters.h"

namespace nut::storm {

// Keep-alive on, R2, TIME-WAIT and orphans of seconds. `time_wait` is 2 MSL.
tcp::Parameters StormParameters(Duration time_wait = 1s);

// How long a connection with these parameters can live at most after its peer fell silent.
Duration LongestSilence(const tcp::Parameters& parameters);

}  // namespace nut::storm
