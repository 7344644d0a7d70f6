#include "stack/pro/http/answer.h"

#include <fmt/format.h>

#include "stack/pro/http/byte_range.h"
#include "stack/pro/http/error_page.h"
#include "stack/pro/http/http_date.h"
#include "stack/pro/http/preconditions.h"

namespace nut::pro {
namespace {

// The fields that 200, 206 and 304 share (RFC 9110 15.4.5).
std::vector<HttpField> Validators(Representation& representation) {
  std::vector<HttpField> fields = std::move(representation.fields);
  if (!representation.etag.empty()) fields.push_back({"ETag", representation.etag});
  if (representation.last_modified) {
    fields.push_back({"Last-Modified", FormatHttpDate(*representation.last_modified)});
  }
  return fields;
}

RangeChoice RangeOf(const HttpRequest& request, const Representation& representation,
                    std::chrono::sys_seconds now) {
  // RFC 9110 14.2: range handling is defined for GET only; several lines of Range are no valid field.
  if (!request.is_get() || request.Count("Range") != 1) return WholeRepresentation{};
  if (!RangeStillApplies(request, representation, now)) return WholeRepresentation{};
  return ChooseRange(*request.Find("Range"), representation.content->size());
}

}  // namespace

HttpResponse TextResponse(HttpStatus status, std::string media_type, std::string text) {
  HttpResponse response;
  response.status = status;
  response.length = text.size();
  response.content = std::make_unique<TextContent>(std::move(text));
  response.fields.push_back({"Content-Type", std::move(media_type)});
  return response;
}

HttpResponse AnswerWith(Representation representation, const HttpRequest& request,
                        std::chrono::sys_seconds now) {
  // RFC 9110 8.8.2.1: no Last-Modified later than Date. A virtual clock is often behind the files of its
  // host.
  if (representation.last_modified && *representation.last_modified > now)
    representation.last_modified.reset();
  const auto failed = EvaluatePreconditions(request, representation, now);
  if (failed == HttpStatus::kPreconditionFailed) return ErrorResponse(*failed);

  HttpResponse response;
  if (failed == HttpStatus::kNotModified) {
    response.status = *failed;
    response.fields = Validators(representation);
    return response;
  }
  const uint64_t size = representation.content->size();
  const RangeChoice choice = RangeOf(request, representation, now);
  if (std::holds_alternative<Unsatisfiable>(choice)) {
    response = ErrorResponse(HttpStatus::kRangeNotSatisfiable);
    response.fields.push_back({"Content-Range", fmt::format("bytes */{}", size)});
    return response;
  }
  response.length = size;
  response.fields = Validators(representation);
  response.fields.push_back({"Content-Type", representation.media_type});
  response.fields.push_back({"Accept-Ranges", "bytes"});
  if (const auto* range = std::get_if<ByteRange>(&choice)) {
    response.status = HttpStatus::kPartialContent;
    response.offset = range->offset;
    response.length = range->length;
    response.fields.push_back({"Content-Range", fmt::format("bytes {}-{}/{}", range->offset,
                                                            range->offset + range->length - 1, size)});
  }
  response.content = std::move(representation.content);
  return response;
}

}  // namespace nut::pro
