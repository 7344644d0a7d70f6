// TimerSet: the deadlines of one connection. A timer is a point in time or kNever; nothing is registered
// anywhere: the engine asks for the earliest one. Owned by a Tcb.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "stack/base/time.h"

namespace nut::tcp {

enum class Timer : uint8_t {
  kRetransmit,     // RFC 6298 5; also of SYN and FIN
  kPersist,        // RFC 9293 3.8.6.1: zero window probes
  kSendOverride,   // RFC 9293 3.8.6.2.1: a small segment is sent after all
  kDelayedAck,     // RFC 9293 3.8.6.3
  kKeepAlive,      // RFC 9293 3.8.4
  kLifetime,       // 2 MSL in TIME-WAIT; the patience with an orphan otherwise
  kBufferRelease,  // empty buffers give their memory back
};

inline constexpr size_t kTimerCount = 7;

class TimerSet {
 public:
  TimerSet() { Clear(); }

  void Arm(Timer timer, Instant at) { at_[Index(timer)] = at; }
  void Disarm(Timer timer) { at_[Index(timer)] = kNever; }
  void Clear() { at_.fill(kNever); }

  bool armed(Timer timer) const { return at_[Index(timer)] != kNever; }
  Instant at(Timer timer) const { return at_[Index(timer)]; }
  // True once: an expired timer is disarmed by asking.
  bool TakeExpired(Timer timer, Instant now) {
    if (at_[Index(timer)] > now) return false;
    Disarm(timer);
    return true;
  }
  Instant earliest() const { return *std::min_element(at_.begin(), at_.end()); }

 private:
  static constexpr size_t Index(Timer timer) { return static_cast<size_t>(timer); }

  std::array<Instant, kTimerCount> at_;
};

}  // namespace nut::tcp
