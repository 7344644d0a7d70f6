// PortAllocator: ephemeral ports that nobody outside can guess (RFC 6056), and that do not come back at once.
// A free one is found as long as there is one. A value of the engine.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "stack/base/rng.h"
#include "stack/wire/endpoint.h"

namespace nut::tcp {

class PortAllocator {
 public:
  // The range is first..last, both included; swapped when given the wrong way round. `rng` is the stream
  // "ports".
  PortAllocator(uint16_t first, uint16_t last, Rng rng)
      : first_(first < last ? first : last),
        count_((first < last ? last - first : first - last) + 1u),
        rng_(rng) {}

  // RFC 6056 3.3.2: tries anywhere in the range until `taken(Port)` is false. With n of N ports free that takes
  // N/n attempts on average, however the others lie. Who has no luck many times starts anywhere and takes the
  // first that is free (3.3.1): nothing when all are taken.
  //
  // Half of the range lies between two uses of a port: what was closed in SYN-SENT is forgotten here while
  // its peer still has a handshake for it, and would answer the next connection's SYN as the old one's. Only
  // when nothing else is free a port comes earlier.
  template <typename Taken>
  std::optional<wire::Port> Choose(Taken taken) {
    uint32_t start = 0;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      start = static_cast<uint32_t>(rng_.Below(count_));
      if (IsRecent(start)) continue;
      if (const auto port = Take(start, taken)) return port;
    }
    for (const bool recent : {false, true}) {
      for (uint32_t step = 0; step < count_; ++step) {
        const uint32_t place = (start + step) % count_;
        if (IsRecent(place) != recent) continue;
        if (const auto port = Take(place, taken)) return port;
      }
    }
    return std::nullopt;
  }

 private:
  static constexpr int kAttempts = 64;

  template <typename Taken>
  std::optional<wire::Port> Take(uint32_t place, Taken taken) {
    const wire::Port port(static_cast<uint16_t>(first_ + place));
    if (port.is_none() || taken(port)) return std::nullopt;
    Remember(place);
    return port;
  }

  bool IsRecent(uint32_t place) const { return !is_recent_.empty() && is_recent_[place]; }

  void Remember(uint32_t place) {
    if (IsRecent(place)) return;
    const size_t limit = count_ / 2;
    if (limit == 0) return;
    if (is_recent_.empty()) is_recent_.resize(count_);
    if (recent_.size() < limit) {
      recent_.push_back(static_cast<uint16_t>(place));
    } else {
      is_recent_[recent_[oldest_]] = false;
      recent_[oldest_] = static_cast<uint16_t>(place);
      oldest_ = (oldest_ + 1) % limit;
    }
    is_recent_[place] = true;
  }

  const uint16_t first_;
  const uint32_t count_;
  Rng rng_;
  std::vector<uint16_t> recent_;  // places in the range, a ring once it is full
  size_t oldest_ = 0;
  std::vector<bool> is_recent_;  // by place; empty before the first use
};

}  // namespace nut::tcp
