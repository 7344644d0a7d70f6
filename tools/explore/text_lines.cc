#include "tools/explore/text_lines.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace nut::explorer {
namespace {

constexpr char32_t kReplacement = 0xfffd;

// The length of a sequence by its first byte; 0: there is none such.
size_t LengthOf(uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

}  // namespace

std::u32string CodePoints(std::string_view text) {
  std::u32string points;
  while (!text.empty()) {
    const auto first = static_cast<uint8_t>(text.front());
    const size_t length = LengthOf(first);
    const bool whole = length > 0 && length <= text.size() &&
                       std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length),
                                   [](char c) { return (c & 0xc0) == 0x80; });
    if (!whole) {
      points += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    char32_t point = length == 1 ? first : first & (0x7f >> length);
    for (size_t i = 1; i < length; ++i) point = point << 6 | (text[i] & 0x3f);
    points += point < 0x20 || point == 0x7f ? U' ' : point;
    text.remove_prefix(length);
  }
  return points;
}

std::string Utf8(std::u32string_view text) {
  std::string bytes;
  const auto put = [&](char32_t byte) { bytes += static_cast<char>(byte); };
  for (const char32_t point : text) {
    if (point < 0x80) {
      put(point);
    } else if (point < 0x800) {
      put(0xc0 | point >> 6);
      put(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
      put(0xe0 | point >> 12);
      put(0x80 | (point >> 6 & 0x3f));
      put(0x80 | (point & 0x3f));
    } else {
      put(0xf0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3f));
      put(0x80 | (point >> 6 & 0x3f));
      put(0x80 | (point & 0x3f));
    }
  }
  return bytes;
}

std::vector<std::u32string> Folded(std::string_view text, size_t width) {
  std::vector<std::u32string> lines;
  std::u32string rest = CodePoints(text);
  while (rest.size() > width) {
    size_t end = rest.rfind(U' ', width);
    if (end == std::u32string::npos || end == 0) end = width;
    lines.push_back(rest.substr(0, end));
    rest.erase(0, rest[end] == U' ' ? end + 1 : end);
  }
  lines.push_back(std::move(rest));
  return lines;
}

std::u32string Clipped(std::u32string text, size_t width) {
  if (text.size() <= width) return text;
  text.resize(width > 0 ? width - 1 : 0);
  if (width > 0) text += U'…';
  return text;
}

}  // namespace nut::explorer
