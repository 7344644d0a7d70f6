#include "tools/packets/application.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/packets/error_names.h"

namespace nut::packets {
namespace {

template <typename T>
void Note(Outcome& outcome, const Result<T>& result) {
  if (!result) outcome.error = result.error();
}

}  // namespace

std::string Outcome::ToText() const {
  if (!done) return "still waits";
  if (error == Error::kWouldBlock) return "nothing";
  if (error) return fmt::format("error {}", NameOfError(*error));
  if (end) return "end";
  return count == 0 ? "ok" : fmt::format("{} octets", count);
}

Application::Shared Application::Run(Sockets& sockets, std::function<void(Outcome&)> body) {
  auto outcome = std::make_shared<Outcome>();
  sockets.last = outcome;
  world_.OnThread([outcome, body = std::move(body)] {
    body(*outcome);
    outcome->done = true;
  });
  return outcome;
}

Application::Shared Application::Call(const std::string& verb, Arguments& arguments, Flow& flow) {
  Sockets& sockets = sockets_[flow.name];
  Shared outcome;
  const auto tcp = [&](auto body) {
    arguments.End();
    return Run(sockets, body);
  };
  if (verb == "listen") {
    outcome = Listen(arguments, flow, sockets);
  } else if (verb == "connect") {
    outcome = Connect(arguments, flow, sockets);
  } else if (verb == "accept") {
    outcome = Accept(arguments, flow, sockets);
  } else if (verb == "send") {
    outcome = Send(arguments, flow, sockets);
  } else if (verb == "recv") {
    outcome = Receive(arguments, sockets);
  } else if (verb == "shutdown") {
    outcome = tcp([&sockets](Outcome& o) { Note(o, sockets.stream.Shutdown()); });
  } else if (verb == "close") {
    outcome = tcp([&sockets](Outcome&) { sockets.stream.Close(); });
  } else if (verb == "abort") {
    outcome = tcp([&sockets](Outcome&) { sockets.stream.Abort(); });
  } else if (verb == "unlisten") {
    outcome = tcp([&sockets](Outcome&) { sockets.listener.Close(); });
  } else if (verb == "set") {
    outcome = Set(arguments, sockets);
  } else if (verb == "udp") {
    outcome = Udp(arguments, flow, sockets);
  } else if (verb == "join" || verb == "leave") {
    const wire::Ipv4Address group = arguments.Address("a group");
    outcome = Run(sockets, [this, group, verb](Outcome& o) {
      net::Network& network = world_.node().network();
      Note(o, verb == "join" ? network.JoinGroup(group) : network.LeaveGroup(group));
    });
  }
  if (outcome) arguments.End();
  return outcome;
}

Application::Shared Application::Listen(Arguments& arguments, Flow& flow, Sockets& sockets) {
  const uint16_t port = static_cast<uint16_t>(arguments.Number("a port", 65535));
  const size_t backlog = arguments.Take("backlog") ? arguments.Number("a number") : 0;
  flow.node_port = port;
  flow.has_calls = true;
  return Run(sockets, [this, &sockets, port, backlog](Outcome& o) {
    auto listener = socket::TcpListener::Listen(world_.node().tcp(), {{}, wire::Port(port)}, backlog);
    Note(o, listener);
    if (listener) sockets.listener = std::move(*listener);
  });
}

Application::Shared Application::Connect(Arguments& arguments, Flow& flow, Sockets& sockets) {
  wire::Endpoint local, remote{peer_, wire::Port(80)};
  Duration timeout = kForever;
  Bytes first;
  flow.peer = peer_;
  while (!arguments.empty()) {
    if (arguments.Take("from")) {
      local.port = wire::Port(static_cast<uint16_t>(arguments.Number("a port", 65535)));
    } else if (arguments.Take("source")) {
      local.address = arguments.Address("an address");
    } else if (arguments.Take("to")) {
      flow.peer = arguments.Address("an address");
      remote.address = flow.peer;
    } else if (arguments.Take("timeout")) {
      timeout = arguments.Time("a time");
    } else if (arguments.Take("saying")) {
      first = arguments.Text(0);
    } else {
      remote.port = wire::Port(static_cast<uint16_t>(arguments.Number("a port", 65535)));
    }
  }
  flow.peer_port = remote.port.number();
  flow.node_port.reset();
  if (!local.port.is_none()) flow.node_port = local.port.number();
  flow.has_calls = true;
  return Run(sockets, [this, &sockets, local, remote, timeout, first](Outcome& o) {
    tcp::Engine& engine = world_.node().tcp();
    const auto handle = engine.Connect(remote, local, nullptr, first);
    if (!handle) return Note(o, handle);
    sockets.stream = socket::TcpStream(engine, *handle);
    Note(o, engine.Wait(*handle, tcp::Interest::kEstablished, timeout));
    if (o.error) sockets.stream.Abort();
  });
}

Application::Shared Application::Accept(Arguments& arguments, Flow& flow, Sockets& sockets) {
  // Another flow's listener, if there are several connections of one.
  Sockets& listening = arguments.empty() ? sockets : sockets_[arguments.Word("a flow")];
  flow.has_calls = true;
  const wire::Endpoint peer{flow.peer, wire::Port(flow.peer_port)};
  return Run(sockets, [&sockets, &listening, peer](Outcome& o) {
    auto stream = listening.listener.Accept();
    Note(o, stream);
    if (!stream) return;
    const auto remote = stream->remote();
    // A connection of another flow: nothing that this script expects.
    if (!remote || *remote != peer) o.error = Error::kNotFound;
    sockets.stream = std::move(*stream);
  });
}

Application::Shared Application::Send(Arguments& arguments, Flow& flow, Sockets& sockets) {
  const bool urgent = arguments.Take("urgent");
  const Bytes text = arguments.Text(static_cast<uint32_t>(flow.sent.size()) + 1);
  flow.sent.insert(flow.sent.end(), text.begin(), text.end());
  return Run(sockets, [&sockets, text, urgent](Outcome& o) {
    if (urgent) {
      const auto sent = sockets.stream.SendUrgent(text);
      Note(o, sent);
      o.count = sent.value_or(0);
      return;
    }
    while (o.count < text.size()) {
      const auto sent = sockets.stream.Send(ByteView(text).subspan(o.count));
      if (!sent) return Note(o, sent);
      o.count += *sent;
    }
  });
}

Application::Shared Application::Receive(Arguments& arguments, Sockets& sockets) {
  const size_t most = arguments.empty() ? 1 << 20 : arguments.Number("a number of octets");
  return Run(sockets, [&sockets, most](Outcome& o) {
    o.data.resize(most);
    while (o.count < most) {
      const auto read = sockets.stream.TryReceive(MutableByteView(o.data).subspan(o.count));
      // An error or the end behind some text is for the next call.
      if (!read && o.count == 0) Note(o, read);
      if (read && *read == 0 && o.count == 0) o.end = true;
      if (!read || *read == 0) break;
      o.count += *read;
    }
    o.data.resize(o.count);
  });
}

Application::Shared Application::Set(Arguments& arguments, Sockets& sockets) {
  const std::string name = arguments.Word("a socket option");
  std::function<Result<void>(socket::TcpStream&)> change;
  if (name == "nagle") {
    change = [on = arguments.Switch()](socket::TcpStream& stream) { return stream.SetNoDelay(!on); };
  } else if (name == "keepalive") {
    socket::KeepAlive keep_alive;
    keep_alive.on = arguments.Switch();
    while (!arguments.empty()) {
      if (arguments.Take("idle")) {
        keep_alive.idle = arguments.Time("a time");
      } else if (arguments.Take("interval")) {
        keep_alive.interval = arguments.Time("a time");
      } else if (arguments.Take("probes")) {
        keep_alive.probes = arguments.Number("a number");
      } else {
        arguments.End();
      }
    }
    change = [keep_alive](socket::TcpStream& stream) { return stream.SetKeepAlive(keep_alive); };
  } else if (name == "receive-buffer" || name == "send-buffer") {
    const size_t bytes = arguments.Number("a number of octets");
    change = [bytes, receive = name[0] == 'r'](socket::TcpStream& stream) {
      return receive ? stream.SetReceiveBuffer(bytes) : stream.SetSendBuffer(bytes);
    };
  } else if (name == "ttl" || name == "tos") {
    const auto value = static_cast<uint8_t>(arguments.Number("a number", 255));
    change = [value, ttl = name == "ttl"](socket::TcpStream& stream) {
      return ttl ? stream.SetTtl(value) : stream.SetTos(value);
    };
  } else if (name == "user-timeout") {
    const Duration timeout = arguments.Time("a time");
    change = [timeout](socket::TcpStream& stream) { return stream.SetUserTimeout(timeout); };
  } else if (name == "advertise-user-timeout" || name == "pacing") {
    const bool on = arguments.Switch();
    change = [on, pacing = name == "pacing"](socket::TcpStream& stream) {
      return pacing ? stream.SetPacing(on) : stream.AdvertiseUserTimeout(on);
    };
  } else if (name == "linger") {
    std::optional<Duration> linger;
    if (!arguments.Take("off")) linger = arguments.Time("a time");
    change = [linger](socket::TcpStream& stream) -> Result<void> {
      stream.SetLinger(linger);
      return {};
    };
  } else {
    arguments.Fail(fmt::format("\"{}\" is no socket option", name));
  }
  return Run(sockets, [&sockets, change](Outcome& o) { Note(o, change(sockets.stream)); });
}

Application::Shared Application::Udp(Arguments& arguments, Flow& flow, Sockets& sockets) {
  const std::string verb = arguments.Word("bind, connect, send, recv or close");
  if (verb == "bind") {
    const uint16_t port = static_cast<uint16_t>(arguments.Number("a port", 65535));
    flow.node_port = port;
    return Run(sockets, [this, &sockets, port](Outcome& o) {
      net::Network& network = world_.node().network();
      auto udp = socket::UdpSocket::Open({network.udp(), network.udp_out()}, {{}, wire::Port(port)});
      Note(o, udp);
      if (udp) sockets.udp = std::move(*udp);
    });
  }
  if (verb == "send" || verb == "connect") {
    const Bytes text = verb == "send" ? arguments.Text(0) : Bytes{};
    wire::Endpoint remote{flow.peer, wire::Port(flow.peer_port)};
    while (!arguments.empty()) {
      if (arguments.Take("to")) {
        remote.address = arguments.Address("an address");
      } else {
        remote.port = wire::Port(static_cast<uint16_t>(arguments.Number("a port", 65535)));
      }
    }
    return Run(sockets, [&sockets, text, remote, connect = verb == "connect"](Outcome& o) {
      Note(o, connect ? sockets.udp.Connect(remote) : sockets.udp.SendTo(text, remote));
    });
  }
  if (verb == "ttl" || verb == "tos") {
    const auto value = static_cast<uint8_t>(arguments.Number("a number", 255));
    return Run(sockets, [&sockets, value, ttl = verb == "ttl"](Outcome& o) {
      auto options = sockets.udp.options();
      if (!options) return Note(o, options);
      (ttl ? options->ttl : options->tos) = value;
      Note(o, sockets.udp.SetOptions(*options));
    });
  }
  if (verb == "recv") {
    return Run(sockets, [&sockets](Outcome& o) {
      o.data.resize(65536);
      const auto datagram = sockets.udp.ReceiveFrom(o.data, Duration::zero());
      if (datagram) {
        o.count = datagram->size;
      } else {
        o.error = datagram.error() == Error::kTimedOut ? Error::kWouldBlock : datagram.error();
      }
      o.data.resize(o.count);
    });
  }
  if (verb != "close") arguments.Fail(fmt::format("\"{}\" is no call of UDP", verb));
  return Run(sockets, [&sockets](Outcome&) { sockets.udp.Close(); });
}

std::optional<tcp::ConnectionInfo> Application::Info(const Flow& flow) {
  for (const tcp::ConnectionListing& connection : world_.node().tcp().Snapshot().connections) {
    const wire::EndpointPair& ends = connection.info.ends;
    if (ends.remote == wire::Endpoint{flow.peer, wire::Port(flow.peer_port)} &&
        ends.local.port.number() == flow.node_port.value_or(0)) {
      return connection.info;
    }
  }
  return std::nullopt;
}

std::optional<Error> Application::SoftError(const Flow& flow) {
  return world_.node().tcp().TakeSoftError(sockets_[flow.name].stream.handle());
}

size_t Application::UrgentAhead(const Flow& flow) {
  return world_.node().tcp().UrgentBytesAhead(sockets_[flow.name].stream.handle()).value_or(0);
}

}  // namespace nut::packets
