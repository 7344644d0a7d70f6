// UdpIn: checks a datagram and hands it to whoever listens at its port (RFC 768, RFC 1122 4.1). Owned by
// Network; called by the receive thread.
#pragma once

#include "stack/base/statistics.h"
#include "stack/link/frame_pool.h"
#include "stack/net/drops.h"
#include "stack/net/icmp_out.h"
#include "stack/net/ip_layer.h"
#include "stack/net/udp_table.h"

namespace nut::net {

class UdpIn final : public Transport {
 public:
  UdpIn(UdpTable& table, IpLayer& ip, link::FramePool& pool, IcmpOut& icmp_out, Statistics& statistics,
        Drops& drops)
      : table_(table), ip_(ip), pool_(pool), icmp_out_(icmp_out), statistics_(statistics), drops_(drops) {}

  void OnPacket(ReceivedPacket&& packet) override;
  void OnIcmpError(const IcmpErrorReport& report) override;

 private:
  void DeliverToOne(ReceivedPacket& packet, const wire::EndpointPair& ends);
  void DeliverToAll(ReceivedPacket& packet, const wire::EndpointPair& ends);
  void Deliver(UdpHandle handle, link::FramePtr payload, const ReceivedPacket& packet,
               const wire::EndpointPair& ends);

  UdpTable& table_;
  IpLayer& ip_;
  link::FramePool& pool_;
  IcmpOut& icmp_out_;
  Statistics& statistics_;
  Drops& drops_;
};

}  // namespace nut::net
