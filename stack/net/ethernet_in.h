// EthernetIn: the first hop on the way in: is the frame for us, and whose is its payload? Owned by Network;
// called by the receive thread. Never blocks.
#pragma once

#include "stack/base/statistics.h"
#include "stack/net/arp_in.h"
#include "stack/net/drops.h"
#include "stack/net/interface_address.h"
#include "stack/net/ipv4_in.h"

namespace nut::net {

class EthernetIn {
 public:
  EthernetIn(const InterfaceAddress& interface, ArpIn& arp_in, Ipv4In& ipv4_in, Statistics& statistics,
             Drops& drops)
      : interface_(interface), arp_in_(arp_in), ipv4_in_(ipv4_in), statistics_(statistics), drops_(drops) {}

  // `frame` is a whole Ethernet frame, as the device gave it.
  void Receive(link::FramePtr frame, Instant now);

 private:
  const InterfaceAddress& interface_;
  ArpIn& arp_in_;
  Ipv4In& ipv4_in_;
  Statistics& statistics_;
  Drops& drops_;
};

}  // namespace nut::net
