// SackState: what a connection keeps for SACK beyond the option itself, in both directions. Owned by a Tcb
// from the first thing there is to be kept until the connection rests: an idle one has none.
#pragma once

#include <algorithm>

#include "stack/tcp/rack.h"
#include "stack/tcp/rate_reduction.h"
#include "stack/tcp/scoreboard.h"
#include "stack/tcp/slow_start_exit.h"

namespace nut::tcp {

inline bool IsEmpty(const wire::SackBlock& block) { return block.left == block.right; }

struct SackState {
  enum class Phase : uint8_t {
    kOpen,      // nothing is known to be lost
    kRecovery,  // since a loss was found, until what was outstanding then is acknowledged
    kLoss,      // the same since a retransmission time-out
  };
  // RFC 8985 8: one timer for all; the retransmission time-out is the other thing it may mean.
  enum class Alarm : uint8_t { kNone, kReordering, kProbe };

  // --- receiving: RFC 2883 4: what arrived twice and has not been told yet; empty when there is nothing.
  wire::SackBlock duplicate;

  // --- sending
  Scoreboard scoreboard;
  Rack rack;
  RateReduction reduction;
  SlowStartExit slow_start_exit;
  Phase phase = Phase::kOpen;
  bool rescued = false;                 // RFC 6675 4: RescueRxt, in this recovery
  wire::SequenceNumber recovery_point;  // RFC 6675 2: meaningful outside of kOpen
  Instant lost_at = kNever;             // RFC 8985 6.2 step 5: when more may be lost
  Instant retransmit_at = kNever;       // RFC 6298's time-out
  Instant alarm_at = kNever;
  Alarm alarm = Alarm::kNone;
  // pacing.h: text that is new, or goes again because it was lost, waits until then.
  bool paused = false;
  Instant paced_until{};
  // RFC 8985 7.3: a probe of the tail is out, TLP.end_seq and TLP.is_retrans.
  bool probe_out = false;
  bool probe_resent = false;
  wire::SequenceNumber probe_end;
  // RFC 3522 3.2: what it takes to undo the last time-out, while it may turn out to have been spurious:
  // RetransmitTS, and RFC 4015's pipe_prev.
  bool may_undo = false;
  uint32_t resent_stamp = 0;
  uint32_t window_before = 0;
  // At the first time-out in a row full segments had arrived behind the gap.
  bool large_arrived = false;

  // When the one timer of all that is to go off.
  Instant NextAlarm() const {
    const Instant at = std::min(retransmit_at, alarm_at);
    return paused ? std::min(at, paced_until) : at;
  }
};

}  // namespace nut::tcp
