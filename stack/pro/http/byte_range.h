// Byte ranges (RFC 9110 14): which part of a representation a request asks for. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace nut::pro {

struct ByteRange {
  uint64_t offset = 0;
  uint64_t length = 0;  // never 0

  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// The Range field is to be ignored: the whole is sent.
struct WholeRepresentation {
  friend bool operator==(const WholeRepresentation&, const WholeRepresentation&) = default;
};

// 416: the field is well formed, and nothing of the representation is in it.
struct Unsatisfiable {
  friend bool operator==(const Unsatisfiable&, const Unsatisfiable&) = default;
};

using RangeChoice = std::variant<WholeRepresentation, ByteRange, Unsatisfiable>;

// What the value of a Range field means for a representation of `size` bytes. One range is served; a field
// with several is ignored, as RFC 9110 14.2 allows, and as protects against asking for the same bytes a
// thousand times (CVE-2011-3192).
RangeChoice ChooseRange(std::string_view field, uint64_t size);

}  // namespace nut::pro
