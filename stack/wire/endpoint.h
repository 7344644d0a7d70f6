// One end of a conversation: an address and a port. Port is a type of its own; 0 means "none" or "choose
// one".
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "stack/wire/ip_address.h"

namespace nut::wire {

class Port {
 public:
  constexpr Port() = default;
  constexpr explicit Port(uint16_t number) : number_(number) {}
  constexpr uint16_t number() const { return number_; }
  constexpr bool is_none() const { return number_ == 0; }
  friend constexpr auto operator<=>(const Port&, const Port&) = default;

 private:
  uint16_t number_ = 0;
};

struct Endpoint {
  IpAddress address;
  Port port;

  std::string ToText() const;  // "198.19.0.10:80", "*:80"
  friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

// The two ends of a connection, seen from this node.
struct EndpointPair {
  Endpoint local;
  Endpoint remote;

  friend constexpr auto operator<=>(const EndpointPair&, const EndpointPair&) = default;
};

}  // namespace nut::wire
