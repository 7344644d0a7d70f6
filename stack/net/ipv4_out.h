// Ipv4Out: chooses the way of a packet, puts the IPv4 header in front, and passes it on: to the link, to a
// neighbour by ARP, or back to this node (RFC 791, RFC 1122 3.2.1, 3.3.1). Owned by Network. Never blocks.
#pragma once

#include "stack/base/statistics.h"
#include "stack/link/frame_pool.h"
#include "stack/net/arp_resolve.h"
#include "stack/net/ethernet_out.h"
#include "stack/net/fragmenter.h"
#include "stack/net/interface_address.h"
#include "stack/net/ip_identification.h"
#include "stack/net/ip_types.h"
#include "stack/net/loopback.h"
#include "stack/net/packet_filter.h"
#include "stack/net/path_mtu_cache.h"
#include "stack/net/redirects.h"
#include "stack/net/transport_table.h"

namespace nut::net {

struct Ipv4OutOptions {
  bool counted_identification =
      false;  // as the original; otherwise RFC 6864, and nothing to be learnt from it
};

class Ipv4Out {
 public:
  // What the packet's way consists of besides its own bytes.
  struct Hops {
    const InterfaceAddress& interface;
    const Redirects& routes;
    const PathMtuCache& path_mtus;
    PacketFilter& packet_filter;
    const TransportTable& transports;
    ArpResolve& resolve;
    EthernetOut& ethernet_out;
    Loopback& loopback;
  };

  Ipv4Out(const Hops& hops, link::FramePool& pool, Rng rng, Statistics& statistics, Drops& drops,
          const Ipv4OutOptions& options)
      : hops_(hops),
        pool_(pool),
        fragmenter_(pool, statistics, drops),
        identification_(rng, options.counted_identification),
        statistics_(statistics),
        drops_(drops) {}

  // As IpLayer::Route.
  Result<RouteChoice> Route(wire::Ipv4Address destination) const;

  // As IpLayer::Send. `loop_back_to_us`: the destination is a group that this node has joined (RFC 1112 6.1).
  Result<void> Send(link::FramePtr frame, const SendParameters& parameters, bool loop_back_to_us);

 private:
  enum class Kind : uint8_t { kNone, kLoopback, kBroadcast, kMulticast, kNeighbour };
  struct Way {
    Kind kind;
    Error error;  // of kNone: why not
    wire::Ipv4Address source;
    wire::Ipv4Address next_hop;  // of kNeighbour
    size_t mtu;                  // of the link
  };

  Way ChooseWay(wire::Ipv4Address destination) const;
  // The largest packet that may go there whole: no more than the link's, or than routers let pass.
  size_t PathLimit(const Way& way, wire::Ipv4Address destination) const;
  // Whether a packet on this way may carry the source that the transport asks for.
  bool MayBeSource(const Way& way, wire::Ipv4Address wanted) const;
  static wire::Ipv4Fields MakeFields(wire::Ipv4Address source, const SendParameters& parameters,
                                     size_t payload_size);
  // Whether the rules of the packet filter let it leave.
  FilterAction Judge(const link::Frame& frame, const wire::Ipv4Fields& fields);
  // Lets go of what may not. Of a rejection the sender hears.
  Result<void> RefuseFiltered(link::FramePtr frame, const wire::Ipv4Fields& fields, FilterAction action);
  static void PutHeader(link::Frame& frame, const wire::Ipv4Fields& fields);
  void LoopBackCopy(const link::Frame& frame, const wire::Ipv4Fields& fields);
  Result<void> SendFragments(link::FramePtr frame, const wire::Ipv4Fields& fields, const Way& way,
                             size_t mtu);
  Result<void> SendPacket(link::FramePtr packet, const Way& way, wire::Ipv4Address destination);
  Result<void> SendToUs(link::FramePtr packet);
  Result<void> Refuse(DropReason reason, Error error);

  const Hops hops_;
  link::FramePool& pool_;
  Fragmenter fragmenter_;
  IpIdentification identification_;
  Statistics& statistics_;
  Drops& drops_;
};

}  // namespace nut::net
