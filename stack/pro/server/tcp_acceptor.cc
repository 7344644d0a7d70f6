#include "stack/pro/server/tcp_acceptor.h"

#include <algorithm>

#include "stack/pro/server/tcp_server_stream.h"
#include "stack/tcp/engine.h"

namespace nut::pro {

Result<std::unique_ptr<Acceptor>> TcpAcceptor::Listen(tcp::Engine& engine, wire::Port port, size_t backlog) {
  tcp::Parameters parameters = engine.parameters();
  // Services write whole answers; holding back the last piece of one for an acknowledgement (Nagle) only
  // delays it.
  parameters.nagle = false;
  // A SYN that finds no place is repeated a second later: as many get one as could be accepted.
  parameters.maximum_syn_queue = std::max(parameters.maximum_syn_queue, backlog);
  auto listener = socket::TcpListener::Listen(engine, wire::Endpoint{{}, port}, backlog, parameters);
  if (!listener) return Fail(listener.error());
  return std::make_unique<TcpAcceptor>(std::move(*listener));
}

Result<std::unique_ptr<ServerStream>> TcpAcceptor::Accept() {
  auto stream = listener_.TryAccept();
  if (!stream) return Fail(stream.error());
  return std::make_unique<TcpServerStream>(std::move(*stream));
}

void TcpAcceptor::Watch(ReadyWatcher& watcher) {
  watcher_ = &watcher;
  listener_.engine()->Watch(listener_.handle(), *this);
}

}  // namespace nut::pro
