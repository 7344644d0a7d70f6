// Run: one scenario under one strategy, from an empty world to an empty world, in this process. What
// nutexplore, the shrinker and the tests repeat by the million; nothing of one run is left for the next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "test/explore/fault.h"
#include "test/explore/scenario.h"
#include "test/explore/schedule.h"
#include "test/explore/story.h"
#include "test/explore/strategy.h"

