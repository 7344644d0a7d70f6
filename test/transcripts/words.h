// Words: one call or order of a scene, cut into words; quoted text is one word with a quotation mark at
// either end. Values; whoever reads them asks for what stands behind a word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stack/base/time.h"

namespace nut::transcripts {

using Words = std::vector<std::string>;

Words WordsOf(std::string_view line);
std::string Joined(const Words& words);

// Throw packets::ScriptError for what is no number or no time: a scene with a mistake ends the test.
size_t NumberOf(const Words& words, size_t at);
Duration TimeOf(std::string_view word);

// Behind `word`; `otherwise` where it is not there.
size_t NumberAfter(const Words& words, std::string_view word, size_t otherwise);
Duration TimeAfter(const Words& words, std::string_view word, Duration otherwise);

}  // namespace nut::transcripts
