// DatagramPort: where a UdpServer gets its requests from and sends its answers to. UdpPort is the real one;
// tests have their own in memory. Owned by the server.
#pragma once

#include "stack/base/bytes.h"
#include "stack/base/result.h"
#include "stack/base/time.h"
#include "stack/wire/endpoint.h"

namespace nut::pro {

struct IncomingDatagram {
  wire::Endpoint sender;
  size_t size = 0;  // bytes copied
};

class DatagramPort {
 public:
  virtual ~DatagramPort() = default;

  // Waits for a datagram. kStaleHandle or kInterrupted: no more will come.
  virtual Result<IncomingDatagram> ReceiveFrom(MutableByteView out) = 0;

  virtual Result<void> SendTo(ByteView data, const wire::Endpoint& remote) = 0;

  // Whoever waits in ReceiveFrom gets kStaleHandle.
  virtual void Close() = 0;
};

}  // namespace nut::pro
