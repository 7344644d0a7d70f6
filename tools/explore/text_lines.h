// Text as it fills a page: in code points, each one column wide, and folded into lines. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nut::explorer {

// What is no UTF-8 becomes U+FFFD; control characters become blanks.
std::u32string CodePoints(std::string_view text);
std::string Utf8(std::u32string_view text);

// At most `width` columns each, broken at blanks where there are any; at least one line.
std::vector<std::u32string> Folded(std::string_view text, size_t width);

// "text" or, if it is wider, its beginning and an ellipsis.
std::u32string Clipped(std::u32string text, size_t width);

}  // namespace nut::explorer
