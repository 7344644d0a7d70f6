#include "stack/pro/http/http_site.h"

#include <algorithm>

#include "stack/pro/http/answer.h"
#include "stack/pro/http/directory_page.h"
#include "stack/pro/http/embedded_site.h"
#include "stack/pro/http/error_page.h"
#include "stack/pro/http/media_type.h"
#include "stack/pro/inspect/json.h"

namespace nut::pro {
namespace {

constexpr std::string_view kIndex = "index.html";
// The status page needs nothing but its own files and its own node.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri "
    "'none'; form-action 'none'; frame-ancestors 'none'";

HttpStatus StatusFor(Error error) {
  switch (error) {
    case Error::kNotFound: return HttpStatus::kNotFound;
    case Error::kPermissionDenied: return HttpStatus::kForbidden;
    case Error::kNoBuffers: return HttpStatus::kServiceUnavailable;
    default: return HttpStatus::kInternalServerError;
  }
}

// To the same path with a slash at its end. The path is rebuilt from its segments, so that it begins with one
// slash and cannot name another host.
HttpResponse RedirectToDirectory(const UrlPath& path) {
  return RedirectResponse(path.Encoded() + "/" + path.query());
}

}  // namespace

std::chrono::sys_seconds HttpSite::Now() const {
  return std::chrono::sys_seconds(std::chrono::floor<std::chrono::seconds>(clock_.UnixTime(clock_.Now())));
}

HttpResponse HttpSite::Respond(const HttpRequest& request) {
  if (!request.method_is_known) return ErrorResponse(HttpStatus::kNotImplemented);
  if (!request.is_get() && !request.is_head()) {
    HttpResponse response = ErrorResponse(HttpStatus::kMethodNotAllowed);
    response.fields.push_back({"Allow", "GET, HEAD"});
    return response;
  }
  const auto path = UrlPath::Parse(request.target);
  if (!path) return ErrorResponse(HttpStatus::kBadRequest);
  const auto& segments = path->segments();
  if (!segments.empty() && segments[0] == "api") {
    const bool is_status = segments.size() == 2 && segments[1] == "status.json" && !path->is_directory();
    return is_status ? Status() : ErrorResponse(HttpStatus::kNotFound);
  }
  if (!segments.empty() && segments[0] == "status") {
    if (segments.size() == 1 && !path->is_directory()) return RedirectToDirectory(*path);
    return Embedded(path->WithoutFirst(), request);
  }
  return files_ ? File(*path, request) : Embedded(*path, request);
}

HttpResponse HttpSite::Embedded(const UrlPath& path, const HttpRequest& request) const {
  const auto& segments = path.segments();
  const bool is_root = segments.empty();
  const EmbeddedFile* file = is_root                                        ? FindEmbedded(kIndex)
                             : segments.size() == 1 && !path.is_directory() ? FindEmbedded(segments[0])
                                                                            : nullptr;
  if (file == nullptr) return ErrorResponse(HttpStatus::kNotFound);
  Representation representation;
  representation.content = std::make_unique<StaticContent>(file->bytes);
  representation.media_type = MediaTypeOf(file->name);
  representation.etag = file->etag;
  // Asked again each time: another version of the node may have another page.
  representation.fields = {{"Cache-Control", "no-cache"},
                           {"Content-Security-Policy", std::string(kContentPolicy)}};
  HttpResponse response = AnswerWith(std::move(representation), request, Now());
  response.same_until = kNever;
  return response;
}

HttpResponse HttpSite::File(const UrlPath& path, const HttpRequest& request) const {
  auto node = files_->Open(path.segments());
  if (!node) return ErrorResponse(StatusFor(node.error()));
  if (node->is_directory) return path.is_directory() ? Directory(path, request) : RedirectToDirectory(path);
  if (path.is_directory()) return ErrorResponse(HttpStatus::kNotFound);
  return Regular(std::move(*node), path.segments().back(), request);
}

HttpResponse HttpSite::Regular(FileNode file, std::string_view name, const HttpRequest& request) const {
  const bool is_small = file.content->size() <= options_.small_file;
  if (is_small) {
    auto read = TextContent::ReadAll(*file.content);
    if (!read) return ErrorResponse(StatusFor(read.error()));
    file.content = std::move(*read);
  }
  Representation representation;
  representation.content = std::move(file.content);
  representation.media_type = MediaTypeOf(name);
  representation.etag = std::move(file.etag);
  representation.last_modified = file.modified;
  HttpResponse response = AnswerWith(std::move(representation), request, Now());
  if (is_small) response.same_until = After(clock_.Now(), options_.file_lifetime);
  return response;
}

HttpResponse HttpSite::Directory(const UrlPath& path, const HttpRequest& request) const {
  std::vector<std::string> index = path.segments();
  index.emplace_back(kIndex);
  if (auto node = files_->Open(index); node && !node->is_directory) {
    return Regular(std::move(*node), kIndex, request);
  }
  const size_t most = options_.maximum_directory_entries;
  auto entries = files_->List(path.segments(), most);
  if (!entries) return ErrorResponse(StatusFor(entries.error()));
  const bool complete = entries->size() < most;
  HttpResponse response = TextResponse(HttpStatus::kOk, "text/html; charset=utf-8",
                                       DirectoryPage(path, std::move(*entries), complete));
  response.fields.push_back({"Cache-Control", "no-cache"});
  return response;
}

HttpResponse HttpSite::Status() {
  const Instant now = clock_.Now();
  if (status_ == nullptr || now - status_made_at_ >= options_.status_lifetime) {
    status_ = std::make_shared<TextContent>(StatusJson(inspector_, options_.status));
    status_made_at_ = now;
  }
  HttpResponse response;
  response.content = status_;
  response.length = status_->size();
  response.fields = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.same_until = After(status_made_at_, options_.status_lifetime);
  return response;
}

}  // namespace nut::pro
