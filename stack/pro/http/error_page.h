// The small page that goes with an error.
#pragma once

#include <string>

#include "stack/pro/http/representation.h"

namespace nut::pro {

// An answer with that status and a page that says it. The field that a status requires (Allow, Location) is
// the caller's.
HttpResponse ErrorResponse(HttpStatus status);

// 301 to `location`, an encoded path.
HttpResponse RedirectResponse(std::string location);

}  // namespace nut::pro
