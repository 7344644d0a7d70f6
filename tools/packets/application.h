// Application: the program on the node whose calls a script makes: one connection, one listener, one UDP
// socket per flow. A call runs on a thread of its own, so that it may wait, and others may go on or close
// meanwhile. Owned by the runner, next to the world, which outlives it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stack/socket/tcp_listener.h"
#include "stack/socket/udp_socket.h"
#include "tools/packets/flow.h"
#include "tools/packets/world.h"

namespace nut::packets {

// What became of a call.
struct Outcome {
  bool done = false;
  std::optional<Error> error;
  size_t count = 0;  // octets
  Bytes data;        // received
  bool end = false;  // of the stream

  std::string ToText() const;
};

// Its words, with a cursor.
class Arguments {
 public:
  Arguments(const Event& event) : event_(event) {}  // NOLINT(google-explicit-constructor)
  bool empty() const { return at_ == event_.words.size(); }
  // Takes the next word if it is this one.
  bool Take(std::string_view word);
  std::string Word(std::string_view what);
  uint32_t Number(std::string_view what, uint32_t most = UINT32_MAX);
  Duration Time(std::string_view what);
  wire::Ipv4Address Address(std::string_view what);
  bool Switch();
  // A quoted string as it is; a number gives so many octets of the pattern from `first` on.
  Bytes Text(uint32_t first);
  void End() const;
  [[noreturn]] void Fail(const std::string& message) const;

 private:
  const Event& event_;
  size_t at_ = 0;
};

class Application {
 public:
  Application(World& world, const wire::Ipv4Address& peer) : world_(world), peer_(peer) {}

  // Makes the call; null: `verb` is none of its calls. What it says is complete unless the call waits.
  std::shared_ptr<Outcome> Call(const std::string& verb, Arguments& arguments, Flow& flow);
  // The call of this flow that was made last.
  std::shared_ptr<Outcome> last(const Flow& flow) { return sockets_[flow.name].last; }
  // What the node says about the flow's connection; nothing where there is none.
  std::optional<tcp::ConnectionInfo> Info(const Flow& flow);
  // Soft error and urgent octets of the flow's connection.
  std::optional<Error> SoftError(const Flow& flow);
  size_t UrgentAhead(const Flow& flow);

 private:
  struct Sockets {
    socket::TcpListener listener;
    socket::TcpStream stream;
    socket::UdpSocket udp;
    std::shared_ptr<Outcome> last;
  };
  using Shared = std::shared_ptr<Outcome>;

  Shared Run(Sockets& sockets, std::function<void(Outcome&)> body);
  Shared Listen(Arguments& arguments, Flow& flow, Sockets& sockets);
  Shared Connect(Arguments& arguments, Flow& flow, Sockets& sockets);
  Shared Accept(Arguments& arguments, Flow& flow, Sockets& sockets);
  Shared Send(Arguments& arguments, Flow& flow, Sockets& sockets);
  Shared Receive(Arguments& arguments, Sockets& sockets);
  Shared Set(Arguments& arguments, Sockets& sockets);
  Shared Udp(Arguments& arguments, Flow& flow, Sockets& sockets);

  World& world_;
  const wire::Ipv4Address peer_;
  std::map<std::string, Sockets> sockets_;
};

}  // namespace nut::packets
