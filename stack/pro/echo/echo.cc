#include "stack/pro/echo/echo.h"

#include <array>

namespace nut::pro {

Result<Next> EchoStream::Serve(ServerStream& stream) {
  if (!stream.readable()) return Next::kWait;  // the client has not said anything yet
  std::array<uint8_t, 32768> buffer;
  const auto count = stream.Read(buffer);
  if (!count) return Fail(count.error());
  if (*count == 0) return Next::kDone;
  if (auto written = stream.Write(ByteView(buffer).first(*count)); !written) return Fail(written.error());
  return Next::kWait;
}

}  // namespace nut::pro
