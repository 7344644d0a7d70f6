#include "stack/pro/discard/discard.h"

#include <array>

namespace nut::pro {

Result<void> DiscardStream::Serve(ServerStream& stream) {
  std::array<uint8_t, 16384> buffer;
  while (true) {
    const auto count = stream.Read(buffer);
    if (!count) return Fail(count.error());
    if (*count == 0) return {};
  }
}

}  // namespace nut::pro
