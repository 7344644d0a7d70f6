// How far a misspelt name is from a right one, for "did you mean".
#pragma once

#include <cstddef>
#include <string_view>

namespace nut::pro {

// Insertions, deletions, replacements and swaps of neighbours needed to make one of the other (the restricted
// Damerau–Levenshtein distance). Time and memory grow with the product of the lengths: for names, not for
// texts.
size_t EditDistance(std::string_view a, std::string_view b);

}  // namespace nut::pro
