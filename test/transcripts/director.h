// Director: plays a scene that is written down (scenes/*.scene; the grammar is in README.md) and gives its
// transcript. Throws packets::ScriptError for a scene with a mistake.
#pragma once

#include <string>
#include <string_view>

namespace nut::transcripts {

std::string PlayScene(std::string_view text, const std::string& name);

}  // namespace nut::transcripts
