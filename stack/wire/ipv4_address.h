// An IPv4 address and a network prefix, as values. Inside is a number in host order; stores and loads are the
// only places that know the wire's order.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stack/base/bytes.h"

namespace nut::wire {

class Ipv4Address {
 public:
  static constexpr size_t kSize = 4;

  constexpr Ipv4Address() = default;
  constexpr explicit Ipv4Address(uint32_t number) : number_(number) {}
  constexpr Ipv4Address(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
      : number_(uint32_t{a} << 24 | uint32_t{b} << 16 | uint32_t{c} << 8 | d) {}

  static Ipv4Address Load(const uint8_t* bytes) { return Ipv4Address(LoadBe32(bytes)); }
  void Store(uint8_t* bytes) const { StoreBe32(bytes, number_); }

  // Dotted quad, each part decimal without leading zeroes; nothing when malformed.
  static std::optional<Ipv4Address> FromText(std::string_view text);
  std::string ToText() const;

  static constexpr Ipv4Address Broadcast() { return Ipv4Address(0xffffffff); }

  constexpr uint32_t number() const { return number_; }
  constexpr bool is_unspecified() const { return number_ == 0; }
  constexpr bool is_broadcast() const { return number_ == 0xffffffff; }
  constexpr bool is_multicast() const { return number_ >> 28 == 0xe; }
  constexpr bool is_loopback() const { return number_ >> 24 == 127; }
  constexpr bool is_this_network() const { return number_ >> 24 == 0; }  // 0/8, RFC 1122 3.2.1.3
  constexpr bool is_reserved() const { return number_ >> 28 == 0xf && !is_broadcast(); }  // 240/4
  constexpr bool is_link_local() const { return number_ >> 16 == 0xa9fe; }                // 169.254/16

  friend constexpr auto operator<=>(const Ipv4Address&, const Ipv4Address&) = default;

 private:
  uint32_t number_ = 0;
};

// A network: an address and the number of its leading bits that count (0–32).
class Ipv4Prefix {
 public:
  constexpr Ipv4Prefix() = default;
  // `length` above 32 counts as 32. Bits of `address` past the length are kept: "198.19.0.10/24" is an
  // interface.
  constexpr Ipv4Prefix(Ipv4Address address, unsigned length)
      : address_(address), length_(length > 32 ? 32 : length) {}

  // "198.19.0.10/24"; nothing when malformed or without a length.
  static std::optional<Ipv4Prefix> FromText(std::string_view text);
  std::string ToText() const;

  constexpr Ipv4Address address() const { return address_; }
  constexpr unsigned length() const { return length_; }
  constexpr uint32_t mask() const { return length_ == 0 ? 0 : ~uint32_t{0} << (32 - length_); }
  constexpr Ipv4Address network() const { return Ipv4Address(address_.number() & mask()); }
  // The directed broadcast. /31 and /32 have none (RFC 3021): has_broadcast tells.
  constexpr bool has_broadcast() const { return length_ < 31; }
  constexpr Ipv4Address broadcast() const { return Ipv4Address(address_.number() | ~mask()); }
  constexpr bool Contains(Ipv4Address other) const {
    return ((address_.number() ^ other.number()) & mask()) == 0;
  }

  friend constexpr auto operator<=>(const Ipv4Prefix&, const Ipv4Prefix&) = default;

 private:
  Ipv4Address address_;
  unsigned length_ = 0;
};

}  // namespace nut::wire
