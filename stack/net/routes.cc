#include "stack/net/routes.h"

#include <algorithm>

namespace nut::net {
namespace {

bool SameNetwork(const wire::Ipv4Prefix& a, const wire::Ipv4Prefix& b) {
  return a.length() == b.length() && a.network() == b.network();
}

bool IsHost(wire::Ipv4Address address) {
  return !address.is_this_network() && !address.is_multicast() && !address.is_broadcast() &&
         !address.is_loopback();
}

}  // namespace

Result<void> Routes::Add(const Route& route) {
  if (route.gateway && !IsHost(*route.gateway)) return Fail(Error::kInvalidArgument);
  const auto same = std::find_if(routes_.begin(), routes_.end(), [&](const Route& other) {
    return SameNetwork(other.destination, route.destination);
  });
  if (same != routes_.end()) {
    *same = route;
    return {};
  }
  if (routes_.size() >= options_.maximum_routes) return Fail(Error::kNoBuffers);
  const auto behind = std::find_if(routes_.begin(), routes_.end(), [&](const Route& other) {
    return other.destination.length() < route.destination.length();
  });
  routes_.insert(behind, route);
  return {};
}

Result<void> Routes::Remove(const wire::Ipv4Prefix& destination) {
  const size_t removed =
      std::erase_if(routes_, [&](const Route& route) { return SameNetwork(route.destination, destination); });
  if (removed == 0) return Fail(Error::kNotFound);
  return {};
}

wire::Ipv4Address Routes::NextHop(wire::Ipv4Address destination) const {
  for (const Route& route : routes_) {
    if (route.destination.Contains(destination)) return route.gateway ? *route.gateway : destination;
  }
  return {};
}

}  // namespace nut::net
