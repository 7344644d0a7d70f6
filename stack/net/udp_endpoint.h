// What a UDP socket is to the network layer: the handle that names it, the values that pass through it, and
// its numbers. Values only; UdpTable owns the endpoints themselves.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>

#include "stack/base/error.h"
#include "stack/base/handle.h"
#include "stack/link/frame.h"
#include "stack/wire/endpoint.h"

namespace nut::net {

struct UdpTag {};
using UdpHandle = Handle<UdpTag>;

// A received datagram: frame->data() is the payload, possibly empty.
struct UdpDatagram {
  link::FramePtr frame;
  wire::Endpoint source;
  wire::IpAddress destination;  // which of our addresses, groups or broadcasts it was sent to
  uint8_t ttl = 0;
  uint8_t tos = 0;
};

// An ICMP error about a datagram that the endpoint sent.
struct UdpError {
  Error error{};
  wire::Endpoint remote;  // where the datagram was going
};

// Chosen per endpoint, changeable at any time.
struct UdpEndpointOptions {
  size_t maximum_packets = 512;       // receive queue
  size_t maximum_bytes = 256 * 1024;  // of payload in the receive queue
  uint8_t ttl = 64;
  uint8_t multicast_ttl = 1;  // RFC 1112 6.1
  uint8_t tos = 0;
  bool loop_multicast = true;  // RFC 1112 6.1
  bool dont_fragment = false;
};

// What a datagram of an endpoint is sent with.
struct UdpSending {
  wire::Endpoint local;  // as bound
  wire::Endpoint remote;
  uint8_t ttl = 0;
  uint8_t tos = 0;
  bool loop_multicast = false;
  bool dont_fragment = false;
};

struct UdpInfo {
  UdpHandle handle;
  wire::Endpoint local;
  wire::Endpoint remote;  // port 0: not connected
  size_t queued_packets = 0;
  size_t queued_bytes = 0;
  uint64_t drops = 0;  // datagrams for which the queue had no room
};

// Told when an endpoint has become readable, has an error, or is gone; for those who wait for several at
// once. Watches one endpoint at a time (UdpTable::Watch); any number may watch the same. unlink() or
// destruction ends it. Must not switch threads.
class UdpObserver
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~UdpObserver() = default;
  virtual void OnUdpEvent(UdpHandle handle) = 0;
};

}  // namespace nut::net
