// What a scene says about its stage, in front of everything that happens. Pure.
#pragma once

#include "test/transcripts/stage.h"

namespace nut::transcripts {

// The line is no option: the scene begins.
inline constexpr std::string_view kNoOption = "no option";

// Empty: taken. Else kNoOption, or what is wrong with it.
std::string TakeOption(const Words& words, StageOptions& options);

}  // namespace nut::transcripts
