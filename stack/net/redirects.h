// Redirects: what gateways say about better gateways for single destinations (RFC 792; RFC 1122 3.2.2.2), on
// top of the routes that somebody configured. Believed only from the gateway that packets to the destination
// go to now, and only for another one on the link; forgotten after a while, when the other one is down, and
// with the routes. Owned by Network; used on any thread of the node. Never blocks.
#pragma once

#include <map>
#include <vector>

#include "stack/base/time.h"
#include "stack/net/arp_resolve.h"
#include "stack/net/interface_address.h"
#include "stack/net/routes.h"

namespace nut::net {

struct RedirectOptions {
  // RFC 1122 3.2.2.2: "A host receiving a Redirect message MUST update its routing information accordingly."
  // Who trusts nobody on the link says no.
  bool accept = true;
  size_t maximum_destinations = 64;  // at once; further ones keep their first gateway
  Duration lifetime = 10min;
};

class Redirects final : public NeighbourWatcher {
 public:
  Redirects(const InterfaceAddress& interface, const Routes& routes, RedirectOptions options = {})
      : interface_(interface), routes_(routes), options_(options) {}

  bool accepts() const { return options_.accept; }
  // `teller` says that packets to `destination` had better go to `gateway`. False: not believed, or no room.
  bool Learn(wire::Ipv4Address teller, wire::Ipv4Address destination, wire::Ipv4Address gateway, Instant now);

  // As Routes::NextHop, with what was learned.
  wire::Ipv4Address NextHop(wire::Ipv4Address destination) const {
    return better_.empty() ? routes_.NextHop(destination) : BetterHop(destination);
  }

  // RFC 1122 3.3.1.4: nobody answers there.
  void OnNeighbourDown(wire::Ipv4Address neighbour) override;
  void OnTimer(Instant now);
  Instant poll_at() const;
  void Clear() { better_.clear(); }

  // As routes to single hosts.
  std::vector<Route> Snapshot() const;

 private:
  struct Better {
    wire::Ipv4Address gateway;
    Instant expires{};
  };

  wire::Ipv4Address BetterHop(wire::Ipv4Address destination) const;

  const InterfaceAddress& interface_;
  const Routes& routes_;
  const RedirectOptions options_;
  std::map<wire::Ipv4Address, Better> better_;  // by destination
};

}  // namespace nut::net
