// ArpResolve: gets an IP packet to a neighbour. Knows its MAC, or asks for it and lets the packet wait in the
// cache's bounded queue: nobody ever blocks here, and one absent host holds up nobody else. Owned by Network.
#pragma once

#include "stack/base/clock.h"
#include "stack/base/log.h"
#include "stack/base/result.h"
#include "stack/net/arp_cache.h"
#include "stack/net/arp_out.h"
#include "stack/net/ethernet_out.h"
#include "stack/net/transport_table.h"

namespace nut::net {

struct ArpResolveOptions {
  Duration request_interval = 1s;  // RFC 1122 2.3.2.1: at most one request per second and address
  unsigned maximum_requests = 3;   // then the neighbour counts as down
  Duration reachable_time = 60s;   // RFC 1122 2.3.2.1: "on the order of a minute"
};

// Told that a neighbour does not answer; must not call back.
class NeighbourWatcher {
 public:
  virtual ~NeighbourWatcher() = default;
  virtual void OnNeighbourDown(wire::Ipv4Address neighbour) = 0;
};

class ArpResolve {
 public:
  ArpResolve(const Clock& clock, ArpCache& cache, ArpOut& arp_out, EthernetOut& ethernet_out,
             const TransportTable& transports, NeighbourWatcher& watcher, Drops& drops, Log& log,
             ArpResolveOptions options = {})
      : clock_(clock),
        cache_(cache),
        arp_out_(arp_out),
        ethernet_out_(ethernet_out),
        transports_(transports),
        watcher_(watcher),
        drops_(drops),
        log_(log),
        options_(options) {}

  // `packet` begins at its IP header. kNoBuffers when it would have to wait and there is no room; then it is
  // dropped and counted.
  Result<void> Send(link::FramePtr packet, wire::Ipv4Address neighbour);

  // `neighbour` said that it has `mac`. RFC 826: an entry that exists is updated; a new one is made only
  // where `create` says that the packet was for us.
  void Learn(wire::Ipv4Address neighbour, const wire::MacAddress& mac, bool create, Instant now);

  // Asks again, ages, and gives up: frames that waited are dropped as kArpUnresolved, and their senders told
  // (kHostDown, soft). Harmless before poll_at().
  void OnTimer(Instant now);
  // Not later than the next deadline; kNever when there is none.
  Instant poll_at() const { return poll_at_; }

  // Forgets all neighbours: the own address has changed.
  void Flush();

 private:
  void SetDeadline(ArpEntry& entry, Instant deadline);
  // False: the entry is gone.
  bool OnDeadline(ArpEntry& entry, Instant now);
  void GiveUp(ArpEntry& entry);

  const Clock& clock_;  // looked at only where a packet has to wait: a look costs as much as the rest
  ArpCache& cache_;
  ArpOut& arp_out_;
  EthernetOut& ethernet_out_;
  const TransportTable& transports_;
  NeighbourWatcher& watcher_;
  Drops& drops_;
  Log& log_;
  const ArpResolveOptions options_;
  Instant poll_at_ = kNever;
};

}  // namespace nut::net
