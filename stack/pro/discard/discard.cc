#include "stack/pro/discard/discard.h"

#include <array>

namespace nut::pro {

Result<Next> DiscardStream::Serve(ServerStream& stream) {
  if (!stream.readable()) return Next::kWait;
  std::array<uint8_t, 32768> buffer;
  const auto count = stream.Read(buffer);
  if (!count) return Fail(count.error());
  return *count == 0 ? Next::kDone : Next::kWait;
}

}  // namespace nut::pro
