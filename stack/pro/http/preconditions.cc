#include "stack/pro/http/preconditions.h"

#include <algorithm>

#include "stack/pro/http/http_date.h"

namespace nut::pro {
namespace {

using std::chrono::sys_seconds;

void SkipBlanksAndCommas(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t,"), text.size()));
}

// Takes one entity-tag off the front of `list`, with its quotes; nothing when it is malformed.
struct Tag {
  std::string_view opaque;
  bool is_weak = false;
};
std::optional<Tag> TakeTag(std::string_view& list) {
  Tag tag;
  if (list.starts_with("W/")) {
    tag.is_weak = true;
    list.remove_prefix(2);
  }
  if (!list.starts_with('"')) return std::nullopt;
  const size_t end = list.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  tag.opaque = list.substr(0, end + 1);
  list.remove_prefix(end + 1);
  return tag;
}

// RFC 9110 13.1.3, 13.1.4: a field that is not a valid date is ignored.
std::optional<sys_seconds> DateOf(const HttpRequest& request, std::string_view name, sys_seconds now) {
  const auto field = request.Find(name);
  return field ? ParseHttpDate(*field, now) : std::nullopt;
}

}  // namespace

bool ListHasTag(std::string_view list, std::string_view etag, bool weak) {
  if (list == "*") return true;
  if (etag.empty()) return false;
  SkipBlanksAndCommas(list);
  while (!list.empty()) {
    const auto tag = TakeTag(list);
    if (!tag) return false;
    if (tag->opaque == etag && (weak || !tag->is_weak)) return true;
    SkipBlanksAndCommas(list);
  }
  return false;
}

std::optional<HttpStatus> EvaluatePreconditions(const HttpRequest& request, const Representation& current,
                                                sys_seconds now) {
  if (const auto if_match = request.Find("If-Match")) {
    if (!ListHasTag(*if_match, current.etag, false)) return HttpStatus::kPreconditionFailed;
  } else if (const auto since = DateOf(request, "If-Unmodified-Since", now); since && current.last_modified) {
    if (*current.last_modified > *since) return HttpStatus::kPreconditionFailed;
  }
  // "A recipient MUST ignore If-Modified-Since if the request contains an If-None-Match header field."
  if (const auto if_none_match = request.Find("If-None-Match")) {
    if (ListHasTag(*if_none_match, current.etag, true)) return HttpStatus::kNotModified;
  } else if (const auto since = DateOf(request, "If-Modified-Since", now); since && current.last_modified) {
    if (*current.last_modified <= *since) return HttpStatus::kNotModified;
  }
  return std::nullopt;
}

bool RangeStillApplies(const HttpRequest& request, const Representation& current, sys_seconds now) {
  const auto if_range = request.Find("If-Range");
  if (!if_range) return true;
  if (if_range->starts_with('"')) return !current.etag.empty() && *if_range == current.etag;
  // A weak tag never matches; a date must be exactly the one that was given out.
  const auto date = ParseHttpDate(*if_range, now);
  return date && current.last_modified == date;
}

}  // namespace nut::pro
