// CongestionControl: how large the congestion window is: its growth, and its reduction at a loss, by NewReno
// (RFC 5681, with the initial window of RFC 6928 and growth by octets acknowledged, RFC 3465) or by CUBIC
// (RFC 9438), which differ in congestion avoidance and in how far they go back. Which segments are lost, and
// which to send again, is LossRecovery's and the scoreboard's business. Part of a Tcb; all sizes are in
// bytes.
#pragma once

#include <algorithm>
#include <memory>

#include "stack/tcp/cubic.h"
#include "stack/tcp/parameters.h"

namespace nut::tcp {

class CongestionControl {
 public:
  explicit CongestionControl(const Parameters& parameters)
      : initial_window_segments_(static_cast<uint16_t>(std::min(parameters.initial_window_segments, 65535u))),
        slow_start_limit_segments_(
            static_cast<uint8_t>(std::min(parameters.slow_start_limit_segments, 255u))),
        is_cubic_(parameters.congestion == CongestionAlgorithm::kCubic) {}

  // The handshake is over. `syn_lost`: the SYN or our SYN-ACK had to be repeated (RFC 5681 3.1: one segment
  // then).
  void OnConnected(uint32_t mss, bool syn_lost);
  void OnMssChange(uint32_t mss);

  // `acked` > 0 new octets, outside of loss recovery. `limited`: the window was what held the sender back
  // (RFC 7661's concern: a window that was not used must not grow). `srtt`: the path's.
  void OnAcknowledged(uint32_t acked, bool limited, Instant now, Duration srtt = {});

  // A loss was found without a time-out while `flight` octets were outstanding.
  void OnLoss(uint32_t flight);
  // A router has marked a segment instead of dropping it (RFC 3168), while `flight` octets were outstanding.
  void OnMark(uint32_t flight);
  // Everything outstanding at OnLoss has been acknowledged; `flight` is outstanding now.
  void OnRecovered(uint32_t flight);
  // The retransmission timer expired. `first`: for these octets it is the first time.
  void OnTimeout(uint32_t flight, bool first);
  // It was spurious (RFC 4015): the window is `cwnd`, and `ssthresh` what it was before.
  void Undo(uint32_t cwnd, uint32_t ssthresh);
  // Nothing was sent for more than one RTO (RFC 5681 4.1).
  void OnIdle();
  bool in_slow_start() const { return cwnd_ < ssthresh_; }
  // It is over without a loss (RFC 9406).
  void LeaveSlowStart() { ssthresh_ = cwnd_; }
  // Loss recovery has a window of its own (RFC 6937).
  void SetWindow(uint32_t cwnd) { cwnd_ = std::min(cwnd, kMaximumWindow); }

  uint32_t cwnd() const { return cwnd_; }
  uint32_t ssthresh() const { return ssthresh_; }
  uint32_t InitialWindow() const;

 private:
  // RFC 7323 2.3: no peer can offer more, and sums of two windows stay below 2^32.
  static constexpr uint32_t kMaximumWindow = 1u << 30;

  void Reduce(uint32_t flight);
  void GrowLikeReno(uint32_t acked);

  std::unique_ptr<Cubic> cubic_;  // from the first loss on: before it there is no curve to follow
  uint16_t initial_window_segments_;
  uint8_t slow_start_limit_segments_;
  bool is_cubic_ : 1;
  bool after_timeout_ : 1 = false;  // in slow start because of one
  uint32_t mss_ = 536;
  uint32_t cwnd_ = 536;
  uint32_t ssthresh_ = UINT32_MAX;  // RFC 5681 3.1: "arbitrarily high"
  uint32_t bytes_acked_ = 0;        // RFC 3465 2.1, towards the next segment in congestion avoidance
};

}  // namespace nut::tcp
