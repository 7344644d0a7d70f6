// An IP address of either family: what transports, sockets, the resolver and tools speak, so that IPv6 is an
// addition later. Today only kIpv4 is ever made by the network layer.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stack/wire/ipv4_address.h"

namespace nut::wire {

enum class IpFamily : uint8_t { kNone, kIpv4, kIpv6 };

class IpAddress {
 public:
  constexpr IpAddress() = default;  // "any address": family kNone
  constexpr IpAddress(
      Ipv4Address v4)  // NOLINT(google-explicit-constructor): every IPv4 address is an IP address
      : family_(IpFamily::kIpv4),
        bytes_{static_cast<uint8_t>(v4.number() >> 24), static_cast<uint8_t>(v4.number() >> 16),
               static_cast<uint8_t>(v4.number() >> 8), static_cast<uint8_t>(v4.number())} {}

  static std::optional<IpAddress> FromText(std::string_view text);
  std::string ToText() const;  // "*" for none

  constexpr IpFamily family() const { return family_; }
  constexpr bool is_ipv4() const { return family_ == IpFamily::kIpv4; }
  constexpr bool is_none() const { return family_ == IpFamily::kNone; }
  // Unspecified means "no particular address": none, or 0.0.0.0.
  constexpr bool is_unspecified() const { return is_none() || (is_ipv4() && v4().is_unspecified()); }
  // Meaningful only where is_ipv4(); 0.0.0.0 otherwise.
  constexpr Ipv4Address v4() const {
    return is_ipv4() ? Ipv4Address(bytes_[0], bytes_[1], bytes_[2], bytes_[3]) : Ipv4Address();
  }
  constexpr const std::array<uint8_t, 16>& bytes() const { return bytes_; }

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  IpFamily family_ = IpFamily::kNone;
  std::array<uint8_t, 16> bytes_{};
};

}  // namespace nut::wire
