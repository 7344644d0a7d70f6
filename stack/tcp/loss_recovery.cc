#include "stack/tcp/loss_recovery.h"

#include <algorithm>

namespace nut::tcp {
namespace {

// No window is larger (RFC 7323 2.3).
constexpr int64_t kMaximumInflation = 1 << 30;

int32_t Bounded(int64_t inflation) {
  return static_cast<int32_t>(std::clamp(inflation, -kMaximumInflation, kMaximumInflation));
}

}  // namespace

void LossRecovery::Start(wire::SequenceNumber iss) {
  *this = LossRecovery();
  recover_ = iss;
  previous_ack_ = iss;
}

LossRecovery::Progress LossRecovery::OnAcknowledged(wire::SequenceNumber una, wire::SequenceNumber ack,
                                                    uint32_t flight, uint32_t mss,
                                                    CongestionControl& congestion) {
  previous_ack_ = una;
  duplicate_acks_ = 0;
  if (!in_recovery_) return Progress::kNormal;

  // RFC 6582 3.2 step 3, full acknowledgement.
  if (ack.AtOrAfter(recover_)) {
    in_recovery_ = false;
    congestion.OnRecovered(flight);
    return Progress::kFull;
  }
  // Partial acknowledgement: deflate by what was acknowledged, and add back one segment if that was at least
  // one.
  const auto acked = static_cast<uint32_t>(ack - una);
  int64_t inflation = int64_t{inflation_} - acked;
  if (acked >= mss) inflation += mss;
  // Never below the reduced window less what it was reduced by: the sender must be able to send the next
  // hole.
  inflation_ = Bounded(std::max(inflation, -static_cast<int64_t>(congestion.cwnd()) + mss));
  const bool first = !partial_seen_;
  partial_seen_ = true;
  return first ? Progress::kFirstPartial : Progress::kPartial;
}

// RFC 6582 3.2 step 2: the ACK must cover more than `recover`. Otherwise, by the heuristic of 4.1, duplicate
// ACKs speak of a lost retransmission only if the last ACK advanced by little; a large jump comes from
// needless retransmissions.
bool LossRecovery::MayRecover(wire::SequenceNumber una, uint32_t mss,
                              const CongestionControl& congestion) const {
  if (una.After(recover_)) return true;
  return congestion.cwnd() > mss && una - previous_ack_ <= static_cast<int32_t>(4 * mss);
}

bool LossRecovery::OnDuplicateAck(wire::SequenceNumber una, wire::SequenceNumber nxt, uint32_t mss,
                                  unsigned threshold, CongestionControl& congestion) {
  if (in_recovery_) {
    inflation_ = Bounded(int64_t{inflation_} +
                         mss);  // RFC 5681 3.2 step 4: each one says that a segment has left the network
    return false;
  }
  if (duplicate_acks_ == 0) before_limited_transmit_ = nxt;
  if (duplicate_acks_ == UINT8_MAX) return false;
  ++duplicate_acks_;
  if (duplicate_acks_ != threshold || !MayRecover(una, mss, congestion)) return false;

  // RFC 5681 3.2 step 2: what limited transmit has sent "MUST NOT be included in this calculation".
  // After a time-out most of what is unacknowledged is not in the network: no more than the window is.
  const auto flight = static_cast<uint32_t>(before_limited_transmit_ - una);
  congestion.OnLoss(std::min(flight, congestion.cwnd()));
  in_recovery_ = true;
  partial_seen_ = false;
  recover_ = nxt;
  inflation_ = Bounded(static_cast<int64_t>(threshold) * mss);  // RFC 5681 3.2 step 3
  return true;
}

void LossRecovery::OnTimeout(wire::SequenceNumber nxt) {
  in_recovery_ = false;
  duplicate_acks_ = 0;
  recover_ = nxt;
}

uint32_t LossRecovery::WindowInDoubt(uint32_t cwnd, uint32_t mss) const {
  // RFC 3042: the first two duplicate ACKs let one new segment out each, beyond the window.
  const int64_t extra = in_recovery_ ? inflation_ : int64_t{std::min<uint8_t>(duplicate_acks_, 2)} * mss;
  return static_cast<uint32_t>(std::clamp<int64_t>(cwnd + extra, mss, UINT32_MAX / 2));
}

}  // namespace nut::tcp
