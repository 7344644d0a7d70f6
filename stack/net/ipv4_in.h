// Ipv4In: checks a packet's header, decides whether it is for this node, has fragments put together, and
// hands the payload to its transport (RFC 791, RFC 1122 3.2.1). Owned by Network; called by the receive
// thread.
#pragma once

#include <functional>

#include "stack/base/statistics.h"
#include "stack/net/drops.h"
#include "stack/net/icmp_out.h"
#include "stack/net/igmp.h"
#include "stack/net/interface_address.h"
#include "stack/net/packet_filter.h"
#include "stack/net/reassembly.h"
#include "stack/net/transport_table.h"
#include "stack/wire/ipv4.h"

namespace nut::net {

// Says whether packets from `source` may come in.
using Ipv4InputFilter = std::function<bool(wire::Ipv4Address source)>;

class Ipv4In {
 public:
  Ipv4In(const InterfaceAddress& interface, const Igmp& igmp, PacketFilter& packet_filter,
         Reassembly& reassembly, IcmpOut& icmp_out, const TransportTable& transports, Statistics& statistics,
         Drops& drops)
      : interface_(interface),
        igmp_(igmp),
        packet_filter_(packet_filter),
        reassembly_(reassembly),
        icmp_out_(icmp_out),
        transports_(transports),
        statistics_(statistics),
        drops_(drops) {}

  // `frame` begins at the IP header; its link_scope is set.
  void Receive(link::FramePtr frame, Instant now) { Receive(std::move(frame), Origin::kWire, now); }
  // The same for a packet that this node sent to itself.
  void ReceiveLooped(link::FramePtr frame, Instant now) { Receive(std::move(frame), Origin::kLoopback, now); }

  // Replaces the filter, which is asked first about every packet, fragments included; an empty one lets
  // everything in.
  void SetFilter(Ipv4InputFilter filter) { filter_ = std::move(filter); }

 private:
  enum class Origin : uint8_t { kWire, kLoopback };
  enum class Scope : uint8_t { kUnicast, kGroup, kUnconfigured };

  void Receive(link::FramePtr frame, Origin origin, Instant now);
  DropReason CheckSource(const wire::Ipv4View& ip) const;
  // How the packet is for us, or why it is not.
  wire::Parsed<Scope> CheckDestination(const wire::Ipv4View& ip, link::LinkScope link, Origin origin) const;
  // What the rules of the packet filter say about a packet from the wire; one that may not pass is dropped.
  bool Passes(const link::Frame& frame, const wire::Ipv4View& ip, Scope scope, Instant now);
  bool PassesAsFragment(const link::Frame& frame, const wire::Ipv4View& ip);
  // `as_it_came`: not looped, not put together.
  void Deliver(link::FramePtr frame, const wire::Ipv4View& ip, Scope scope, bool as_it_came, Instant now);

  const InterfaceAddress& interface_;
  const Igmp& igmp_;
  PacketFilter& packet_filter_;
  Reassembly& reassembly_;
  IcmpOut& icmp_out_;
  const TransportTable& transports_;
  Statistics& statistics_;
  Drops& drops_;
  Ipv4InputFilter filter_;
};

}  // namespace nut::net
