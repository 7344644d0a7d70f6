// An Ethernet address (IEEE 802 MAC-48): six octets in the order of the wire.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stack/base/bytes.h"

namespace nut::wire {

class MacAddress {
 public:
  static constexpr size_t kSize = 6;

  constexpr MacAddress() = default;
  constexpr explicit MacAddress(const std::array<uint8_t, kSize>& octets) : octets_(octets) {}

  // The first six octets of `bytes`, which must hold them.
  static MacAddress Load(const uint8_t* bytes);
  void Store(uint8_t* bytes) const;

  // "02:00:5e:10:00:01"; nothing when malformed.
  static std::optional<MacAddress> FromText(std::string_view text);
  std::string ToText() const;

  static constexpr MacAddress Broadcast() { return MacAddress({0xff, 0xff, 0xff, 0xff, 0xff, 0xff}); }

  constexpr bool is_broadcast() const { return *this == Broadcast(); }
  constexpr bool is_group() const { return octets_[0] & 1; }  // multicast or broadcast
  constexpr bool is_zero() const { return *this == MacAddress(); }
  // What a station may call its own: neither a group nor all zeroes.
  constexpr bool is_station() const { return !is_group() && !is_zero(); }
  constexpr const std::array<uint8_t, kSize>& octets() const { return octets_; }

  friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;

 private:
  std::array<uint8_t, kSize> octets_{};
};

}  // namespace nut::wire
