// HttpRequest: the header of one request, as plain values. Made by HttpRequestParser; lives as long as the
// answer takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stack/pro/http/http_status.h"

namespace nut::pro {

struct HttpField {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method;
  bool method_is_known = false;  // one that some RFC defines, served here or not
  std::string target;            // as it was sent
  unsigned minor_version = 1;    // of HTTP/1.x
  bool keep_alive = false;  // the client wants, or its version implies, further requests on this connection
  std::vector<HttpField> fields;

  // What announces a body.
  bool chunked = false;
  uint64_t content_length = 0;
  bool has_body() const { return chunked || content_length > 0; }

  bool is_get() const { return method == "GET"; }
  bool is_head() const { return method == "HEAD"; }

  // The first field of that name, in any letter case.
  std::optional<std::string_view> Find(std::string_view name) const;
  // How many fields have that name.
  size_t Count(std::string_view name) const;
};

bool EqualIgnoringCase(std::string_view a, std::string_view b);

// What is wrong with a header that the grammar allows: framing that two readers could understand differently
// (RFC 9112 6.1, 6.3), Host (RFC 9112 3.2), expectations (RFC 9110 10.1.1). Nothing when all is well.
std::optional<HttpStatus> FaultOf(const HttpRequest& request);

// Whether the client waits for "100 Continue" before it sends the body.
bool ExpectsContinue(const HttpRequest& request);

}  // namespace nut::pro
