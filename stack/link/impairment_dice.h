// ImpairmentDice: chance, and what it decides about each frame of one direction. Owned by that direction's
// lane. A draw takes the same random words whatever the options are: draw 17 loses its frame for the same
// seed whether or not duplication is on, and changing options while frames fly shifts nothing.
#pragma once

#include <cstddef>

#include "stack/base/rng.h"
#include "stack/link/impairment_decision.h"
#include "stack/link/impairment_options.h"

namespace nut::link {

class ImpairmentDice {
 public:
  explicit ImpairmentDice(Rng rng) : rng_(rng) {}

  // Decides about one frame of `frame_size` bytes (> 0). Counts nothing, moves nothing.
  ImpairmentDecision Throw(const ImpairmentOptions& options, size_t frame_size);

 private:
  Rng rng_;
  uint64_t draws_ = 0;
  bool in_burst_ = false;
};

}  // namespace nut::link
