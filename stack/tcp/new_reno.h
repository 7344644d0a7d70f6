// NewReno's congestion window (RFC 5681), with the initial window of RFC 6928 and growth by octets
// acknowledged (RFC 3465).
#pragma once

#include <algorithm>

#include "stack/tcp/congestion_control.h"

namespace nut::tcp {

class NewReno final : public CongestionControl {
 public:
  explicit NewReno(const Parameters& parameters)
      : initial_window_segments_(Narrow(parameters.initial_window_segments)),
        slow_start_limit_segments_(Narrow(parameters.slow_start_limit_segments)) {}

  void OnConnected(uint32_t mss, bool syn_lost) override;
  void OnMssChange(uint32_t mss) override;
  void OnAcknowledged(uint32_t acked, bool limited, Instant now) override;
  void OnLoss(uint32_t flight, Instant now) override;
  void OnMark(uint32_t flight, Instant now) override;
  void OnRecovered(uint32_t flight) override;
  void OnTimeout(uint32_t flight, bool first, Instant now) override;
  void OnIdle() override;
  // Loss recovery has a window of its own (RFC 6937).
  void SetWindow(uint32_t cwnd) { cwnd_ = cwnd; }
  uint32_t cwnd() const override { return cwnd_; }
  uint32_t ssthresh() const override { return ssthresh_; }

 private:
  static uint16_t Narrow(unsigned segments) {
    return static_cast<uint16_t>(std::min(segments, unsigned{UINT16_MAX}));
  }
  uint32_t InitialWindow() const;
  void Reduce(uint32_t flight);

  uint16_t initial_window_segments_;
  uint16_t slow_start_limit_segments_;
  uint32_t mss_ = 536;
  uint32_t cwnd_ = 536;
  uint32_t ssthresh_ = UINT32_MAX;  // RFC 5681 3.1: "arbitrarily high"
  uint32_t bytes_acked_ = 0;        // RFC 3465 2.1, towards the next segment in congestion avoidance
};

}  // namespace nut::tcp
