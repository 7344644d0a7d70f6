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

// Inside are four words of an IPv6 address, in host order; an IPv4 address is the one that RFC 4291 2.5.5.2
// maps it to, and none is "::". So the family needs no field, and an address is copied and compared as a
// whole.
class IpAddress {
 public:
  constexpr IpAddress() = default;  // "any address": family kNone
  constexpr IpAddress(
      Ipv4Address v4)  // NOLINT(google-explicit-constructor): every IPv4 address is an IP address
      : words_{0, 0, kMapped, v4.number()} {}

  static std::optional<IpAddress> FromText(std::string_view text);
  std::string ToText() const;  // "*" for none

  constexpr IpFamily family() const {
    return is_ipv4() ? IpFamily::kIpv4 : is_none() ? IpFamily::kNone : IpFamily::kIpv6;
  }
  constexpr bool is_ipv4() const { return (words_[0] | words_[1] | (words_[2] ^ kMapped)) == 0; }
  constexpr bool is_none() const { return (words_[0] | words_[1] | words_[2] | words_[3]) == 0; }
  // Unspecified means "no particular address": none, or 0.0.0.0.
  constexpr bool is_unspecified() const {
    return (words_[0] | words_[1] | words_[3]) == 0 && (words_[2] == 0 || words_[2] == kMapped);
  }
  // Meaningful only where is_ipv4(); 0.0.0.0 otherwise.
  constexpr Ipv4Address v4() const { return is_ipv4() ? Ipv4Address(words_[3]) : Ipv4Address(); }
  // Of the IPv6 address, the first in the highest bits.
  constexpr const std::array<uint32_t, 4>& words() const { return words_; }

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;
  // Without the call that comparing an array is.
  friend constexpr bool operator==(const IpAddress& a, const IpAddress& b) {
    return ((a.words_[0] ^ b.words_[0]) | (a.words_[1] ^ b.words_[1]) | (a.words_[2] ^ b.words_[2]) |
            (a.words_[3] ^ b.words_[3])) == 0;
  }

 private:
  static constexpr uint32_t kMapped = 0xffff;

  std::array<uint32_t, 4> words_{};
};

}  // namespace nut::wire
