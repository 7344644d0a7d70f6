#include "stack/pro/server/tcp_acceptor.h"

#include "stack/tcp/engine.h"

namespace nut::pro {
namespace {

class TcpServerStream final : public ServerStream {
 public:
  TcpServerStream(os::Executor& executor, socket::TcpStream stream)
      : executor_(executor),
        stream_(std::move(stream)),
        local_(stream_.local().value_or(wire::Endpoint{})),
        remote_(stream_.remote().value_or(wire::Endpoint{})) {}

  Result<size_t> Read(MutableByteView out) override {
    const Duration left = TimeLeft(executor_.Now());
    if (left <= Duration::zero()) return Fail(Error::kTimedOut);
    return stream_.Receive(out, left);
  }

  Result<void> Write(ByteView data) override {
    // In pieces, so that the deadline holds for the whole: SendAll would begin a new wait for each.
    while (!data.empty()) {
      const Duration left = TimeLeft(executor_.Now());
      if (left <= Duration::zero()) return Fail(Error::kTimedOut);
      const auto sent = stream_.Send(data, left);
      if (!sent) return Fail(sent.error());
      data = data.subspan(*sent);
    }
    return {};
  }

  Result<void> Flush() override { return {}; }
  Result<void> FinishWriting() override { return stream_.Shutdown(); }

  wire::Endpoint local() const override { return local_; }
  wire::Endpoint remote() const override { return remote_; }
  void Close() override { stream_.Close(); }

 private:
  os::Executor& executor_;
  socket::TcpStream stream_;
  const wire::Endpoint local_;
  const wire::Endpoint remote_;
};

}  // namespace

Result<std::unique_ptr<Acceptor>> TcpAcceptor::Listen(os::Executor& executor, tcp::Engine& engine,
                                                      wire::Port port, size_t backlog) {
  // Services write whole answers; holding back the last piece of one for an acknowledgement (Nagle) only delays it.
  tcp::Parameters parameters = engine.parameters();
  parameters.nagle = false;
  auto listener = socket::TcpListener::Listen(engine, wire::Endpoint{{}, port}, backlog, parameters);
  if (!listener) return Fail(listener.error());
  return std::make_unique<TcpAcceptor>(executor, std::move(*listener));
}

Result<std::unique_ptr<ServerStream>> TcpAcceptor::Accept(Duration timeout) {
  auto stream = listener_.Accept(timeout);
  if (!stream) return Fail(stream.error());
  return std::make_unique<TcpServerStream>(executor_, std::move(*stream));
}

}  // namespace nut::pro
