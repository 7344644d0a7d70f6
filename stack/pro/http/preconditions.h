// Conditional requests (RFC 9110 13): whether a request's conditions allow it to be served. Pure functions.
#pragma once

#include <chrono>
#include <optional>

#include "stack/pro/http/http_request.h"
#include "stack/pro/http/representation.h"

namespace nut::pro {

// In the order of RFC 9110 13.2.2, for GET and HEAD: 412, 304, or nothing: serve it.
std::optional<HttpStatus> EvaluatePreconditions(const HttpRequest& request, const Representation& current,
                                                std::chrono::sys_seconds now);

// If-Range (RFC 9110 13.1.5): true where there is none, or it names exactly the current representation.
bool RangeStillApplies(const HttpRequest& request, const Representation& current,
                       std::chrono::sys_seconds now);

// Whether `list`, the value of If-Match or If-None-Match, holds the strong tag `etag` ("*" holds any).
// `weak`: W/ before a tag is overlooked (weak comparison); else such a tag equals none (RFC 9110 8.8.3.2).
bool ListHasTag(std::string_view list, std::string_view etag, bool weak);

}  // namespace nut::pro
