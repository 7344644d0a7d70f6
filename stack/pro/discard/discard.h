// Discard (RFC 863): whatever is sent is read and thrown away.
#pragma once

#include "stack/pro/server/datagram_service.h"
#include "stack/pro/server/stream_service.h"

namespace nut::pro {

class DiscardStream final : public StreamService {
 public:
  Result<Next> Serve(ServerStream& stream) override;
};

class DiscardDatagram final : public DatagramService {
 public:
  std::optional<ByteView> Answer(ByteView) override { return std::nullopt; }
};

}  // namespace nut::pro
