#include "stack/pro/discard/discard.h"

namespace nut::pro {

// Without a copy where the stream can: so this is also how fast a node can receive.
Result<Next> DiscardStream::Serve(ServerStream& stream) {
  while (stream.readable()) {
    const auto count = stream.Skip();
    if (!count) return Fail(count.error());
    if (*count == 0) return Next::kDone;
  }
  return Next::kWait;
}

Result<Next> CopyingDiscardStream::Serve(ServerStream& stream) {
  while (stream.readable()) {
    const auto count = stream.Read(scrap_);
    if (!count) return Fail(count.error());
    if (*count == 0) return Next::kDone;
  }
  return Next::kWait;
}

}  // namespace nut::pro
