// UdpOut: sends datagrams (RFC 768, RFC 1122 4.1). Owned by Network; called on any thread. Never blocks.
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

 private:
  UdpTable& table_;
  IpLayer& ip_;
  Statistics& statistics_;
};

}  // namespace nut::net
