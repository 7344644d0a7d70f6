#include "stack/tcp/new_reno.h"

#include <algorithm>

namespace nut::tcp {
namespace {

// RFC 7323 2.3: no peer can offer more, and sums of two windows stay below 2^32.
constexpr uint32_t kMaximumWindow = 1u << 30;

}  // namespace

// RFC 6928 2: min(10*MSS, max(2*MSS, 14600)), with the 10 as a parameter.
uint32_t NewReno::InitialWindow() const {
  const uint32_t segments = std::max<uint32_t>(initial_window_segments_, 1);
  return std::min(segments * mss_, std::max(2 * mss_, segments * 1460));
}

void NewReno::OnConnected(uint32_t mss, bool syn_lost) {
  mss_ = mss;
  cwnd_ = syn_lost ? mss_ : InitialWindow();
}

void NewReno::OnMssChange(uint32_t mss) {
  mss_ = mss;
  cwnd_ = std::max(cwnd_, mss_);
}

void NewReno::OnAcknowledged(uint32_t acked, bool limited, Instant /*now*/) {
  if (!limited) return;
  if (cwnd_ < ssthresh_) {
    // RFC 5681 3.1 (2): cwnd += min(N, SMSS); RFC 3465 2.2 allows L*SMSS, since one ACK often stands for two
    // segments.
    cwnd_ += std::min(acked, slow_start_limit_segments_ * mss_);
  } else {
    // RFC 3465 2.1: one segment for each full window acknowledged (RFC 5681 3.1: at most 1 SMSS per RTT).
    bytes_acked_ += acked;
    if (bytes_acked_ >= cwnd_) {
      bytes_acked_ -= cwnd_;
      cwnd_ += mss_;
    }
  }
  cwnd_ = std::min(cwnd_, kMaximumWindow);
}

// RFC 5681 3.1 (4): ssthresh = max(FlightSize / 2, 2*SMSS)
void NewReno::Reduce(uint32_t flight) {
  ssthresh_ = std::max(flight / 2, 2 * mss_);
  bytes_acked_ = 0;
}

void NewReno::OnLoss(uint32_t flight, Instant /*now*/) {
  Reduce(flight);
  cwnd_ = ssthresh_;  // LossRecovery inflates it by what has left the network
}

void NewReno::OnMark(uint32_t flight, Instant /*now*/) {
  Reduce(flight);
  cwnd_ = std::min(cwnd_, ssthresh_);
}

void NewReno::OnRecovered(uint32_t flight) {
  // RFC 6582 3.2 step 3, full acknowledgement: min(ssthresh, max(FlightSize, SMSS) + SMSS) avoids a burst.
  cwnd_ = std::min(ssthresh_, std::max(flight, mss_) + mss_);
}

void NewReno::OnTimeout(uint32_t flight, bool first, Instant /*now*/) {
  // RFC 5681 3.1: a retransmission that is lost again leaves ssthresh as it is.
  if (first) Reduce(flight);
  cwnd_ = mss_;
  bytes_acked_ = 0;
}

void NewReno::OnIdle() { cwnd_ = std::min(cwnd_, InitialWindow()); }

}  // namespace nut::tcp
