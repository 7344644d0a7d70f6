// Endpoint: an address and a port. IPv4 addresses are the mapped ones (RFC 4291 2.5.5.2). A value.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nut::tracecheck {

struct Address {
  std::array<uint8_t, 16> bytes{};

  static Address FromIpv4(const uint8_t* four);
  // "198.19.0.1" or "2001:db8::1".
  static std::optional<Address> Parse(std::string_view text);

  bool is_ipv4() const;
  // Not of a single host: RFC 1122 3.2.1.3. Broadcasts of a subnet cannot be told from outside.
  bool is_multicast_or_broadcast() const;
  std::string ToText() const;

  auto operator<=>(const Address&) const = default;
};

struct Endpoint {
  Address address;
  uint16_t port = 0;

  std::string ToText() const;

  auto operator<=>(const Endpoint&) const = default;
};

}  // namespace nut::tracecheck
