// HttpSession: one client's turn: requests in, answers out, in order (RFC 9112 9.3). Owned by the service and
// used for one turn after the other, so that its buffers and the parser are made once. Requests that are
// there are answered before anything is waited for, and their answers go out together, so pipelining costs
// nothing; a turn ends between two requests. What the stream keeps from turn to turn (note) is how many were
// answered.
#pragma once

#include <chrono>
#include <string>

#include "stack/base/clock.h"
#include "stack/base/log.h"
#include "stack/pro/http/answer_memory.h"
#include "stack/pro/http/http_options.h"
#include "stack/pro/http/http_request_parser.h"
#include "stack/pro/http/http_site.h"
#include "stack/pro/server/stream_service.h"
#include "stack/socket/buffered_stream.h"

namespace nut::pro {

class HttpSession {
 public:
  // All of it outlives the session.
  HttpSession(HttpSite& site, AnswerMemory& memory, const HttpOptions& options, const Clock& clock, Log& log);

  // One turn, as StreamService::Serve.
  Result<Next> Run(ServerStream& stream);

 private:
  enum class Input : uint8_t { kRequest, kNothing, kEnd };
  // What the client has said, if anything.
  Result<Input> AwaitRequest();
  // Answers one request. Whether the connection may be used further.
  Result<bool> Answer();
  Result<bool> AnswerFromMemory(const RememberedAnswer& answer);
  Result<void> ReadHeader();
  Result<void> ReadBody();
  Result<HttpResponse> Respond();
  void MakeHeader(const HttpResponse& response, const HttpRequest& request, bool keep_alive);
  Result<void> Write(const HttpResponse& response, const HttpRequest& request, bool keep_alive);
  Result<void> WriteContent(const HttpResponse& response);
  void Remember(const HttpResponse& response, bool has_body, bool keep_alive);
  // Tells the client that it was too slow, and why the conversation ends.
  Error GiveUp();
  bool is_last() const { return stream_->note() >= options_.maximum_requests; }
  bool wants_log() const { return log_.Wants(LogLevel::kDebug, "http"); }

  HttpSite& site_;
  AnswerMemory& memory_;
  const HttpOptions& options_;
  const Clock& clock_;
  Log& log_;
  ServerStream* stream_ = nullptr;  // whose turn it is
  socket::BufferedStream buffered_;
  HttpRequestParser parser_;
  std::string raw_;     // the request as it came, where it came in one piece; else empty
  std::string header_;  // of the answer
  std::string date_;    // of second_, as the Date field says it
  std::chrono::sys_seconds second_{};
};

}  // namespace nut::pro
