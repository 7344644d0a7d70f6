#include "stack/pro/http/http_request.h"

#include <algorithm>

namespace nut::pro {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool IsDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// uri-host [ ":" port ] of RFC 3986 3.2, without user information; may be empty.
bool IsHost(std::string_view host) {
  return std::ranges::all_of(host, [](char c) {
    const char l = Lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~%!$&'()*+,;=:[]").find(c) != std::string_view::npos;
  });
}

}  // namespace

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return Lower(x) == Lower(y); });
}

std::optional<std::string_view> HttpRequest::Find(std::string_view name) const {
  for (const HttpField& field : fields) {
    if (EqualIgnoringCase(field.name, name)) return field.value;
  }
  return std::nullopt;
}

size_t HttpRequest::Count(std::string_view name) const {
  return static_cast<size_t>(std::ranges::count_if(
      fields, [&](const HttpField& field) { return EqualIgnoringCase(field.name, name); }));
}

bool ExpectsContinue(const HttpRequest& request) {
  // RFC 9110 10.1.1: an expectation in a request of HTTP/1.0 is ignored.
  const auto expect = request.Find("Expect");
  return expect && request.minor_version >= 1 && EqualIgnoringCase(*expect, "100-continue");
}

std::optional<HttpStatus> FaultOf(const HttpRequest& request) {
  const size_t hosts = request.Count("Host");
  // RFC 9112 3.2: "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message
  // that lacks a Host header field and to any request message that contains more than one Host header field
  // line or a Host header field with an invalid field value."
  if (hosts > 1 || (hosts == 0 && request.minor_version >= 1)) return HttpStatus::kBadRequest;
  if (hosts == 1 && !IsHost(*request.Find("Host"))) return HttpStatus::kBadRequest;

  const size_t lengths = request.Count("Content-Length");
  const size_t codings = request.Count("Transfer-Encoding");
  // RFC 9112 6.3: equal lengths, repeated, may be accepted; nobody honest repeats them.
  if (lengths > 1 || codings > 1) return HttpStatus::kBadRequest;
  if (lengths == 1 && !IsDigits(*request.Find("Content-Length"))) return HttpStatus::kBadRequest;
  if (codings == 1) {
    // RFC 9112 6.1: both together "ought to be handled as an error"; in HTTP/1.0 the framing is faulty.
    if (lengths > 0 || request.minor_version < 1) return HttpStatus::kBadRequest;
    // "A server that receives a request message with a transfer coding it does not understand SHOULD respond
    // with 501."
    if (!EqualIgnoringCase(*request.Find("Transfer-Encoding"), "chunked")) return HttpStatus::kNotImplemented;
  }
  if (request.minor_version >= 1 && request.Find("Expect") && !ExpectsContinue(request)) {
    return HttpStatus::kExpectationFailed;
  }
  return std::nullopt;
}

}  // namespace nut::pro
