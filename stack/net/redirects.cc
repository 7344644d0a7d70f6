#include "stack/net/redirects.h"

#include <algorithm>

namespace nut::net {

using wire::Ipv4Address;

bool Redirects::Learn(Ipv4Address teller, Ipv4Address destination, Ipv4Address gateway, Instant now) {
  if (!options_.accept || !interface_.usable()) return false;
  // RFC 1122 3.2.2.2: "A Redirect message SHOULD be silently discarded if the new gateway address it
  // specifies is not on the same connected (sub-) net through which the Redirect arrived",
  if (!interface_.prefix().Contains(gateway) || !interface_.IsOnLink(gateway)) return false;
  if (interface_.IsOwn(gateway) || gateway == teller) return false;
  // "or if the source of the Redirect is not the current first-hop gateway for the specified destination". A
  // neighbour has none.
  if (teller == destination || NextHop(destination) != teller) return false;
  const auto found = better_.find(destination);
  if (found == better_.end() && better_.size() >= options_.maximum_destinations) return false;
  better_[destination] = {gateway, now + options_.lifetime};
  return true;
}

Ipv4Address Redirects::BetterHop(Ipv4Address destination) const {
  const auto found = better_.find(destination);
  return found != better_.end() ? found->second.gateway : routes_.NextHop(destination);
}

void Redirects::OnNeighbourDown(Ipv4Address neighbour) {
  std::erase_if(better_, [&](const auto& entry) { return entry.second.gateway == neighbour; });
}

void Redirects::OnTimer(Instant now) {
  std::erase_if(better_, [&](const auto& entry) { return entry.second.expires <= now; });
}

Instant Redirects::poll_at() const {
  Instant next = kNever;
  for (const auto& [destination, better] : better_) next = std::min(next, better.expires);
  return next;
}

std::vector<Route> Redirects::Snapshot() const {
  std::vector<Route> routes;
  for (const auto& [destination, better] : better_) {
    routes.push_back({wire::Ipv4Prefix(destination, 32), better.gateway});
  }
  return routes;
}

}  // namespace nut::net
