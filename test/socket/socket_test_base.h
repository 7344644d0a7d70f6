// What tests of sockets stand on: two nodes, a client "a" and a server "b", and pairs of connected streams.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "stack/socket/poll_set.h"
#include "stack/socket/tcp_byte_stream.h"
#include "stack/socket/tcp_listener.h"
#include "stack/socket/tcp_stream.h"
#include "stack/socket/udp_socket.h"
#include "test/simulation/two_nodes.h"

namespace nut::socket {

using simulation::kAddressA;
using simulation::kAddressB;

class SocketTest : public ::testing::Test {
 protected:
  static constexpr wire::Port kPort{7000};

  explicit SocketTest(simulation::TwoNodesOptions options = {}) : nodes_(Audited(std::move(options))) {}

  tcp::Engine& a() { return nodes_.a().tcp(); }
  tcp::Engine& b() { return nodes_.b().tcp(); }
  os::Executor& executor() { return nodes_.executor(); }
  Instant Now() { return nodes_.clock().Now(); }
  void Spawn(std::string_view name, std::function<void()> body, uint8_t priority = 64) {
    nodes_.Spawn(name, std::move(body), priority);
  }
  void RunFor(Duration length) { nodes_.RunFor(length); }

  UdpLayer UdpOf(simulation::Host& host) {
    return {host.node().network().udp(), host.node().network().udp_out()};
  }

  // Runs `client` on a's end and `server` on b's end of one connection, each in a thread, until both have
  // returned.
  void Converse(std::function<void(TcpStream&)> client, std::function<void(TcpStream&)> server,
                Duration limit = 3600s) {
    bool client_done = false;
    bool server_done = false;
    Spawn("server", [&] {
      auto listener = TcpListener::Listen(b(), {{}, kPort});
      ASSERT_TRUE(listener.has_value());
      auto stream = listener->Accept(60s);
      ASSERT_TRUE(stream.has_value());
      server(*stream);
      server_done = true;
    });
    Spawn("client", [&] {
      auto stream = TcpStream::Connect(a(), {kAddressB, kPort}, {.timeout = 60s});
      ASSERT_TRUE(stream.has_value());
      client(*stream);
      client_done = true;
    });
    const Instant end = Now() + limit;
    while (!(client_done && server_done) && Now() < end) RunFor(1s);
    EXPECT_TRUE(client_done) << "the client hangs";
    EXPECT_TRUE(server_done) << "the server hangs";
  }

  static std::string ReadAll(TcpStream& stream) {
    std::string all;
    uint8_t piece[4096];
    while (true) {
      const auto count = stream.Receive(piece, 600s);
      EXPECT_TRUE(count.has_value());
      if (!count || *count == 0) return all;
      all += AsText({piece, *count});
    }
  }

  static simulation::TwoNodesOptions Audited(simulation::TwoNodesOptions options) {
    options.audit = true;
    return options;
  }

  simulation::TwoNodes nodes_;
};

}  // namespace nut::socket
