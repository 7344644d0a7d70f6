// IpLayer: the network layer as transports see it, and Transport: a transport as the network layer sees it.
// The one seam between stack/net and stack/tcp: a test puts a double on either side.
#pragma once

#include <cstddef>

#include "stack/base/result.h"
#include "stack/link/frame.h"
#include "stack/net/ip_types.h"

namespace nut::net {

// Implemented by TCP, UDP, ICMP, IGMP. Called from the receive thread; must not block or switch threads.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual void OnPacket(ReceivedPacket&& packet) = 0;
  // Asked first about every frame from the device, whole and unchecked: takes those that continue a packet
  // which it was given and still holds, and which differ in nothing that the layers in between look at. They
  // spare them the work. False: goes the usual way.
  virtual bool OnContinuation(link::FramePtr&) { return false; }
  virtual void OnIcmpError(const IcmpErrorReport& report) = 0;
};

// Implemented by the node's IPv4 layer. Nothing here blocks: a frame whose next hop is not resolved yet waits
// in the neighbour's bounded queue.
class IpLayer {
 public:
  virtual ~IpLayer() = default;

  // kNetworkUnreachable without a route, kAddressNotAvailable when this node has no address for it.
  virtual Result<RouteChoice> Route(const wire::IpAddress& destination) const = 0;

  // Sends `frame`, whose data() is the whole transport packet with headroom in front. Fragments it where it
  // exceeds the MTU and `dont_fragment` allows. Errors: as Route, kMessageTooLong, kNoBuffers; the drop is
  // counted. Notes for the device count from the transport header: checksum.start is 0 and
  // segmentation.header_size the size of the transport header; each layer below adds what it puts in front.
  virtual Result<void> Send(link::FramePtr frame, const SendParameters& parameters) = 0;

  // A transport has reason to believe that no packet of more than `mtu` bytes reaches `destination`: an ICMP
  // error that passed its checks (RFC 5927 7.2), or what got lost and what did not (RFC 4821). Routes to
  // there say so for a while (PathMtuOptions), and what may be fragmented is, to fit. Packets with
  // `dont_fragment` are the transport's own business, and leave as large as the link allows.
  virtual void NotePathMtu(const wire::IpAddress& /*destination*/, size_t /*mtu*/) {}

  // True for an address that is this node's own unicast address.
  virtual bool IsLocal(const wire::IpAddress& address) const = 0;

  // True for limited, directed or multicast destinations.
  virtual bool IsBroadcastOrMulticast(const wire::IpAddress& address) const = 0;

  // What a received frame's fate was, for the statistics and the capture.
  virtual void Drop(const link::Frame& frame, DropReason reason) = 0;

  // A frame for a transport packet of `size` bytes with room for all headers; null at the pool's limit
  // (counted).
  virtual link::FramePtr Allocate(size_t size) = 0;

  // True where checksums may be left kPartial and TCP super-segments may be handed down; those are kPartial
  // always.
  virtual bool offloads_checksum() const = 0;
  virtual bool offloads_segmentation() const = 0;
  // True where handing a super-segment down costs as much time as all of its packets.
  virtual bool cuts_in_software() const { return false; }
  // True where frames may have a tail.
  virtual bool gathers() const { return false; }
};

}  // namespace nut::net
