// Schedule: which decisions of a run were taken otherwise than production takes them (0, the first
// candidate). Decisions are counted from 0. As text "17:1 20:2"; the empty text is production's own run.
// Equal scenario, seed and schedule give equal bytes on the wire and equal states, always.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/result.h"

namespace nut::explore {

struct Deviation {
  uint32_t step = 0;    // the number of the decision
  uint32_t choice = 0;  // index of the candidate taken, not 0
  friend auto operator<=>(const Deviation&, const Deviation&) = default;
};

struct Schedule {
  std::vector<Deviation> deviations;  // by step

  std::string ToText() const;
  // kInvalidArgument: not of that form, a choice of 0, or steps that do not increase; then `why`, if there
  // is one, is a sentence that says what is wrong where.
  static Result<Schedule> Parse(std::string_view text, std::string* why = nullptr);
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

}  // namespace nut::explore
