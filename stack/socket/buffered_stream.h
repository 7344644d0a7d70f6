// BufferedStream: buffers in front of a ByteStream, for protocols of lines, headers and small writes. A value
// of one thread, on its stack or in its session object; the stream below outlives its use. What is written stays
// in the buffer until Flush, until it is full, or until the reader has to wait for the peer (so that no
// dialogue hangs on a prompt not sent).
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stack/socket/byte_stream.h"

namespace nut::socket {

struct BufferSizes {
  size_t read = 4096;   // bytes; bounds ReadLine too
  size_t write = 4096;  // bytes
};

class BufferedStream final : public ByteStream {
 public:
  explicit BufferedStream(ByteStream& below, BufferSizes sizes = {});
  // Over no stream yet: Rebind comes first.
  explicit BufferedStream(BufferSizes sizes);

  // Over another stream from here on, with the same memory; what is in the buffers is forgotten.
  void Rebind(ByteStream& below);

  // ByteStream: through the buffers. A write larger than the buffer goes straight down.
  Result<size_t> Read(MutableByteView out) override;
  Result<void> Write(ByteView data) override;
  Result<void> Flush() override;
  // The first half of Flush: to the stream below, which may hold it back.
  Result<void> WriteOut();
  Result<void> FinishWriting() override;

  // The next line without its LF or CR LF; nothing at the end of the stream. A last line without LF counts as
  // one. kMessageTooLong when it exceeds the read buffer: what was read of it is dropped, the rest comes with
  // the next call.
  Result<std::optional<std::string>> ReadLine();

  // Fills `out` or fails: kNotConnected when the stream ends before.
  Result<void> ReadExactly(MutableByteView out);

  // What was read from below and not taken yet: for parsers that look before they consume. Valid until the
  // next call.
  ByteView buffered() const;
  // Takes `count` bytes off buffered(); at most its size (an invariant).
  void Consume(size_t count);
  // Waits for more behind buffered(). How many came; 0 at the end of the stream; kMessageTooLong when the
  // buffer is full.
  Result<size_t> Fill();

  Result<void> Write(std::string_view text) { return Write(AsBytes(text)); }

  template <typename... Args>
  Result<void> Print(fmt::format_string<Args...> format, Args&&... args) {
    return Write(fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  ByteStream* below_;
  std::vector<uint8_t> in_;
  size_t in_begin_ = 0;
  size_t in_end_ = 0;
  std::vector<uint8_t> out_;
  size_t out_size_ = 0;
};

}  // namespace nut::socket
