#include "tools/tracecheck/text_store.h"

#include <algorithm>

namespace nut::tracecheck {
namespace {

Position EndOf(const std::pair<const Position, std::vector<uint8_t>>& piece) {
  return piece.first + static_cast<Position>(piece.second.size());
}

}  // namespace

// The first piece that ends behind `place`.
TextStore::Pieces::const_iterator TextStore::FirstBehind(Position place) const {
  auto at = pieces_.upper_bound(place);
  if (at != pieces_.begin() && EndOf(*std::prev(at)) > place) --at;
  return at;
}

std::optional<TextStore::Difference> TextStore::Compare(Position start, std::span<const uint8_t> text) const {
  const Position end = start + static_cast<Position>(text.size());
  for (auto at = FirstBehind(start); at != pieces_.end() && at->first < end; ++at) {
    const Position from = std::max(start, at->first);
    const Position to = std::min(end, EndOf(*at));
    const uint8_t* const before = at->second.data() + (from - at->first);
    const uint8_t* const now = text.data() + (from - start);
    const auto [old_byte, new_byte] = std::mismatch(before, before + (to - from), now);
    if (old_byte != before + (to - from)) return Difference{from + (old_byte - before), *old_byte, *new_byte};
  }
  return std::nullopt;
}

void TextStore::Put(Position start, std::span<const uint8_t> text, size_t limit) {
  const Position end = start + static_cast<Position>(text.size());
  for (Position place = start; place < end;) {
    const auto next = FirstBehind(place);
    if (next != pieces_.end() && next->first <= place) {
      place = EndOf(*next);
      continue;
    }
    const Position stop = next == pieces_.end() ? end : std::min(end, next->first);
    const auto piece = text.subspan(static_cast<size_t>(place - start), static_cast<size_t>(stop - place));
    pieces_.emplace(place, std::vector<uint8_t>(piece.begin(), piece.end()));
    size_ += piece.size();
    place = stop;
  }
  while (size_ > limit && !pieces_.empty()) {
    size_ -= pieces_.begin()->second.size();
    pieces_.erase(pieces_.begin());
  }
}

}  // namespace nut::tracecheck
