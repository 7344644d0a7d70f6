// IcmpIn: answers echo requests, passes errors on to the transport whose packet they are about, and redirects
// to whoever knows the routes (RFC 792, RFC 1122 3.2.2). Owned by Network; called by the receive thread.
#pragma once

#include "stack/base/statistics.h"
#include "stack/net/drops.h"
#include "stack/net/ip_layer.h"
#include "stack/net/redirects.h"
#include "stack/net/transport_table.h"
#include "stack/wire/icmp.h"

namespace nut::net {

class IcmpIn final : public Transport {
 public:
  IcmpIn(IpLayer& ip, const TransportTable& transports, Redirects& redirects, Statistics& statistics,
         Drops& drops)
      : ip_(ip), transports_(transports), redirects_(redirects), statistics_(statistics), drops_(drops) {}

  void OnPacket(ReceivedPacket&& packet) override;
  // Errors about our echo replies concern nobody.
  void OnIcmpError(const IcmpErrorReport&) override {}

 private:
  void OnEchoRequest(ReceivedPacket packet);
  void OnError(const ReceivedPacket& packet, const wire::IcmpView& icmp);
  void OnRedirect(const ReceivedPacket& packet, const wire::IcmpView& icmp);
  // The packet that an error is about; an error about one that this node cannot have sent is forged or stray.
  wire::Parsed<wire::Ipv4View> OwnPacketIn(const ReceivedPacket& packet, const wire::IcmpView& icmp) const;

  IpLayer& ip_;
  const TransportTable& transports_;
  Redirects& redirects_;
  Statistics& statistics_;
  Drops& drops_;
};

}  // namespace nut::net
