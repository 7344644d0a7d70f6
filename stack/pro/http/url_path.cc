#include "stack/pro/http/url_path.h"

#include <fmt/format.h>

#include <algorithm>

#include "stack/pro/http/http_request.h"

namespace nut::pro {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// One segment with its escapes resolved (RFC 3986 2.1), or nothing when it is malformed.
std::optional<std::string> Decode(std::string_view segment) {
  std::string decoded;
  for (size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      decoded += segment[i];
      continue;
    }
    if (segment.size() - i < 3) return std::nullopt;
    const int high = HexValue(segment[i + 1]);
    const int low = HexValue(segment[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return decoded;
}

bool IsAcceptable(std::string_view segment) {
  return segment != ".." && std::ranges::none_of(segment, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/' || c == '\\';
         });
}

// The target from its path on; nothing for the authority and asterisk forms.
std::optional<std::string_view> SkipToPath(std::string_view target) {
  if (target.starts_with('/')) return target;
  constexpr std::string_view kScheme = "http://";
  if (!EqualIgnoringCase(target.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  target.remove_prefix(kScheme.size());
  const size_t end_of_authority = std::min(target.find_first_of("/?"), target.size());
  if (end_of_authority == 0) return std::nullopt;
  target.remove_prefix(end_of_authority);
  return target;
}

}  // namespace

std::optional<UrlPath> UrlPath::Parse(std::string_view target) {
  const auto found = SkipToPath(target);
  // RFC 9112 3.2: a fragment is never sent.
  if (!found || found->find('#') != std::string_view::npos) return std::nullopt;
  std::string_view text = *found;
  UrlPath path;
  const size_t question = std::min(text.find('?'), text.size());
  path.query_ = text.substr(question);
  text = text.substr(0, question);
  // "http://host" names the root too.
  path.is_directory_ = text.empty() || text.ends_with('/');
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::string_view raw = text.substr(0, text.find('/'));
    text.remove_prefix(raw.size());
    auto segment = Decode(raw);
    if (!segment || !IsAcceptable(*segment)) return std::nullopt;
    if (*segment == ".") {
      if (text.empty()) path.is_directory_ = true;
    } else if (!segment->empty()) {
      path.segments_.push_back(std::move(*segment));
    }
  }
  return path;
}

std::string UrlPath::ToText() const {
  std::string text;
  for (const std::string& segment : segments_) text += "/" + segment;
  if (is_directory_ || segments_.empty()) text += '/';
  return text;
}

std::string UrlPath::Encoded() const {
  std::string text;
  for (const std::string& segment : segments_) text += "/" + EncodeSegment(segment);
  if (is_directory_ || segments_.empty()) text += '/';
  return text;
}

UrlPath UrlPath::WithoutFirst() const {
  UrlPath rest = *this;
  rest.segments_.erase(rest.segments_.begin());
  return rest;
}

std::string EncodeSegment(std::string_view segment) {
  std::string encoded;
  for (const char c : segment) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                            c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace nut::pro
