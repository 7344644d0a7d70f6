// RateReduction: how fast a sender with SACK may go on while it recovers (RFC 6937, Proportional Rate
// Reduction): in proportion to what arrives, so that at the end of recovery just ssthresh is in flight. Owned
// by a SackState. All sizes are in bytes.
#pragma once

#include <algorithm>
#include <cstdint>

namespace nut::tcp {

class RateReduction {
 public:
  // RFC 6937 3: recovery begins while `flight` is outstanding.
  void Start(uint32_t flight, uint32_t ssthresh) {
    *this = RateReduction();
    flight_ = std::max<uint32_t>(flight, 1);
    ssthresh_ = ssthresh;
  }
  // Sent during recovery, new or again.
  void NoteSent(uint32_t octets) { out_ += octets; }

  // RFC 6937 3, at each ACK that has delivered something: the congestion window from here on. `pipe` is in
  // the network now. `safe`: SND.UNA has advanced and nothing new was found lost: then as in slow start
  // (SSRB), else one for one (CRB), below ssthresh.
  uint32_t OnAck(uint32_t delivered, uint32_t pipe, bool safe, uint32_t mss) {
    delivered_ += delivered;
    int64_t may_go = 0;
    if (pipe > ssthresh_) {
      // "sndcnt = CEIL(prr_delivered * ssthresh / RecoverFS) - prr_out"
      const uint64_t due = (delivered_ * ssthresh_ + flight_ - 1) / flight_;
      may_go = static_cast<int64_t>(due) - static_cast<int64_t>(out_);
    } else {
      const auto earned = static_cast<int64_t>(delivered_) - static_cast<int64_t>(out_);
      const int64_t limit = safe ? std::max<int64_t>(earned, delivered) + mss : earned;
      may_go = std::min<int64_t>(int64_t{ssthresh_} - pipe, limit);
    }
    // The first retransmission is fast, whatever has arrived.
    if (out_ == 0) may_go = std::max<int64_t>(may_go, mss);
    return pipe + static_cast<uint32_t>(std::max<int64_t>(may_go, 0));
  }

  uint32_t ssthresh() const { return ssthresh_; }

 private:
  uint64_t delivered_ = 0;  // prr_delivered
  uint64_t out_ = 0;        // prr_out
  uint32_t flight_ = 1;     // RecoverFS
  uint32_t ssthresh_ = 0;
};

}  // namespace nut::tcp
