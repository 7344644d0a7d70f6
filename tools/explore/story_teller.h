// The story of a finding, in plain words: what production would have done up to a point, who stood there and
// who ran instead, what happened in between, and what broke. Pure functions.
#pragma once

#include <string>

#include "tools/explore/finding.h"

namespace nut::explorer {

// Several paragraphs, each line at most `columns` wide.
std::string TellStory(const Finding& finding, unsigned columns);

// Of a run in which nothing broke.
std::string TellHarmlessStory(const Case& what, const explore::Schedule& schedule,
                              const std::vector<explore::StoryEvent>& events, unsigned columns);

// "close-during-retransmit: heap-use-after-free"
std::string Title(const Finding& finding);
// "seed 1 · mutant reclaim_at_once · schedule 17:1 20:2"
std::string CaseLine(const Case& what, const explore::Schedule& schedule);

}  // namespace nut::explorer
