// TcpServerStream: a TCP connection as a ServerStream. Owned by the server; the engine outlives it. There are
// as many as connections, most of them idle: small.
#pragma once

#include <utility>

#include "stack/os/executor.h"
#include "stack/pro/server/server_stream.h"
#include "stack/socket/tcp_stream.h"
#include "stack/tcp/engine_watch.h"

namespace nut::pro {

class TcpServerStream final : public ServerStream, private tcp::ReadinessWatch {
 public:
  explicit TcpServerStream(socket::TcpStream stream) : stream_(std::move(stream)) {}

  Result<size_t> Read(MutableByteView out) override;
  Result<size_t> Skip() override;
  Result<void> Write(ByteView data) override;
  Result<void> WriteSlice(link::Slice slice) override;
  Result<void> Flush() override;
  Result<void> FinishWriting() override;

  wire::Endpoint local() const override { return stream_.local().value_or(wire::Endpoint{}); }
  wire::Endpoint remote() const override { return stream_.remote().value_or(wire::Endpoint{}); }
  bool readable() const override;
  void Watch(StreamWatcher& watcher) override;
  void Close() override;

 private:
  void OnReadiness() override;
  os::Executor& executor() const;
  // For a wait that begins now; kTimedOut: it may not.
  Result<Duration> WaitLimit();

  socket::TcpStream stream_;
  StreamWatcher* watcher_ = nullptr;
  bool unsent_ = false;  // something was written since the last wait
};

// With the allocator's eight octets, two cache lines.
static_assert(sizeof(TcpServerStream) <= 120);

}  // namespace nut::pro
