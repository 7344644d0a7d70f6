// The media type of a file by the end of its name.
#pragma once

#include <string_view>

namespace nut::pro {

// "text/html; charset=utf-8" for "index.html", in any letter case; "application/octet-stream" where the name
// has no ending or an unknown one.
std::string_view MediaTypeOf(std::string_view file_name);

}  // namespace nut::pro
