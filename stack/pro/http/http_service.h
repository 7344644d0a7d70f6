// HttpService: the HTTP/1.1 server of a node (RFC 9110, 9112): GET and HEAD of the status page and of files.
// A connection rests between its requests.
#pragma once

#include <memory>
#include <vector>

#include "stack/base/clock.h"
#include "stack/base/log.h"
#include "stack/pro/http/answer_memory.h"
#include "stack/pro/http/http_options.h"
#include "stack/pro/http/http_session.h"
#include "stack/pro/http/http_site.h"
#include "stack/pro/inspect/inspector.h"
#include "stack/pro/server/stream_service.h"

namespace nut::pro {

class HttpService final : public StreamService {
 public:
  // Clock, log and inspector outlive the service.
  HttpService(const Clock& clock, Log& log, const Inspector& inspector, HttpOptions options)
      : clock_(clock),
        log_(log),
        inspector_(inspector),
        options_(std::move(options)),
        memory_(options_.remembered_answers, options_.longest_remembered_request) {}

  // Opens the directory that is served. Errors: as HostFileTree::Open.
  Result<void> Prepare() override;
  Result<Next> Serve(ServerStream& stream) override;
  std::optional<Duration> patience() const override { return options_.keep_alive_timeout; }

 private:
  class Lease;  // of a session, for one turn

  const Clock& clock_;
  Log& log_;
  const Inspector& inspector_;
  const HttpOptions options_;
  AnswerMemory memory_;
  std::unique_ptr<HttpSite> site_;
  std::vector<std::unique_ptr<HttpSession>> sessions_;  // at rest, for further turns
};

}  // namespace nut::pro
