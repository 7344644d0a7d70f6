// UrlPath: the path of a request target, decoded and checked: what may be looked up in a file tree. The only
// way to get one is Parse, so that no other code has to think about "..", "%00" or a cut escape.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nut::pro {

class UrlPath {
 public:
  // From a request target in origin form ("/a/b?c", RFC 9112 3.2.1) or absolute form
  // ("http://host/a", 3.2.2). Nothing where the target has another form or its path is not acceptable: an
  // escape that is cut or not hexadecimal; a control character, a NUL, a backslash or an encoded slash in a
  // segment; a segment "..". Empty segments and "." are skipped.
  static std::optional<UrlPath> Parse(std::string_view target);

  // "a", "b" for "/a/b"; decoded; none is empty, "." or "..", or holds a slash.
  const std::vector<std::string>& segments() const { return segments_; }
  // Ends in a slash: names a directory.
  bool is_directory() const { return is_directory_; }
  // With its '?', or empty.
  const std::string& query() const { return query_; }

  // Decoded: "/a/b", "/a/".
  std::string ToText() const;
  // Encoded, for Location and links.
  std::string Encoded() const;

  // The path without its first segment, which must exist.
  UrlPath WithoutFirst() const;

 private:
  std::vector<std::string> segments_;
  bool is_directory_ = false;
  std::string query_;
};

// One segment with everything escaped but unreserved characters (RFC 3986 2.3).
std::string EncodeSegment(std::string_view segment);

}  // namespace nut::pro
