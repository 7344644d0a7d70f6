// RangeList: which parts of a stream have arrived ahead of their turn: disjoint, not touching, in ascending
// order, at most as many as the caller allows. Positions count octets from the start of the stream and never
// wrap. Owned by a ReceiveBuffer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nut::tcp {

// begin <= position < end
struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

class RangeList {
 public:
  bool empty() const { return ranges_.empty(); }
  size_t size() const { return ranges_.size(); }
  const Range& operator[](size_t index) const { return ranges_[index]; }
  // Octets covered.
  uint64_t bytes() const { return bytes_; }
  // One past the last octet covered; 0 when empty.
  uint64_t end() const { return ranges_.empty() ? 0 : ranges_.back().end; }

  // Would there be at most `limit` ranges after Add(range)?
  bool Fits(Range range, size_t limit) const;

  // Adds `range`, joining what it overlaps or touches.
  void Add(Range range);

  // Calls `visit(Range)` for each part of `range` that is not covered yet, in ascending order.
  template <typename Visitor>
  void ForEachUncovered(Range range, Visitor visit) const {
    uint64_t position = range.begin;
    for (const Range& known : ranges_) {
      if (known.end <= position) continue;
      if (known.begin >= range.end) break;
      if (known.begin > position) visit(Range{position, known.begin});
      position = known.end;
    }
    if (position < range.end) visit(Range{position, range.end});
  }

  // The same for each part that is.
  template <typename Visitor>
  void ForEachCovered(Range range, Visitor visit) const {
    for (const Range& known : ranges_) {
      if (known.end <= range.begin) continue;
      if (known.begin >= range.end) break;
      visit(Range{std::max(known.begin, range.begin), std::min(known.end, range.end)});
    }
  }

  // The one that covers `position`; null if it is not covered.
  const Range* Find(uint64_t position) const;

  // The stream has reached `position`: removes what lies before or at it and says how far the stream reaches
  // now.
  uint64_t Advance(uint64_t position);

  // Gives the memory back, too.
  void Clear();

 private:
  std::vector<Range> ranges_;
  uint64_t bytes_ = 0;
};

}  // namespace nut::tcp
