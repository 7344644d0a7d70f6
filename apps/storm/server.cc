#include "apps/storm/server.h"

#include <fmt/format.h>

#include "apps/storm/server_session.h"
#include "stack/socket/tcp_listener.h"

namespace nut::storm {

struct Server::Shared {
  Shared(tcp::Engine& engine_used, Vanisher& vanisher_used, const ServerOptions& chosen)
      : engine(engine_used), vanisher(vanisher_used), options(chosen) {}

  // One thread's life: until the listener is closed.
  void Run() {
    while (auto stream = listener.Accept()) {
      ++serving;
      ServerSession(std::move(*stream), vanisher, ledger, options.patience).Run();
      --serving;
    }
    --running;
  }

  tcp::Engine& engine;
  Vanisher& vanisher;
  const ServerOptions options;
  Ledger ledger;
  socket::TcpListener listener;
  unsigned running = 0;
  unsigned serving = 0;
};

Server::Server(tcp::Engine& engine, Vanisher& vanisher, const ServerOptions& options)
    : shared_(std::make_unique<Shared>(engine, vanisher, options)) {}

Server::~Server() = default;

Result<void> Server::Start() {
  Shared& shared = *shared_;
  auto listener = socket::TcpListener::Listen(shared.engine, {{}, shared.options.port}, shared.options.backlog);
  if (!listener) return Fail(listener.error());
  shared.listener = std::move(*listener);
  for (unsigned number = 0; number < shared.options.threads; ++number) {
    ++shared.running;
    const auto thread = shared.engine.executor().Create(
        fmt::format("storm-server-{}", number), [&shared] { shared.Run(); }, 0, shared.options.priority);
    if (!thread) {
      --shared.running;
      return Fail(thread.error());
    }
  }
  return {};
}

void Server::Stop() { shared_->listener.Close(); }

bool Server::idle() const { return shared_->serving == 0; }

bool Server::done() const { return shared_->running == 0; }

const Ledger& Server::ledger() const { return shared_->ledger; }

}  // namespace nut::storm
