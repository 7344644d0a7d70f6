// LossRecovery: counts duplicate ACKs and decides what they mean: limited transmit (RFC 3042), fast
// retransmit, and fast recovery with partial ACKs (RFC 6582). For peers without SACK;
// with it sack_recovery.h takes its place.
// Owned by a Tcb.
#pragma once

#include <algorithm>
#include <cstdint>

#include "stack/tcp/congestion_control.h"
#include "stack/wire/sequence_number.h"

namespace nut::tcp {

class LossRecovery {
 public:
  // What a new ACK is, seen from recovery.
  enum class Progress : uint8_t {
    kNormal,        // no recovery going on: the window may grow
    kFirstPartial,  // send the next hole again; the retransmission timer restarts for this one only
    kPartial,       // send the next hole again
    kFull,          // recovery is over
  };

  // The handshake is over; `iss` is the initial send sequence number.
  void Start(wire::SequenceNumber iss);

  // SND.UNA was `una` before and becomes `ack`; `flight` is outstanding after it.
  Progress OnAcknowledged(wire::SequenceNumber una, wire::SequenceNumber ack, uint32_t flight, uint32_t mss,
                          CongestionControl& congestion);

  // A duplicate ACK by RFC 5681 2. True: fast retransmit, send the first unacknowledged segment again now.
  bool OnDuplicateAck(wire::SequenceNumber una, wire::SequenceNumber nxt, uint32_t mss, unsigned threshold,
                      CongestionControl& congestion);

  // RFC 6582 4, step 4: after a time-out, recovery ends, and ACKs below `nxt` start none.
  void OnTimeout(wire::SequenceNumber nxt);

  bool in_recovery() const { return in_recovery_; }

  // Octets that may be outstanding: the congestion window with inflation and limited transmit.
  uint32_t Window(uint32_t cwnd, uint32_t mss) const {
    if (!in_recovery_ && duplicate_acks_ == 0) [[likely]]
      return std::max(cwnd, mss);
    return WindowInDoubt(cwnd, mss);
  }

 private:
  uint32_t WindowInDoubt(uint32_t cwnd, uint32_t mss) const;
  bool MayRecover(wire::SequenceNumber una, uint32_t mss, const CongestionControl& congestion) const;

  int32_t inflation_ = 0;              // octets that have left the network during recovery
  wire::SequenceNumber recover_;       // one past the highest octet sent when the last loss was found
  wire::SequenceNumber previous_ack_;  // RFC 6582 4.1: the cumulative ACK before the present one
  wire::SequenceNumber before_limited_transmit_;  // SND.NXT at the first duplicate
  uint8_t duplicate_acks_ = 0;                    // as far as it counts
  bool in_recovery_ : 1 = false;
  bool partial_seen_ : 1 = false;
};

}  // namespace nut::tcp
