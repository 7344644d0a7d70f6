#include "stack/tcp/timestamps.h"

namespace nut::tcp {
namespace {

// RFC 7323 5.5: TS.Recent is invalid after 24 days: a 1 ms clock turns its sign bit then.
constexpr Duration kRecentLifetime = std::chrono::hours(24 * 24);

constexpr bool Earlier(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b) < 0; }

}  // namespace

bool Timestamps::IsOld(uint32_t value, Instant now) const {
  return valid_ && now - recent_at_ < kRecentLifetime && Earlier(value, recent_);
}

void Timestamps::Note(uint32_t value, wire::SequenceNumber sequence, wire::SequenceNumber last_ack_sent,
                      Instant now) {
  if (sequence.After(last_ack_sent)) return;
  if (IsOld(value, now)) return;
  Start(value, now);
}

void Timestamps::Start(uint32_t value, Instant now) {
  recent_ = value;
  recent_at_ = now;
  valid_ = true;
}

}  // namespace nut::tcp
