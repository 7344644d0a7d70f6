// HttpSite: what is at which address. Decides the answer to a request whose header is sound; knows no
// connection. Owned by the service, used by all its threads.
//
//   /api/status.json   the node's status, made anew at most every `status_lifetime`
//   /status/…          the status page
//   /…                 the files of `www` where given, else the status page too
#pragma once

#include <memory>
#include <string>

#include "stack/base/clock.h"
#include "stack/pro/http/file_tree.h"
#include "stack/pro/http/http_options.h"
#include "stack/pro/http/http_request.h"
#include "stack/pro/http/representation.h"
#include "stack/pro/http/url_path.h"
#include "stack/pro/inspect/inspector.h"

namespace nut::pro {

class HttpSite {
 public:
  // `files` may be null. Clock, inspector and options outlive the site.
  HttpSite(const Clock& clock, const Inspector& inspector, const HttpOptions& options,
           std::unique_ptr<FileTree> files)
      : clock_(clock), inspector_(inspector), options_(options), files_(std::move(files)) {}

  HttpResponse Respond(const HttpRequest& request);

 private:
  HttpResponse Embedded(const UrlPath& path, const HttpRequest& request) const;
  HttpResponse File(const UrlPath& path, const HttpRequest& request) const;
  HttpResponse Regular(FileNode file, std::string_view name, const HttpRequest& request) const;
  HttpResponse Directory(const UrlPath& path, const HttpRequest& request) const;
  HttpResponse Status();
  std::chrono::sys_seconds Now() const;

  const Clock& clock_;
  const Inspector& inspector_;
  const HttpOptions& options_;
  const std::unique_ptr<FileTree> files_;
  std::shared_ptr<const Content> status_;
  Instant status_made_at_{};
};

}  // namespace nut::pro
