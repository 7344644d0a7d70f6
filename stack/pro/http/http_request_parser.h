// HttpRequestParser: requests of HTTP/1.x out of a stream of bytes. Boost.Beast's parser knows the grammar;
// its file is the only one that includes it. Owned by a session, for one request after the other; bodies are
// counted and thrown away.
#pragma once

#include <cstddef>
#include <memory>

#include "stack/base/bytes.h"
#include "stack/pro/http/http_options.h"
#include "stack/pro/http/http_request.h"

namespace nut::pro {

class HttpRequestParser {
 public:
  enum class State : uint8_t {
    kHeader,  // the header is not complete
    kBody,    // the header is, the body is not
    kComplete,
    kFailed  // fault() says what to answer; the connection cannot be used further
  };

  explicit HttpRequestParser(const HttpOptions& options);
  ~HttpRequestParser();
  HttpRequestParser(const HttpRequestParser&) = delete;
  HttpRequestParser& operator=(const HttpRequestParser&) = delete;

  // Ready for the next request. What the last one needed of memory is kept.
  void Reset();

  // Takes bytes off the front of `input`, and says how many. Stops when the header is complete, and when the
  // request is; otherwise what is left over must come again, with more behind it.
  size_t Put(ByteView input);

  State state() const;
  HttpStatus fault() const;            // meaningful when kFailed
  const HttpRequest& request() const;  // complete from kBody on

 private:
  class Parser;
  struct Storage;
  std::unique_ptr<Storage> storage_;
};

}  // namespace nut::pro
