// Echo (RFC 862): whatever is sent comes back.
#pragma once

#include "stack/pro/server/datagram_service.h"
#include "stack/pro/server/stream_service.h"

namespace nut::pro {

// Each turn answers what has come. Until the client has finished sending; what came before is still answered
// (half close works).
class EchoStream final : public StreamService {
 public:
  Result<Next> Serve(ServerStream& stream) override;
};

class EchoDatagram final : public DatagramService {
 public:
  std::optional<ByteView> Answer(ByteView request) override { return request; }
};

}  // namespace nut::pro
