#include "stack/pro/echo/echo.h"

#include <array>

namespace nut::pro {

Result<void> EchoStream::Serve(ServerStream& stream) {
  std::array<uint8_t, 16384> buffer;
  while (true) {
    const auto count = stream.Read(buffer);
    if (!count) return Fail(count.error());
    if (*count == 0) return stream.FinishWriting();
    if (auto written = stream.Write(ByteView(buffer).first(*count)); !written) return written;
  }
}

}  // namespace nut::pro
