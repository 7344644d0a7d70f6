#include "stack/tcp/range_list.h"

#include <algorithm>

namespace nut::tcp {
namespace {

// Everything that ends before `begin` stays in front; the next one is the first that could join.
auto FirstTouching(const std::vector<Range>& ranges, uint64_t begin) {
  return std::lower_bound(ranges.begin(), ranges.end(), begin,
                          [](const Range& known, uint64_t position) { return known.end < position; });
}

}  // namespace

bool RangeList::Fits(Range range, size_t limit) const {
  if (ranges_.size() < limit) return true;
  const auto touched = FirstTouching(ranges_, range.begin);
  return touched != ranges_.end() && touched->begin <= range.end;
}

void RangeList::Add(Range range) {
  if (range.begin >= range.end) return;
  const auto first = ranges_.begin() + (FirstTouching(ranges_, range.begin) - ranges_.cbegin());
  auto last = first;
  for (; last != ranges_.end() && last->begin <= range.end; ++last) {
    bytes_ -= last->end - last->begin;
    range.begin = std::min(range.begin, last->begin);
    range.end = std::max(range.end, last->end);
  }
  if (first == last) {
    ranges_.insert(first, range);
  } else {
    *first = range;
    ranges_.erase(first + 1, last);
  }
  bytes_ += range.end - range.begin;
}

const Range* RangeList::Find(uint64_t position) const {
  const auto found = FirstTouching(ranges_, position + 1);
  return found != ranges_.end() && found->begin <= position ? &*found : nullptr;
}

uint64_t RangeList::Advance(uint64_t position) {
  auto last = ranges_.begin();
  for (; last != ranges_.end() && last->begin <= position; ++last) {
    bytes_ -= last->end - last->begin;
    position = std::max(position, last->end);
  }
  ranges_.erase(ranges_.begin(), last);
  return position;
}

void RangeList::Clear() {
  ranges_ = {};
  bytes_ = 0;
}

}  // namespace nut::tcp
