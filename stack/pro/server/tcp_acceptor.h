// TcpAcceptor: the connections that arrive at a TCP port of this node, as ServerStreams. Owned by a
// TcpServer; the engine outlives it.
#pragma once

#include <utility>

#include "stack/pro/server/acceptor.h"
#include "stack/socket/tcp_listener.h"
#include "stack/tcp/engine_watch.h"

namespace nut::tcp {
class Engine;
}

namespace nut::pro {

class TcpAcceptor final : public Acceptor, private tcp::ReadinessWatch {
 public:
  // Listens on `port` of every address of the node. As many handshakes may be under way as connections may
  // wait in the `backlog`. Errors: as TcpListener::Listen.
  static Result<std::unique_ptr<Acceptor>> Listen(tcp::Engine& engine, wire::Port port, size_t backlog);

  explicit TcpAcceptor(socket::TcpListener listener) : listener_(std::move(listener)) {}

  Result<std::unique_ptr<ServerStream>> Accept() override;
  void Watch(ReadyWatcher& watcher) override;
  void Close() override { listener_.Close(); }

 private:
  void OnReadiness() override { watcher_->OnReady(); }

  socket::TcpListener listener_;
  ReadyWatcher* watcher_ = nullptr;
};

}  // namespace nut::pro
