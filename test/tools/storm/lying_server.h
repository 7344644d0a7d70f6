// LyingServer: a server that enters every connection in its books as served in order, and sends what it
// likes: the lie is the test's. For storms that must fail.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "apps/storm/conversation.h"
#include "apps/storm/server.h"
#include "stack/socket/tcp_listener.h"
#include "tools/storm/simulation.h"

namespace nut::storm {

// Answers `request`; whether the connection is to be in the books.
using Lie = std::function<bool(const Request& request, Conversation& talk)>;

class LyingServer final : public AnyServer {
 public:
  LyingServer(tcp::Engine& engine, const ServerOptions& options, Lie lie)
      : engine_(engine), options_(options), lie_(std::move(lie)) {}

  Result<void> Start() override {
    auto listener = socket::TcpListener::Listen(engine_, {{}, options_.port}, options_.backlog);
    if (!listener) return Fail(listener.error());
    listener_ = std::move(*listener);
    const auto thread = engine_.executor().Create("liar", [this] { Run(); });
    if (!thread) return Fail(thread.error());
    running_ = true;
    return {};
  }
  void Stop() override { listener_.Close(); }
  bool done() const override { return !running_; }
  const Ledger& ledger() const override { return ledger_; }

 private:
  void Run() {
    while (auto stream = listener_.Accept()) {
      Conversation talk(*stream, options_.patience);
      const auto request = talk.ReadRequest();
      if (!request || !lie_(*request, talk)) continue;
      ++ledger_.opened;
      ledger_.Count(request->kind, Outcome::kInOrder);
      ledger_.octets_received += request->request_size;
      ledger_.octets_sent += request->answer_size;
    }
    running_ = false;
  }

  tcp::Engine& engine_;
  const ServerOptions options_;
  const Lie lie_;
  Ledger ledger_;
  socket::TcpListener listener_;
  bool running_ = false;
};

inline ServerMaker MakeLiar(Lie lie) {
  return [lie = std::move(lie)](tcp::Engine& engine, Vanisher&, const ServerOptions& options) {
    return std::make_unique<LyingServer>(engine, options, lie);
  };
}

}  // namespace nut::storm
