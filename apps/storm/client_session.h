// ClientSession: what one thread of the client does with one connection, by its plan, from opening it to its
// entry in the ledger. One for each thread, used again and again. Belongs to the client.
#pragma once

#include "apps/storm/client.h"
#include "apps/storm/closer.h"
#include "apps/storm/conversation.h"
#include "apps/storm/vanish_ports.h"
#include "stack/socket/tcp_stream.h"

namespace nut::storm {

// What the sessions of a client share; all of it outlives them.
struct ClientSurroundings {
  tcp::Engine& engine;
  const Targets& targets;
  const ClientOptions& options;
  Vanisher& vanisher;
  Closer& closer;
  VanishPorts& vanish_ports;
  Ledger& ledger;
};

class ClientSession {
 public:
  // `reuse_port`: this session's own, for the kind reuse.
  ClientSession(const ClientSurroundings& around, wire::Port reuse_port)
      : around_(around), reuse_port_(reuse_port) {}

  // (switches) Opens the connection, and returns when it has ended as far as the client is concerned.
  void Run(const ConnectionPlan& plan);

 private:
  // (switches)
  void KeepStep();

  void Refused(const ConnectionPlan& plan);
  void TimedOut(const ConnectionPlan& plan);
  void ClosedEarly(const ConnectionPlan& plan);
  void Converse(const ConnectionPlan& plan);
  void ConverseAndVanish(const ConnectionPlan& plan);

  // How a conversation ends.
  void ClientCloses(const Request& request, Conversation& talk);
  void ServerCloses(const Request& request, Conversation& talk);
  void HalfClose(const Request& request, Conversation& talk);
  void ClientAborts(const Request& request, Conversation& talk);
  void ServerAborts(const Request& request, Conversation& talk);
  void ClientVanishes(const Request& request, Conversation& talk);
  void ServerVanishes(const Request& request, Conversation& talk);

  bool ReadAnswer(const Request& request, Conversation& talk);
  bool ReadHalf(const Request& request, Conversation& talk);
  Error ReadUntilBroken(const Request& request, Conversation& talk);
  void InOrder(const Request& request);
  void Fail(const Request& request, std::string_view what, Error error);
  void Fail(const Request& request, std::string_view what);

  // (switches) Where to connect from; none: the engine chooses.
  wire::Endpoint LocalEnd(const Request& request);
  void ReleaseVanishPort();
  // (switches) Waits until a port is free, where there is none.
  Result<socket::TcpStream> Connect(const wire::Endpoint& remote, const Request& request, Duration timeout);
  bool WaitForPort(Error error, Instant deadline);

  const ClientSurroundings around_;
  const wire::Port reuse_port_;
  wire::Port vanish_port_;    // of the connection under way, if it is to vanish
  socket::TcpStream stream_;  // of the conversation under way
};

}  // namespace nut::storm
