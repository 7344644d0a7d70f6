// Transmission: why a host sent what it sent, as far as it can be told at that host. A value.
#pragma once

#include "tools/tracecheck/sequence.h"
#include "tools/tracecheck/time.h"

namespace nut::tracecheck {

struct Transmission {
  enum class Kind : uint8_t {
    kNothing,    // takes no place in the sequence space
    kNew,        // begins at or beyond what was sent before
    kHandshake,  // a SYN again
    kKeepAlive,  // the octet before the first unacknowledged one, or none
    kProbe,      // into a closed window
    kSettled,    // acknowledged already, so recently that the sender may not know
    kUnneeded,   // acknowledged already, as the sender knows
    kTailProbe,  // the end of what was sent, once, with SACK agreed on (RFC 8985 7)
    kRecovery,   // something that was heard says that it is lost, or a recovery is going on
    kTimeout,    // nothing says so, and a retransmission time-out may have passed
    kEarly,      // nothing says so, and none can have passed
  };
  Kind kind = Kind::kNothing;
  Position first = 0;      // the first unacknowledged octet that is repeated
  Time age{};              // since that octet was sent last
  bool long_ago = false;   // that was so long ago that it may be a time-out, whatever was heard
  bool sacked = false;     // all of it was reported by SACK, as the sender knows
  Time interval_before{};  // kTimeout after kTimeout of the same octet in silence: how long that took to come

  bool repeats() const {
    return kind == Kind::kTailProbe || kind == Kind::kRecovery || kind == Kind::kTimeout ||
           kind == Kind::kEarly;
  }
};

}  // namespace nut::tracecheck
