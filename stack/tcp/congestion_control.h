// CongestionControl: how large the congestion window is: its growth, and its reduction at a loss. Which
// segments are lost, and which to send again, is LossRecovery's business; so NewReno and later CUBIC differ
// in these few functions. Part of a Tcb, which knows which one it is; all sizes are in bytes.
#pragma once

#include <cstdint>

#include "stack/base/time.h"
#include "stack/tcp/parameters.h"

namespace nut::tcp {

class CongestionControl {
 public:
  virtual ~CongestionControl() = default;

  // The handshake is over. `syn_lost`: the SYN or our SYN-ACK had to be repeated (RFC 5681 3.1: one segment
  // then).
  virtual void OnConnected(uint32_t mss, bool syn_lost) = 0;
  virtual void OnMssChange(uint32_t mss) = 0;

  // `acked` > 0 new octets, outside of loss recovery. `limited`: the window was what held the sender back
  // (RFC 7661's concern: a window that was not used must not grow).
  virtual void OnAcknowledged(uint32_t acked, bool limited, Instant now) = 0;

  // A loss was found by duplicate ACKs while `flight` octets were outstanding.
  virtual void OnLoss(uint32_t flight, Instant now) = 0;
  // A router has marked a segment instead of dropping it (RFC 3168), while `flight` octets were outstanding.
  virtual void OnMark(uint32_t flight, Instant now) = 0;
  // Everything outstanding at OnLoss has been acknowledged; `flight` is outstanding now.
  virtual void OnRecovered(uint32_t flight) = 0;
  // The retransmission timer expired. `first`: for these octets it is the first time.
  virtual void OnTimeout(uint32_t flight, bool first, Instant now) = 0;
  // Nothing was sent for more than one RTO (RFC 5681 4.1).
  virtual void OnIdle() = 0;

  virtual uint32_t cwnd() const = 0;
  virtual uint32_t ssthresh() const = 0;
};

}  // namespace nut::tcp
