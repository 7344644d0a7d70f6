// ReceiveWindow: the window that the peer has been offered: its right edge, which never moves left, and how
// it moves right without becoming silly (RFC 9293 3.8.6.2.2). Owned by a Tcb.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "stack/wire/sequence_number.h"

namespace nut::tcp {

class ReceiveWindow {
 public:
  // Before the handshake: the shift we would offer for a buffer of `buffer` bytes (RFC 7323 2.3).
  static uint8_t ShiftFor(size_t buffer);

  // The first octet expected is `rcv_nxt`; the window of a SYN is not scaled, and it is min(buffer, 65535).
  void Start(wire::SequenceNumber rcv_nxt, size_t buffer);
  // The handshake has settled it: 0 without window scaling.
  void set_shift(uint8_t shift) { shift_ = shift; }
  uint8_t shift() const { return shift_; }

  // The most that the window field can say.
  uint32_t largest() const { return uint32_t{65535} << shift_; }

  // The right edge: RCV.NXT + RCV.WND.
  wire::SequenceNumber edge() const { return edge_; }
  // RCV.WND: what the peer may still send.
  uint32_t Size(wire::SequenceNumber rcv_nxt) const { return static_cast<uint32_t>(edge_ - rcv_nxt); }

  // The largest RCV.WND that any segment has offered.
  uint32_t largest_offered() const { return largest_offered_; }

  // Moves the edge as far as `space` allows: the bytes that there is room for behind `rcv_nxt`, below 0 when
  // the buffer holds more than its limit by a unit's rounding. Says what goes into the window field. `step`
  // is the least worthwhile advance: min(half the buffer, MSS) (MUST-39).
  uint16_t Offer(wire::SequenceNumber rcv_nxt, int64_t space, size_t step);

  // Would Offer move the edge?
  bool WouldAdvance(wire::SequenceNumber rcv_nxt, int64_t space, size_t step) const;

  // The field of a segment with SYN: not scaled (RFC 7323 2.2).
  uint16_t SynField(wire::SequenceNumber rcv_nxt) const {
    return static_cast<uint16_t>(std::min<uint32_t>(Size(rcv_nxt), 65535));
  }

 private:
  // The largest window that `space` allows and the field can say.
  uint32_t Possible(int64_t space) const {
    return static_cast<uint32_t>(std::clamp<int64_t>(space, 0, int64_t{largest()})) >> shift_ << shift_;
  }

  wire::SequenceNumber edge_;
  uint32_t largest_offered_ = 0;
  uint8_t shift_ = 0;
};

}  // namespace nut::tcp
