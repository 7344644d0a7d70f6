// Discard (RFC 863): whatever is sent is read and thrown away.
#pragma once

#include <array>
#include <cstdint>

#include "stack/pro/server/datagram_service.h"
#include "stack/pro/server/stream_service.h"

namespace nut::pro {

class DiscardStream final : public StreamService {
 public:
  Result<Next> Serve(ServerStream& stream) override;
};

// The same through Read, so each byte is copied into a buffer as for a reader who wants it: shows beside
// DiscardStream what the copy costs. For measurements.
class CopyingDiscardStream final : public StreamService {
 public:
  Result<Next> Serve(ServerStream& stream) override;

 private:
  std::array<uint8_t, 64 * 1024> scrap_;  // of all connections: nobody looks at what is in it
};

class DiscardDatagram final : public DatagramService {
 public:
  std::optional<ByteView> Answer(ByteView) override { return std::nullopt; }
};

}  // namespace nut::pro
