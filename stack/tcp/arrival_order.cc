#include "stack/tcp/arrival_order.h"

#include <algorithm>

namespace nut::tcp {

void ArrivalOrder::Note(uint64_t position, const RangeList& ranges) {
  const Range* const grown = ranges.Find(position);
  if (grown == nullptr) return;
  // One position stands for a range: those of what it has swallowed go.
  const auto kept = std::remove_if(recent_.begin(), recent_.begin() + count_, [&](uint64_t other) {
    return ranges.Find(other) == nullptr || ranges.Find(other) == grown;
  });
  count_ = std::min<size_t>(static_cast<size_t>(kept - recent_.begin()), kRemembered - 1);
  std::copy_backward(recent_.begin(), recent_.begin() + count_, recent_.begin() + count_ + 1);
  recent_[0] = position;
  ++count_;
}

size_t ArrivalOrder::List(const RangeList& ranges, std::span<Range> out) const {
  size_t count = 0;
  const auto add = [&](const Range& range) {
    if (count == out.size() || std::ranges::find(out.first(count), range) != out.begin() + count) return;
    out[count++] = range;
  };
  for (const uint64_t position : std::span(recent_).first(count_)) {
    if (const Range* const range = ranges.Find(position)) add(*range);
  }
  for (size_t i = ranges.size(); i > 0 && count < out.size(); --i) add(ranges[i - 1]);
  return count;
}

}  // namespace nut::tcp
