// RangeSet: which positions of a half's sequence space are in: disjoint ranges in order. What lies below the
// floor counts as in and takes no memory. Owned by a half.
#pragma once

#include <cstddef>
#include <map>

#include "tools/tracecheck/sequence.h"

namespace nut::tracecheck {

class RangeSet {
 public:
  void Add(Position start, Position end);

  // All of [start, end) is in.
  bool Contains(Position start, Position end) const;

  // Any of [start, end) is in.
  bool Touches(Position start, Position end) const;

  // Where the range that covers `from` ends; `from` itself when it is not in.
  Position EndOfRun(Position from) const;

  // Octets that are in [start, end).
  Position Count(Position start, Position end) const;

  // Calls `visit(from, to)` for each part of [start, end) that is in, upwards.
  template <typename Visit>
  void ForEach(Position start, Position end, Visit visit) const {
    if (start < floor_ && start < end) visit(start, end < floor_ ? end : floor_);
    if (start < floor_) start = floor_;
    auto at = ranges_.upper_bound(start);
    if (at != ranges_.begin()) --at;
    for (; at != ranges_.end() && at->first < end; ++at) {
      const Position from = at->first > start ? at->first : start;
      const Position to = at->second < end ? at->second : end;
      if (from < to) visit(from, to);
    }
  }

  // Forgets details below `floor`, which never falls.
  void RaiseFloor(Position floor);

  void Clear() { ranges_.clear(); }
  size_t ranges() const { return ranges_.size(); }

 private:
  std::map<Position, Position> ranges_;  // start -> end
  Position floor_ = 0;
};

}  // namespace nut::tracecheck
