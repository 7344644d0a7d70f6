#include "stack/socket/tcp_listener.h"

#include <utility>

#include "stack/tcp/engine.h"

namespace nut::socket {

TcpListener::TcpListener(TcpListener&& other) noexcept
    : engine_(std::exchange(other.engine_, nullptr)), handle_(std::exchange(other.handle_, {})) {}

TcpListener& TcpListener::operator=(TcpListener&& other) noexcept {
  if (this != &other) {
    Close();
    engine_ = std::exchange(other.engine_, nullptr);
    handle_ = std::exchange(other.handle_, {});
  }
  return *this;
}

TcpListener::~TcpListener() { Close(); }

Result<TcpListener> TcpListener::Listen(tcp::Engine& engine, const wire::Endpoint& local, size_t backlog) {
  return Listen(engine, local, backlog, engine.parameters());
}

Result<TcpListener> TcpListener::Listen(tcp::Engine& engine, const wire::Endpoint& local, size_t backlog,
                                        const tcp::Parameters& parameters) {
  const auto handle = engine.Listen(local, backlog, &parameters);
  if (!handle) return Fail(handle.error());
  return TcpListener(engine, *handle);
}

Result<TcpStream> TcpListener::Accept(Duration timeout) {
  if (engine_ == nullptr) return Fail(Error::kStaleHandle);
  tcp::Engine& engine = *engine_;  // another thread may close this very object while we wait
  const tcp::ListenerHandle handle = handle_;
  const Instant deadline = engine.executor().DeadlineOf(timeout);
  while (true) {
    const auto accepted = engine.Accept(handle);
    if (accepted) return TcpStream(engine, *accepted);
    if (accepted.error() != Error::kWouldBlock) return Fail(accepted.error());
    const auto waited = engine.WaitAcceptable(handle, engine.executor().Until(deadline));
    if (!waited) return Fail(waited.error());
  }
}

Result<TcpStream> TcpListener::TryAccept() {
  if (engine_ == nullptr) return Fail(Error::kStaleHandle);
  const auto accepted = engine_->Accept(handle_);
  if (!accepted) return Fail(accepted.error());
  return TcpStream(*engine_, *accepted);
}

void TcpListener::Close() {
  tcp::Engine* engine = std::exchange(engine_, nullptr);
  // An error means that the engine has closed all listeners itself.
  if (engine != nullptr) static_cast<void>(engine->CloseListener(std::exchange(handle_, {})));
}

Result<wire::Endpoint> TcpListener::local() const {
  if (engine_ == nullptr) return Fail(Error::kStaleHandle);
  return engine_->Local(handle_);
}

}  // namespace nut::socket
