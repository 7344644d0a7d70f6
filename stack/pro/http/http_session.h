// HttpSession: one client's connection: requests in, answers out, in order (RFC 9112 9.3). On the stack of
// the server's thread that serves it. Requests that are there already are answered before anything is waited
// for, so pipelining costs nothing; answers are handed on when the client has to be waited for.
#pragma once

#include <string>

#include "stack/base/clock.h"
#include "stack/base/log.h"
#include "stack/pro/http/http_options.h"
#include "stack/pro/http/http_request_parser.h"
#include "stack/pro/http/http_site.h"
#include "stack/pro/server/server_stream.h"
#include "stack/socket/buffered_stream.h"

namespace nut::pro {

class HttpSession {
 public:
  HttpSession(ServerStream& stream, HttpSite& site, const HttpOptions& options, const Clock& clock, Log& log);

  // Until one side is done. An error that ended it: kTimedOut where the client was too slow.
  Result<void> Run();

 private:
  // False: the client has no further request.
  Result<bool> ReadHeader(HttpRequestParser& parser);
  Result<void> ReadBody(HttpRequestParser& parser);
  // Answers one request. Whether the connection may be used further.
  Result<bool> Serve(HttpRequestParser& parser, bool is_last);
  Result<HttpResponse> ResponseTo(HttpRequestParser& parser);
  Result<void> Write(const HttpResponse& response, const HttpRequest& request, bool keep_alive);
  Result<void> WriteContent(const HttpResponse& response);
  std::string HeaderOf(const HttpResponse& response, const HttpRequest& request, bool keep_alive) const;
  // Tells the client that it was too slow.
  Result<void> GiveUp();
  // Ends the conversation so that the last answer arrives.
  Result<void> Finish();
  void AllowFor(Duration length) { stream_.set_deadline(After(clock_.Now(), length)); }

  ServerStream& stream_;
  HttpSite& site_;
  const HttpOptions& options_;
  const Clock& clock_;
  Log& log_;
  socket::BufferedStream buffered_;
  bool input_ended_ = false;
};

}  // namespace nut::pro
