// What passes between the network layer and the transports above it: packets in, packets out, errors reported
// by routers and peers. Values only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "stack/base/error.h"
#include "stack/link/frame.h"
#include "stack/wire/endpoint.h"
#include "stack/wire/ip_address.h"
#include "stack/wire/ipv4.h"

namespace nut::net {

// A packet for this node. `frame->data()` begins at the transport header and ends with the IP payload
// (padding is cut); `frame->FromNetworkHeader()` begins at the IP header, for ICMP errors that quote it.
struct ReceivedPacket {
  link::FramePtr frame;
  wire::IpAddress source;
  wire::IpAddress destination;
  uint8_t protocol = 0;
  uint8_t ttl = 0;
  uint8_t tos = 0;  // DSCP and ECN bits; of a packet that came in fragments, what theirs amount to
  bool unicast =
      false;  // to exactly this node: neither the IP nor the link destination is a group or broadcast
  bool has_link_header = false;  // the Ethernet header is in front of the IP header still: as it came
  Instant arrival{};             // when the receive thread took it up: the "now" of whoever handles it

  wire::Ecn ecn() const { return wire::EcnOf(tos); }
};

// How a packet shall leave. An unspecified source is chosen by the route.
struct SendParameters {
  wire::IpAddress source;
  wire::IpAddress destination;
  wire::IpProtocol protocol = wire::IpProtocol::kUdp;
  uint8_t ttl = 64;
  uint8_t tos = 0;  // DSCP and ECN bits, of each packet as it is said here: wire::WithEcn sets a codepoint
  bool dont_fragment = false;
  bool router_alert = false;
  bool loop_multicast = true;  // to a group that this node has joined: deliver it here as well (RFC 1112 6.1)
};

// Where packets to a destination go.
struct RouteChoice {
  wire::IpAddress source;  // this node's address on that way
  size_t mtu = 0;          // largest IP packet in bytes that the link takes
  bool loopback = false;   // the destination is this node
  // Less than `mtu`: the largest IP packet that is known to get there (IpLayer::NotePathMtu). For the size of
  // what is sent; the MSS option says `mtu` all the same (RFC 1191 3.1).
  std::optional<size_t> path_mtu;

  size_t largest_packet() const { return path_mtu.value_or(mtu); }
};

// An ICMP error about a packet that this node sent (RFC 792, 1122 3.2.2). The transport finds whom it
// concerns.
struct IcmpErrorReport {
  wire::IpAddress reporter;
  wire::IpAddress local;   // source of the quoted packet
  wire::IpAddress remote;  // its destination
  uint8_t type = 0;
  uint8_t code = 0;
  Error error{};  // what it means to an application
  bool hard =
      false;  // RFC 1122 4.2.3.9 calls it hard (protocol or port unreachable, DF set and MTU too small)
  uint16_t next_hop_mtu = 0;  // of "fragmentation needed"; 0: not told
  ByteView transport_header;  // first bytes of the quoted transport header, at least 8; valid during the call
};

}  // namespace nut::net
