// Representation: what a target names, with its validators: everything that an answer's header is made of. A
// plain value, owned by the request being answered.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stack/base/time.h"
#include "stack/pro/http/content.h"
#include "stack/pro/http/http_request.h"
#include "stack/pro/http/http_status.h"

namespace nut::pro {

struct Representation {
  std::shared_ptr<const Content> content;
  std::string media_type;
  std::string etag;  // in its quotes, strong; empty: none
  std::optional<std::chrono::sys_seconds> last_modified;
  std::vector<HttpField> fields;  // further ones: Cache-Control and the like
};

// One answer. Date, Server, Content-Length and Connection are added when it is written.
struct HttpResponse {
  HttpStatus status = HttpStatus::kOk;
  std::vector<HttpField> fields;
  std::shared_ptr<const Content> content;  // null: no body, and no Content-Length of 304
  uint64_t offset = 0;                     // the part of `content` that is sent
  uint64_t length = 0;
  bool close = false;  // the connection cannot be used further
  // Until then the same request gets the same answer, apart from Date. Nothing: who knows.
  std::optional<Instant> same_until;
};

// An answer that sends all of `text`.
HttpResponse TextResponse(HttpStatus status, std::string media_type, std::string text);

}  // namespace nut::pro
