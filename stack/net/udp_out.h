// UdpOut: sends datagrams (RFC 768, RFC 1122 4.1). Owned by Network; called on any thread. Never blocks.
//
// A datagram that is in a frame already, a received one above all, leaves in that frame: nothing is copied
// and no frame is taken from the pool.
#pragma once

#include "stack/base/statistics.h"
#include "stack/net/ip_layer.h"
#include "stack/net/udp_table.h"

namespace nut::net {

class UdpOut {
 public:
  // The most that fits an IPv4 packet: 65535 - 20 - 8 bytes.
  static constexpr size_t kMaximumPayload = 65507;

  UdpOut(UdpTable& table, IpLayer& ip, Statistics& statistics)
      : table_(table), ip_(ip), statistics_(statistics) {}

  // Sends `payload` (0–65507 bytes) to `destination`, or, where that is Endpoint{}, to the remote end of a
  // connected endpoint. Errors: as IpLayer::Send; the pending ICMP error, once; kNotConnected without a
  // destination; kInvalidArgument for port 0; kMessageTooLong; kStaleHandle.
  Result<void> Send(UdpHandle handle, ByteView payload, const wire::Endpoint& destination = {});

  // Sends what the datagram's frame holds now back to where it came from, from the address to which it was
  // sent if that is this node's (RFC 1122 4.1.3.5). Errors: as Send.
  Result<void> Reply(UdpHandle handle, UdpDatagram&& datagram);

 private:
  // `frame` holds the payload, with room in front.
  Result<void> SendFrame(UdpHandle handle, link::FramePtr frame, const UdpSending& sending,
                         const wire::IpAddress& source);
  // RFC 1122 4.1.3.5: the address that the endpoint is bound to; one bound to a group or a broadcast only
  // listens there.
  Result<wire::IpAddress> ChooseSource(const UdpSending& sending) const;
  // What its sender forbids to fragment, and a router is known to refuse.
  bool IsTooLongForPath(const UdpSending& sending, size_t payload_size) const;

  UdpTable& table_;
  IpLayer& ip_;
  Statistics& statistics_;
};

}  // namespace nut::net
