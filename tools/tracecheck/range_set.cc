#include "tools/tracecheck/range_set.h"

#include <algorithm>

namespace nut::tracecheck {

void RangeSet::Add(Position start, Position end) {
  start = std::max(start, floor_);
  if (start >= end) return;
  auto at = ranges_.upper_bound(start);
  if (at != ranges_.begin() && std::prev(at)->second >= start) {
    --at;
    start = at->first;
  }
  while (at != ranges_.end() && at->first <= end) {
    end = std::max(end, at->second);
    at = ranges_.erase(at);
  }
  ranges_.emplace(start, end);
}

Position RangeSet::EndOfRun(Position from) const {
  from = std::max(from, floor_);
  const auto at = ranges_.upper_bound(from);
  if (at == ranges_.begin()) return from;
  return std::max(from, std::prev(at)->second);
}

bool RangeSet::Contains(Position start, Position end) const { return start >= end || EndOfRun(start) >= end; }

bool RangeSet::Touches(Position start, Position end) const { return Count(start, end) > 0; }

Position RangeSet::Count(Position start, Position end) const {
  Position count = 0;
  ForEach(start, end, [&](Position from, Position to) { count += to - from; });
  return count;
}

void RangeSet::RaiseFloor(Position floor) {
  if (floor <= floor_) return;
  floor_ = floor;
  while (!ranges_.empty() && ranges_.begin()->second <= floor) ranges_.erase(ranges_.begin());
  if (!ranges_.empty() && ranges_.begin()->first < floor) {
    const Position end = ranges_.begin()->second;
    ranges_.erase(ranges_.begin());
    ranges_.emplace(floor, end);
  }
}

}  // namespace nut::tracecheck
