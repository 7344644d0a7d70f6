// The status codes that this server sends (RFC 9110 15), with their reason phrases.
#pragma once

#include <cstdint>
#include <string_view>

namespace nut::pro {

enum class HttpStatus : uint16_t {
  kOk = 200,
  kPartialContent = 206,
  kMovedPermanently = 301,
  kNotModified = 304,
  kBadRequest = 400,
  kForbidden = 403,
  kNotFound = 404,
  kMethodNotAllowed = 405,
  kRequestTimeout = 408,
  kPreconditionFailed = 412,
  kContentTooLarge = 413,
  kUriTooLong = 414,
  kRangeNotSatisfiable = 416,
  kExpectationFailed = 417,
  kHeaderFieldsTooLarge = 431,
  kInternalServerError = 500,
  kNotImplemented = 501,
  kServiceUnavailable = 503,
  kVersionNotSupported = 505,
};

constexpr unsigned NumberOf(HttpStatus status) { return static_cast<unsigned>(status); }

// "Not Found".
std::string_view ReasonOf(HttpStatus status);

}  // namespace nut::pro
