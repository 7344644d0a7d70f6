// From Packet to the octets of a frame. Every field that a script gives is written as given, sensible or not;
// the others get the value that makes the packet right. Pure.
#pragma once

#include "tools/packets/flow.h"
#include "tools/packets/packet.h"

namespace nut::packets {

// Both ends of a packet's way, as far as it does not say them itself.
struct Route {
  wire::MacAddress source_mac, destination_mac;
  wire::Ipv4Address source, destination;
  uint16_t source_port = 0, destination_port = 0;
  Bases bases;
  uint16_t ip_id = 0;

  // The way back, for what an ICMP error quotes.
  Route Reversed() const;
};

Bytes WriteFrame(const Packet& packet, const Route& route);

// The same without the Ethernet header; not cut into fragments.
Bytes WriteIp(const Packet& packet, const Route& route);

// What a packet of this flow has as its text: spelled out, or the pattern.
Bytes PayloadOf(const Packet& packet);

}  // namespace nut::packets
