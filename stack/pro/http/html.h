// Text inside HTML.
#pragma once

#include <string>
#include <string_view>

namespace nut::pro {

// `text` with the characters that mean something in HTML replaced, for content and for quoted attributes.
std::string EscapeHtml(std::string_view text);

// A whole small document in the look of the site: heading and `body`, which is HTML already.
std::string HtmlPage(std::string_view title, std::string_view body);

}  // namespace nut::pro
