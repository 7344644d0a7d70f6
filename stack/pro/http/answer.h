// From a representation to the answer: conditions first, then ranges (RFC 9110 13.2.2, 14.2). A pure
// function.
#pragma once

#include <chrono>

#include "stack/pro/http/http_request.h"
#include "stack/pro/http/representation.h"

namespace nut::pro {

// For GET and HEAD: 200, 206, 304, 412 or 416.
HttpResponse AnswerWith(Representation representation, const HttpRequest& request,
                        std::chrono::sys_seconds now);

}  // namespace nut::pro
