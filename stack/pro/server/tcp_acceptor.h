// TcpAcceptor: the connections that arrive at a TCP port of this node, as ServerStreams. Owned by a
// TcpServer; engine and executor outlive it.
#pragma once

#include <utility>

#include "stack/os/executor.h"
#include "stack/pro/server/acceptor.h"
#include "stack/socket/tcp_listener.h"

namespace nut::tcp {
class Engine;
}

namespace nut::pro {

class TcpAcceptor final : public Acceptor {
 public:
  // Listens on `port` of every address of the node. Errors: as TcpListener::Listen.
  static Result<std::unique_ptr<Acceptor>> Listen(os::Executor& executor, tcp::Engine& engine,
                                                  wire::Port port, size_t backlog);

  TcpAcceptor(os::Executor& executor, socket::TcpListener listener)
      : executor_(executor), listener_(std::move(listener)) {}

  Result<std::unique_ptr<ServerStream>> Accept(Duration timeout) override;
  void Close() override { listener_.Close(); }

 private:
  os::Executor& executor_;
  socket::TcpListener listener_;
};

}  // namespace nut::pro
