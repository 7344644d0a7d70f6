// ArpOut: makes and sends the five kinds of ARP packets that a host sends (RFC 826, RFC 5227). Owned by
// Network. Never blocks; where the pool has no frame, the packet is not sent (counted), and whoever asks
// repeats itself anyway.
#pragma once

#include "stack/base/statistics.h"
#include "stack/link/frame_pool.h"
#include "stack/net/drops.h"
#include "stack/net/ethernet_out.h"
#include "stack/net/interface_address.h"
#include "stack/wire/arp.h"

namespace nut::net {

struct ArpOutOptions {
  bool broadcast_target = false;  // as the original: a request's target hardware address is ff:ff:ff:ff:ff:ff
};

class ArpOut {
 public:
  ArpOut(const InterfaceAddress& interface, link::FramePool& pool, EthernetOut& ethernet_out,
         Statistics& statistics, Drops& drops, const ArpOutOptions& options)
      : interface_(interface),
        pool_(pool),
        ethernet_out_(ethernet_out),
        statistics_(statistics),
        drops_(drops),
        unknown_(options.broadcast_target ? wire::MacAddress::Broadcast() : wire::MacAddress()) {}

  // "Who has `target`?", to everybody.
  void Request(wire::Ipv4Address target);
  // The same to the one that had it last (RFC 1122 2.3.2.1 (2)).
  void Poll(wire::Ipv4Address target, const wire::MacAddress& neighbour);
  // "I have it", to `neighbour` alone.
  void Reply(wire::Ipv4Address neighbour_address, const wire::MacAddress& neighbour);
  // "Does anybody have my address?": sender 0.0.0.0, so that no cache learns from it (RFC 5227 2.1.1).
  void Probe();
  // "It is mine": sender and target are the own address (RFC 5227 2.3).
  void Announce();

 private:
  void Send(const wire::ArpFields& fields, const wire::MacAddress& neighbour);

  const InterfaceAddress& interface_;
  link::FramePool& pool_;
  EthernetOut& ethernet_out_;
  Statistics& statistics_;
  Drops& drops_;
  // RFC 5227 2.1.1: the target hardware address of a request is not used and SHOULD be zero.
  const wire::MacAddress unknown_;
};

}  // namespace nut::net
