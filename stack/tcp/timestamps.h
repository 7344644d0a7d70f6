// Timestamps: one connection's half of RFC 7323's timestamp option: our clock with its offset, the peer's
// latest value, and the test for segments from the past (PAWS). Owned by a Tcb.
#pragma once

#include "stack/base/time.h"
#include "stack/wire/sequence_number.h"
#include "stack/wire/tcp_options.h"

namespace nut::tcp {

class Timestamps {
 public:
  // `offset` hides how long the node has been up (RFC 7323 7.1).
  explicit Timestamps(uint32_t offset) : offset_(offset) {}

  // Both ends sent the option with their SYN (RFC 7323 3.2).
  bool enabled() const { return enabled_; }
  void Enable() { enabled_ = true; }

  // Our clock: milliseconds (RFC 7323 5.4: 1 ms to 1 s).
  uint32_t Value(Instant now) const {
    return offset_ + static_cast<uint32_t>(ToMillis(now.time_since_epoch()));
  }
  // What goes into a segment that acknowledges (TSecr = TS.Recent).
  wire::TcpTimestamps Stamp(Instant now) const { return {.value = Value(now), .echo_reply = recent_}; }

  // RFC 7323 5.3 R1: older than TS.Recent, which is younger than 24 days (5.5).
  bool IsOld(uint32_t value, Instant now) const;

  // RFC 7323 4.3 (2): TS.Recent <- SEG.TSval if SEG.TSval >= TS.Recent and SEG.SEQ <= Last.ACK.sent. For
  // acceptable segments only.
  void Note(uint32_t value, wire::SequenceNumber sequence, wire::SequenceNumber last_ack_sent, Instant now);
  // The first value, from a SYN.
  void Start(uint32_t value, Instant now);

  // RFC 7323 4.1: now - SEG.TSecr, for an ACK that acknowledges new data; negative when the peer echoes
  // nonsense.
  Duration RoundTrip(uint32_t echo_reply, Instant now) const {
    return std::chrono::milliseconds(static_cast<int32_t>(Value(now) - echo_reply));
  }

  uint32_t recent() const { return recent_; }

 private:
  uint32_t offset_;
  uint32_t recent_ = 0;  // TS.Recent
  Instant recent_at_{};  // when it was set
  bool enabled_ = false;
  bool valid_ = false;
};

}  // namespace nut::tcp
