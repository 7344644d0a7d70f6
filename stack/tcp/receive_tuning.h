// ReceiveTuning: whether the window that is offered holds the peer back: an application that reads more than
// half a window in one round trip could read more, were it allowed to come. Counted is what was read, not
// what has arrived: a reader that is slower than the path needs no wider window. (Dynamic right-sizing: Fisk
// and Feng, 2001.) Owned by a Tcb; eight octets, since every connection has one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "stack/base/time.h"
#include "stack/wire/sequence_number.h"

namespace nut::tcp {

class ReceiveTuning {
 public:
  // `unread`: the first octet that the application has not read.
  void Start(wire::SequenceNumber unread, Instant now) {
    from_ = unread;
    since_ = Micros(now);
  }

  // After something was read. True: `window` octets are too few, twice as many may be offered.
  bool OnRead(wire::SequenceNumber unread, Duration round_trip, size_t window, Instant now) {
    const uint32_t elapsed = Micros(now) - since_;
    const auto round = std::max<uint32_t>(1, static_cast<uint32_t>(ToMicros(round_trip)));
    if (elapsed < round) return false;
    const auto read = static_cast<uint32_t>(unread - from_);
    Start(unread, now);
    // Nothing was read for longer than a round trip: then it is not the window that they wait for.
    return elapsed < 2 * round && read > window / 2;
  }

 private:
  // Of a clock that turns over after 71 minutes: a round that happens to look short then is the next one's.
  static uint32_t Micros(Instant now) { return static_cast<uint32_t>(ToMicros(now.time_since_epoch())); }

  wire::SequenceNumber from_;  // where the present round began, in the stream
  uint32_t since_ = 0;         // and when, µs
};

}  // namespace nut::tcp
