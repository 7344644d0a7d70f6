// EthernetOut: the last hop on the way out: puts the Ethernet header in front and hands the frame to the
// device. Owned by Network. Never blocks.
#pragma once

#include "stack/base/statistics.h"
#include "stack/link/device.h"
#include "stack/net/interface_address.h"
#include "stack/wire/ethernet.h"

namespace nut::net {

class EthernetOut {
 public:
  EthernetOut(link::Device& device, const InterfaceAddress& interface, Statistics& statistics)
      : device_(device), interface_(interface), statistics_(statistics) {}

  // `frame` begins at its network header. Notes for the device (checksum, segmentation) count from there as
  // well and are moved on by the header.
  void Send(link::FramePtr frame, const wire::MacAddress& destination, wire::EtherType type);

 private:
  link::Device& device_;
  const InterfaceAddress& interface_;
  Statistics& statistics_;
};

// Where IPv4 multicast goes on Ethernet: 01-00-5E and the low 23 bits of the group (RFC 1112 6.4).
wire::MacAddress MulticastMac(wire::Ipv4Address group);

}  // namespace nut::net
