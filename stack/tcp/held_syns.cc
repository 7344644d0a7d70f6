#include "stack/tcp/held_syns.h"

#include <algorithm>

namespace nut::tcp {

bool HeldSyns::Hold(const QueuedSegment& queued, Instant now) {
  if (limit_ == 0) return false;
  const auto same = std::ranges::find(held_, queued.ends, &Held::ends);
  if (same != held_.end()) {
    held_.erase(same);
    return false;
  }
  if (held_.size() >= limit_) return false;
  Held held{.ends = queued.ends,
            .syn = queued.segment,
            .text = static_cast<uint32_t>(queued.segment.text_size()),
            .until = After(now, patience_)};
  held.syn.payload = {};
  held.syn.text_behind = 0;
  held_.push_back(std::move(held));
  return true;
}

}  // namespace nut::tcp
