// HeldSyns: SYNs for ports that nobody listens on, which wait a moment for somebody who does: the original's
// backlog (TCP_BACKLOG_MAX), whose servers listen with one socket for each connection and are deaf in
// between. A value of the machine; holds nothing unless its options say so.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "stack/base/time.h"
#include "stack/tcp/queued_segment.h"

namespace nut::tcp {

class HeldSyns {
 public:
  // At most `limit` at a time, for `patience` each.
  HeldSyns(size_t limit, Duration patience) : limit_(limit), patience_(patience) {}

  // Keeps `queued`, a SYN, without its text. False: it is to be refused at once, because there is no room, or
  // because it came again while it was held; then the first is refused with it.
  bool Hold(const QueuedSegment& queued, Instant now);

  // Takes out the first that `wanted` (called with the local end) or that has waited long enough.
  template <typename Wanted>
  std::optional<QueuedSegment> Take(Instant now, Wanted wanted) {
    for (auto held = held_.begin(); held != held_.end(); ++held) {
      const bool is_wanted = wanted(held->ends.local);
      if (!is_wanted && held->until > now) continue;
      QueuedSegment taken;
      taken.ends = held->ends;
      taken.segment = held->syn;
      // Who is refused is told that all of it was; who is not says it again.
      if (!is_wanted) taken.segment.text_behind = held->text;
      held_.erase(held);
      return taken;
    }
    return std::nullopt;
  }

  // When the first has waited long enough; kNever when there is none.
  Instant next() const { return held_.empty() ? kNever : held_.front().until; }
  bool empty() const { return held_.empty(); }

 private:
  struct Held {
    wire::EndpointPair ends;
    IncomingSegment syn;  // borrows nothing
    uint32_t text = 0;    // octets that came with it
    Instant until;
  };

  const size_t limit_;
  const Duration patience_;
  std::vector<Held> held_;  // oldest first
};

}  // namespace nut::tcp
