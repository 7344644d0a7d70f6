#include "stack/tcp/congestion_control.h"

namespace nut::tcp {

// RFC 6928 2: min(10*MSS, max(2*MSS, 14600)), with the 10 as a parameter.
uint32_t CongestionControl::InitialWindow() const {
  const uint32_t segments = std::max<uint32_t>(initial_window_segments_, 1);
  return std::min(segments * mss_, std::max(2 * mss_, segments * 1460));
}

void CongestionControl::OnConnected(uint32_t mss, bool syn_lost) {
  mss_ = mss;
  cwnd_ = syn_lost ? mss_ : InitialWindow();
}

void CongestionControl::OnMssChange(uint32_t mss) {
  mss_ = mss;
  cwnd_ = std::max(cwnd_, mss_);
}

void CongestionControl::OnAcknowledged(uint32_t acked, bool limited, Instant now, Duration srtt) {
  if (!limited) {
    if (cubic_) cubic_->Pause();
    return;
  }
  after_timeout_ = after_timeout_ && in_slow_start();
  if (in_slow_start()) {
    // RFC 5681 3.1 (2): cwnd += min(N, SMSS); RFC 3465 2.2 and RFC 9406 4.3 allow L*SMSS, since one ACK
    // often stands for several segments.
    // After a time-out one ACK may stand for much that arrived long ago: RFC 3465 2.3, L = 1.
    const uint32_t limit = after_timeout_ ? 1 : slow_start_limit_segments_;
    cwnd_ += std::min(acked, limit * mss_);
  } else if (is_cubic_) {
    // RFC 9438 4.10: who has left slow start without a loss begins the curve where he is.
    if (!cubic_) cubic_ = std::make_unique<Cubic>();
    cwnd_ = cubic_->Grow(cwnd_, acked, mss_, srtt, now);
  } else {
    GrowLikeReno(acked);
  }
  cwnd_ = std::min(cwnd_, kMaximumWindow);
}

// RFC 3465 2.1: one segment for each full window acknowledged (RFC 5681 3.1: at most 1 SMSS per RTT).
void CongestionControl::GrowLikeReno(uint32_t acked) {
  bytes_acked_ += acked;
  if (bytes_acked_ < cwnd_) return;
  bytes_acked_ -= cwnd_;
  cwnd_ += mss_;
}

void CongestionControl::Reduce(uint32_t flight) {
  bytes_acked_ = 0;
  if (!is_cubic_) {
    // RFC 5681 3.1 (4): ssthresh = max(FlightSize / 2, 2*SMSS)
    ssthresh_ = std::max(flight / 2, 2 * mss_);
    return;
  }
  // RFC 9438 4.6: "ssthresh = flight_size * beta_cubic", and two segments at least.
  if (!cubic_) cubic_ = std::make_unique<Cubic>();
  cubic_->OnReduction(cwnd_);
  ssthresh_ = std::max(Cubic::Reduced(flight), 2 * mss_);
}

void CongestionControl::OnLoss(uint32_t flight) {
  Reduce(flight);
  cwnd_ = ssthresh_;  // LossRecovery inflates it by what has left the network
}

void CongestionControl::OnMark(uint32_t flight) {
  Reduce(flight);
  cwnd_ = std::min(cwnd_, ssthresh_);
}

void CongestionControl::OnRecovered(uint32_t flight) {
  // RFC 6582 3.2 step 3, full acknowledgement: min(ssthresh, max(FlightSize, SMSS) + SMSS) avoids a burst.
  cwnd_ = std::min(ssthresh_, std::max(flight, mss_) + mss_);
}

void CongestionControl::OnTimeout(uint32_t flight, bool first) {
  // RFC 5681 3.1: a retransmission that is lost again leaves ssthresh as it is.
  if (first) Reduce(flight);
  if (cubic_) cubic_->OnTimeout();
  cwnd_ = mss_;
  bytes_acked_ = 0;
  after_timeout_ = true;
}

void CongestionControl::Undo(uint32_t cwnd, uint32_t ssthresh) {
  SetWindow(std::max(cwnd, mss_));
  ssthresh_ = ssthresh;
  after_timeout_ = false;
  if (cubic_) cubic_->Undo();
}

void CongestionControl::OnIdle() {
  cwnd_ = std::min(cwnd_, InitialWindow());
  if (cubic_) cubic_->Pause();
}

}  // namespace nut::tcp
