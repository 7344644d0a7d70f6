// LocalEnds: where the kernel client connects from: addresses and ports in turn, so many that a storm does
// not come back to one before its TIME-WAIT is over; and a few that are used again at once. A value of the
// client.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "stack/wire/endpoint.h"

namespace nut::storm {

class LocalEnds {
 public:
  static constexpr uint16_t kFirstReused = 10'000;
  static constexpr uint16_t kFirst = 12'000;
  static constexpr uint32_t kCount = 65'536 - kFirst;  // of each address

  // `reused`: how many of those that are used again at once, below kFirst - kFirstReused for each address.
  LocalEnds(std::vector<wire::Ipv4Address> addresses, size_t reused) : addresses_(std::move(addresses)) {
    for (size_t i = reused; i-- > 0;) free_.push_back(At(i, kFirstReused));
  }

  wire::Endpoint Next() { return At(next_++ % (addresses_.size() * kCount), kFirst); }

  // The one that was given back last; nothing when all are in use.
  std::optional<wire::Endpoint> TakeUsed() {
    if (free_.empty()) return std::nullopt;
    const wire::Endpoint end = free_.back();
    free_.pop_back();
    return end;
  }
  void GiveBack(const wire::Endpoint& end) { free_.push_back(end); }

 private:
  wire::Endpoint At(uint64_t number, uint16_t first) const {
    return {addresses_[number % addresses_.size()],
            wire::Port(static_cast<uint16_t>(first + number / addresses_.size()))};
  }

  const std::vector<wire::Ipv4Address> addresses_;
  uint64_t next_ = 0;
  std::vector<wire::Endpoint> free_;
};

}  // namespace nut::storm
