#include "stack/socket/tcp_stream.h"

#include <utility>

#include "stack/tcp/engine.h"

namespace nut::socket {

using tcp::Interest;

TcpStream::TcpStream(TcpStream&& other) noexcept
    : engine_(other.engine_), handle_(other.Release()), linger_(other.linger_) {}

TcpStream& TcpStream::operator=(TcpStream&& other) noexcept {
  if (this != &other) {
    Close();
    engine_ = other.engine_;
    linger_ = other.linger_;
    handle_ = other.Release();
  }
  return *this;
}

TcpStream::~TcpStream() { Close(); }

tcp::ConnectionHandle TcpStream::Release() { return std::exchange(handle_, {}); }

bool TcpStream::is_open() const { return handle_.valid() && engine_->Ends(handle_).has_value(); }

Result<TcpStream> TcpStream::Connect(tcp::Engine& engine, const wire::Endpoint& remote,
                                     ConnectOptions options) {
  const auto handle = engine.Connect(remote, options.local,
                                     options.parameters ? &*options.parameters : nullptr, options.first);
  if (!handle) return Fail(handle.error());
  TcpStream stream(engine, *handle);  // whatever happens from here on, it is closed
  if (const auto established = engine.Wait(*handle, Interest::kEstablished, options.timeout); !established) {
    stream.Abort();
    return Fail(established.error());
  }
  return stream;
}

// Tries, waits while it would block, and tries again: by handle each time, for anything may have happened
// meanwhile.
template <typename Attempt>
Result<size_t> TcpStream::Retry(Interest interest, Duration timeout, Attempt attempt) {
  if (!handle_.valid()) return Fail(Error::kStaleHandle);
  const tcp::ConnectionHandle handle = handle_;  // another thread may close this very object
  tcp::Engine& engine = *engine_;
  auto result = attempt(engine, handle);
  if (result || result.error() != Error::kWouldBlock) return result;  // mostly: then no clock is read
  const Instant deadline = engine.executor().DeadlineOf(timeout);
  while (true) {
    if (auto ready = engine.Wait(handle, interest, engine.executor().Until(deadline)); !ready)
      return Fail(ready.error());
    result = attempt(engine, handle);
    if (result || result.error() != Error::kWouldBlock) return result;
  }
}

Result<size_t> TcpStream::Receive(MutableByteView out, Duration timeout) {
  if (out.empty()) return size_t{0};
  return Retry(Interest::kReadable, timeout, [out](tcp::Engine& engine, tcp::ConnectionHandle handle) {
    return engine.Receive(handle, out);
  });
}

Result<size_t> TcpStream::TryReceive(MutableByteView out) {
  if (!handle_.valid()) return Fail(Error::kStaleHandle);
  return engine_->Receive(handle_, out);
}

Result<size_t> TcpStream::SendLater(ByteView data) {
  if (!handle_.valid()) return Fail(Error::kStaleHandle);
  return engine_->SendLater(handle_, data);
}

Result<size_t> TcpStream::ReceivePieces(std::span<tcp::ReceivedPiece> out, Duration timeout) {
  if (out.empty()) return size_t{0};
  return Retry(Interest::kReadable, timeout, [out](tcp::Engine& engine, tcp::ConnectionHandle handle) {
    return engine.ReceivePieces(handle, out);
  });
}

Result<size_t> TcpStream::Peek(MutableByteView out, Duration timeout) {
  if (out.empty()) return size_t{0};
  return Retry(Interest::kReadable, timeout,
               [out](tcp::Engine& engine, tcp::ConnectionHandle handle) { return engine.Peek(handle, out); });
}

Result<size_t> TcpStream::Send(ByteView data, Duration timeout) {
  if (data.empty()) return size_t{0};
  return Retry(Interest::kWritable, timeout, [data](tcp::Engine& engine, tcp::ConnectionHandle handle) {
    return engine.Send(handle, data);
  });
}

Result<size_t> TcpStream::SendSlice(const link::Slice& slice, Duration timeout) {
  if (slice.bytes.empty()) return size_t{0};
  return Retry(Interest::kWritable, timeout, [&slice](tcp::Engine& engine, tcp::ConnectionHandle handle) {
    return engine.SendSlice(handle, slice);
  });
}

Result<size_t> TcpStream::SendSliceLater(const link::Slice& slice) {
  if (!handle_.valid()) return Fail(Error::kStaleHandle);
  return engine_->SendSliceLater(handle_, slice);
}

Result<size_t> TcpStream::SendUrgent(ByteView data, Duration timeout) {
  if (data.empty()) return size_t{0};
  return Retry(Interest::kWritable, timeout, [data](tcp::Engine& engine, tcp::ConnectionHandle handle) {
    return engine.SendUrgent(handle, data);
  });
}

Result<void> TcpStream::SendAll(ByteView data, Duration timeout) {
  while (!data.empty()) {
    const auto sent = Send(data, timeout);
    if (!sent) return Fail(sent.error());
    data = data.subspan(*sent);
  }
  return {};
}

Result<void> TcpStream::Shutdown() {
  if (!handle_.valid()) return Fail(Error::kStaleHandle);
  return engine_->Shutdown(handle_);
}

Result<void> TcpStream::ShutdownLater() {
  if (!handle_.valid()) return Fail(Error::kStaleHandle);
  return engine_->ShutdownLater(handle_);
}

void TcpStream::CloseLater() {
  if (linger_ != kNoLinger) return Close();
  if (handle_.valid()) static_cast<void>(engine_->CloseLater(Release()));
}

void TcpStream::Close() {
  if (!handle_.valid()) return;
  const tcp::ConnectionHandle handle = Release();
  tcp::Engine& engine = *engine_;
  // Errors mean that the connection, or the engine, has ended before.
  if (linger_ == Duration::zero()) return static_cast<void>(engine.Reset(handle));
  if (linger_ != kNoLinger) {
    static_cast<void>(engine.Shutdown(handle));
    static_cast<void>(engine.Wait(handle, Interest::kDrained, linger_));
  }
  static_cast<void>(engine.Close(handle));
}

void TcpStream::Abort() {
  if (!handle_.valid()) return;
  static_cast<void>(engine_->Reset(Release()));
}

Result<wire::Endpoint> TcpStream::local() const {
  if (!handle_.valid()) return Fail(Error::kStaleHandle);
  return engine_->Ends(handle_).map([](const wire::EndpointPair& ends) { return ends.local; });
}

Result<wire::Endpoint> TcpStream::remote() const {
  if (!handle_.valid()) return Fail(Error::kStaleHandle);
  return engine_->Ends(handle_).map([](const wire::EndpointPair& ends) { return ends.remote; });
}

Result<tcp::ConnectionInfo> TcpStream::Info() const {
  if (!handle_.valid()) return Fail(Error::kStaleHandle);
  return engine_->Info(handle_);
}

template <typename Change>
Result<void> TcpStream::Configure(Change change) {
  if (!handle_.valid()) return Fail(Error::kStaleHandle);
  auto parameters = engine_->GetParameters(handle_);
  if (!parameters) return Fail(parameters.error());
  change(*parameters);
  return engine_->SetParameters(handle_, *parameters);
}

Result<void> TcpStream::SetNoDelay(bool on) {
  return Configure([on](tcp::Parameters& p) { p.nagle = !on; });
}

Result<void> TcpStream::SetKeepAlive(const KeepAlive& keep_alive) {
  return Configure([&](tcp::Parameters& p) {
    p.keep_alive = keep_alive.on;
    p.keep_alive_idle = keep_alive.idle;
    p.keep_alive_interval = keep_alive.interval;
    p.keep_alive_probes = keep_alive.probes;
  });
}

Result<void> TcpStream::SetReceiveBuffer(size_t bytes) {
  return Configure([bytes](tcp::Parameters& p) { p.receive_buffer = p.largest_receive_buffer = bytes; });
}

Result<void> TcpStream::SetSendBuffer(size_t bytes) {
  return Configure([bytes](tcp::Parameters& p) { p.send_buffer = p.largest_send_buffer = bytes; });
}

Result<void> TcpStream::SetTtl(uint8_t ttl) {
  return Configure([ttl](tcp::Parameters& p) { p.ttl = ttl; });
}

Result<void> TcpStream::SetTos(uint8_t tos) {
  return Configure([tos](tcp::Parameters& p) { p.tos = tos; });
}

Result<void> TcpStream::SetUserTimeout(Duration timeout) {
  return Configure([timeout](tcp::Parameters& p) {
    p.retransmission_timeout = timeout;
    p.advised_timeout = {};
    p.user_timeout_changeable = false;
  });
}

Result<void> TcpStream::AdvertiseUserTimeout(bool on) {
  return Configure([on](tcp::Parameters& p) { p.user_timeout_option = on; });
}

Result<void> TcpStream::SetPacing(bool on) {
  return Configure([on](tcp::Parameters& p) { p.pacing = on; });
}

}  // namespace nut::socket
