// ServerSession: what one thread of the server does with one connection that it has accepted: reads the
// request and obeys it, up to its entry in the ledger. On the stack of its thread.
#pragma once

#include "apps/storm/conversation.h"
#include "apps/storm/ledger.h"
#include "apps/storm/vanisher.h"
#include "stack/socket/tcp_stream.h"

namespace nut::storm {

class ServerSession {
 public:
  // `ledger` and `vanisher` outlive it.
  ServerSession(socket::TcpStream stream, Vanisher& vanisher, Ledger& ledger, Duration patience)
      : stream_(std::move(stream)),
        talk_(stream_, patience),
        vanisher_(vanisher),
        ledger_(ledger),
        patience_(patience) {}

  // (switches) Returns when the connection is closed.
  void Run();

 private:
  void Obey(const Request& request);
  void ClientCloses(const Request& request);
  void ServerCloses(const Request& request);
  void HalfClose(const Request& request);
  void ClientGoes(const Request& request, Error expected, Outcome outcome);
  void ServerAborts(const Request& request);
  void ServerVanishes(const Request& request);

  // Until the connection breaks, which it must: why. Success means that it did not.
  Result<void> SendUntilBroken(const Request& request);
  bool SendAnswer(const Request& request, uint64_t octets);
  void InOrder(const Request& request);
  void Fail(const Request& request, std::string_view what, Error error);
  void Fail(const Request& request, std::string_view what);

  socket::TcpStream stream_;
  Conversation talk_;
  Vanisher& vanisher_;
  Ledger& ledger_;
  const Duration patience_;
};

}  // namespace nut::storm
