#include "stack/pro/http/byte_range.h"

#include <algorithm>
#include <limits>

#include "stack/pro/http/http_request.h"

namespace nut::pro {
namespace {

// 1*DIGIT. Numbers too large to count with are all "larger than any file".
std::optional<uint64_t> ParseNumber(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  uint64_t value = 0;
  constexpr uint64_t kLargest = std::numeric_limits<uint64_t>::max();
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    const uint64_t digit = static_cast<uint64_t>(c - '0');
    value = value > (kLargest - digit) / 10 ? kLargest : value * 10 + digit;
  }
  return value;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

RangeChoice ChooseRange(std::string_view field, uint64_t size) {
  const size_t equals = field.find('=');
  // RFC 9110 14.2: "A server MUST ignore a Range header field … with a range unit it does not understand."
  if (equals == std::string_view::npos || !EqualIgnoringCase(field.substr(0, equals), "bytes")) {
    return WholeRepresentation{};
  }
  const std::string_view range = Trim(field.substr(equals + 1));
  const size_t dash = range.find('-');
  if (dash == std::string_view::npos) return WholeRepresentation{};
  const std::string_view first_text = range.substr(0, dash);
  const std::string_view last_text = range.substr(dash + 1);

  if (first_text.empty()) {  // suffix-range: the last so many
    const auto count = ParseNumber(last_text);
    if (!count) return WholeRepresentation{};
    if (*count == 0 || size == 0) return Unsatisfiable{};
    const uint64_t length = std::min(*count, size);
    return ByteRange{size - length, length};
  }

  const auto first = ParseNumber(first_text);
  const auto last =
      last_text.empty() ? std::optional(std::numeric_limits<uint64_t>::max()) : ParseNumber(last_text);
  // RFC 9110 14.1.1: "An int-range is invalid if the last-pos value is present and less than first-pos."
  if (!first || !last || *last < *first) return WholeRepresentation{};
  if (*first >= size) return Unsatisfiable{};
  return ByteRange{*first, std::min(*last, size - 1) - *first + 1};
}

}  // namespace nut::pro
