// Routes: where packets go that are not for this node. Longest prefix first (RFC 1122 3.3.1, RFC 1812
// 5.2.4.3); the default route is the prefix of length 0. Owned by Network; changed by configuration, read on
// every send.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stack/base/result.h"
#include "stack/wire/ipv4_address.h"

namespace nut::net {

struct Route {
  wire::Ipv4Prefix destination;
  std::optional<wire::Ipv4Address> gateway;  // none: neighbours on the link

  friend bool operator==(const Route&, const Route&) = default;
};

struct RouteOptions {
  size_t maximum_routes = 256;
};

class Routes {
 public:
  explicit Routes(RouteOptions options = {}) : options_(options) {}

  // Replaces the route to the same prefix. kNoBuffers at the limit; kInvalidArgument when the gateway is no
  // host's address.
  Result<void> Add(const Route& route);
  // kNotFound.
  Result<void> Remove(const wire::Ipv4Prefix& destination);
  void Clear() { routes_.clear(); }

  // The neighbour that takes packets to `destination`: itself, or a gateway. Unspecified without a route.
  wire::Ipv4Address NextHop(wire::Ipv4Address destination) const;

  // By falling prefix length.
  std::span<const Route> all() const { return routes_; }

 private:
  const RouteOptions options_;
  std::vector<Route> routes_;
};

}  // namespace nut::net
