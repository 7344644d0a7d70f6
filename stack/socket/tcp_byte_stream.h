// TcpByteStream: a TcpStream as a ByteStream, each wait limited by one timeout. Owns the stream.
#pragma once

#include "stack/socket/byte_stream.h"
#include "stack/socket/tcp_stream.h"

namespace nut::socket {

class TcpByteStream final : public ByteStream {
 public:
  explicit TcpByteStream(TcpStream stream, Duration timeout = kForever)
      : stream_(std::move(stream)), timeout_(timeout) {}

  Result<size_t> Read(MutableByteView out) override { return stream_.Receive(out, timeout_); }
  Result<void> Write(ByteView data) override { return stream_.SendAll(data, timeout_); }
  Result<void> Flush() override { return {}; }
  Result<void> FinishWriting() override { return stream_.Shutdown(); }

  TcpStream& stream() { return stream_; }
  void set_timeout(Duration timeout) { timeout_ = timeout; }

 private:
  TcpStream stream_;
  Duration timeout_;
};

}  // namespace nut::socket
