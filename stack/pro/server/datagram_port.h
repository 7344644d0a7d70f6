// DatagramPort: where a UdpServer gets its requests from and sends its answers to. UdpPort is the real one;
// tests have their own in memory. Owned by the server.
#pragma once

#include "stack/base/bytes.h"
#include "stack/base/result.h"
#include "stack/net/udp_endpoint.h"
#include "stack/wire/endpoint.h"

namespace nut::pro {

class DatagramPort {
 public:
  virtual ~DatagramPort() = default;

  // Waits for a datagram. kStaleHandle or kInterrupted: no more will come.
  virtual Result<net::UdpDatagram> Receive() = 0;

  virtual Result<void> SendTo(ByteView data, const wire::Endpoint& remote) = 0;

  // Sends what the datagram's frame holds now back to its sender, in that frame.
  virtual Result<void> Reply(net::UdpDatagram&& datagram) = 0;

  // Whoever waits in Receive gets kStaleHandle.
  virtual void Close() = 0;
};

}  // namespace nut::pro
