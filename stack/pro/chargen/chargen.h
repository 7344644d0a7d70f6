// Chargen (RFC 864): an endless pattern of the 95 printing characters of ASCII, 72 in a line, each line
// shifted by one.
#pragma once

#include <array>
#include <cstddef>

#include "stack/base/rng.h"
#include "stack/link/chunk.h"
#include "stack/pro/server/datagram_service.h"
#include "stack/pro/server/stream_service.h"

namespace nut::pro {

// The pattern repeats after 95 lines of 72 characters and CR LF.
inline constexpr size_t kChargenPeriod = 95 * 74;

// The whole period, once.
const std::array<uint8_t, kChargenPeriod>& ChargenPattern();

// Sends for as long as the client takes it; what the client sends is not read.
// Nothing is copied on the way: all connections are sent the same bytes.
class ChargenStream final : public StreamService {
 public:
  ChargenStream();
  Result<Next> Serve(ServerStream& stream) override;

 private:
  const link::ChunkRef pattern_;  // as many periods as a super-segment carries
};

// "A random number (between 0 and 512) of characters."
class ChargenDatagram final : public DatagramService {
 public:
  explicit ChargenDatagram(Rng rng) : rng_(rng) {}
  std::optional<ByteView> Answer(ByteView request) override;

 private:
  Rng rng_;
};

}  // namespace nut::pro
