// HttpService: the HTTP/1.1 server of a node (RFC 9110, 9112): GET and HEAD of the status page and of files.
#pragma once

#include <memory>

#include "stack/base/clock.h"
#include "stack/base/log.h"
#include "stack/pro/http/http_options.h"
#include "stack/pro/http/http_site.h"
#include "stack/pro/inspect/inspector.h"
#include "stack/pro/server/stream_service.h"

namespace nut::pro {

class HttpService final : public StreamService {
 public:
  // Clock, log and inspector outlive the service.
  HttpService(const Clock& clock, Log& log, const Inspector& inspector, HttpOptions options)
      : clock_(clock), log_(log), inspector_(inspector), options_(std::move(options)) {}

  // Opens the directory that is served. Errors: as HostFileTree::Open.
  Result<void> Prepare() override;
  Result<void> Serve(ServerStream& stream) override;

 private:
  const Clock& clock_;
  Log& log_;
  const Inspector& inspector_;
  const HttpOptions options_;
  std::unique_ptr<HttpSite> site_;
};

}  // namespace nut::pro
