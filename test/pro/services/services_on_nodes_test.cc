// The services of one node, used by the other over a simulated network: real sockets on both sides.
#include <gtest/gtest.h>

#include "stack/pro/chargen/chargen.h"
#include "stack/pro/services/service_registry.h"
#include "stack/socket/tcp_stream.h"
#include "stack/socket/udp_socket.h"
#include "test/node/two_nodes.h"

namespace nut::pro {
namespace {

using node::TwoNodes;

wire::Endpoint At(uint16_t port) { return {TwoNodes::address_a(), wire::Port(port)}; }

// What comes until the server has finished.
std::string ReadAll(socket::TcpStream& stream, size_t most = SIZE_MAX) {
  std::string text;
  uint8_t buffer[4096];
  while (text.size() < most) {
    const auto count = stream.Receive(buffer, 30s);
    EXPECT_TRUE(count) << Describe(count.error());
    if (!count || *count == 0) break;
    text += AsText(ByteView(buffer, *count));
  }
  return text;
}

class ServicesOnNodes : public testing::Test {
 protected:
  // Everything that a asks for is answered by b's peer: `script` runs on a thread with the services up.
  void Run(std::function<void()> script) {
    nodes.Run([&] {
      for (const ServiceEntry& entry : ServiceRegistry()) {
        ASSERT_TRUE(nodes.a().StartService(entry.name, {})) << entry.name;
      }
      script();
    });
  }

  // Sends `text`, finishes, and gives what comes back.
  std::string Ask(uint16_t port, std::string_view text) {
    auto stream = socket::TcpStream::Connect(nodes.b().tcp(), At(port));
    EXPECT_TRUE(stream) << port;
    if (!stream) return {};
    EXPECT_TRUE(stream->SendAll(AsBytes(text)));
    EXPECT_TRUE(stream->Shutdown());
    return ReadAll(*stream);
  }

  Result<std::string> AskDatagram(uint16_t port, std::string_view text, uint16_t from = 0) {
    auto socket = socket::UdpSocket::Open({nodes.b().network().udp(), nodes.b().network().udp_out()},
                                          {{}, wire::Port(from)});
    EXPECT_TRUE(socket);
    EXPECT_TRUE(socket->SendTo(AsBytes(text), At(port)));
    uint8_t buffer[2048];
    const auto datagram = socket->ReceiveFrom(buffer, 2s);
    if (!datagram) return Fail(datagram.error());
    return std::string(AsText(ByteView(buffer, datagram->size)));
  }

  TwoNodes nodes;
};

TEST_F(ServicesOnNodes, AnswerOverTcp) {
  Run([&] {
    const std::string large(200'000, 'x');
    EXPECT_EQ(Ask(7, large), large);
    EXPECT_EQ(Ask(9, large), "");
    EXPECT_TRUE(Ask(13, "").starts_with("Friday, January 10, 2014 00:00:"));
    EXPECT_NE(Ask(23, "sockets\n").find("CLOSE-WAIT"), std::string::npos);
    EXPECT_NE(Ask(23, "threads\n").find("telnetd"), std::string::npos);
    const std::string answer = Ask(80, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer.substr(0, 200);
    EXPECT_TRUE(answer.ends_with("</html>\n"));
    EXPECT_NE(Ask(80, "GET /api/status.json HTTP/1.1\r\nHost: a\r\n\r\n").find("\"name\":\"tcpsm\""),
              std::string::npos);
  });
}

TEST_F(ServicesOnNodes, BothDiscardsTakeEverything) {
  Run([&] {
    const std::string megabyte(1 << 20, 'x');  // several windows
    EXPECT_EQ(Ask(9, megabyte), "");
    EXPECT_EQ(Ask(1009, megabyte), "");
  });
}

TEST_F(ServicesOnNodes, AnswerOverUdp) {
  Run([&] {
    EXPECT_EQ(AskDatagram(7, "ping"), "ping");
    EXPECT_EQ(AskDatagram(9, "x").error(), Error::kTimedOut);
    EXPECT_TRUE(AskDatagram(13, "x")->ends_with("-UTC\r\n"));
    EXPECT_LE(AskDatagram(19, "x")->size(), 512u);
    // From a reserved port it could be another service's answer.
    EXPECT_EQ(AskDatagram(7, "loop", 19).error(), Error::kTimedOut);
  });
  EXPECT_EQ(nodes.a().statistics()[Counter::kServerDatagramsIgnored], 1u);
}

TEST_F(ServicesOnNodes, ChargenEndsWithItsClient) {
  Run([&] {
    auto stream = socket::TcpStream::Connect(nodes.b().tcp(), At(19));
    ASSERT_TRUE(stream);
    const std::string text = ReadAll(*stream, 100'000);
    const std::string_view pattern = AsText(ChargenPattern());
    for (size_t i = 0; i < text.size(); ++i) ASSERT_EQ(text[i], pattern[i % kChargenPeriod]) << i;
  });
}

TEST_F(ServicesOnNodes, ServeAThousandAtTheSameTime) {
  Run([&] {
    std::vector<socket::TcpStream> streams;
    for (int i = 0; i < 1000; ++i) {
      auto stream = socket::TcpStream::Connect(nodes.b().tcp(), At(7), {.timeout = 10s});
      ASSERT_TRUE(stream) << i;
      streams.push_back(std::move(*stream));
    }
    EXPECT_LT(nodes.executor().thread_count(), 30u);  // idle ones cost none
    for (size_t i = 0; i < streams.size(); ++i) ASSERT_TRUE(streams[i].SendAll(AsBytes(std::to_string(i))));
    for (size_t i = 0; i < streams.size(); ++i) {
      uint8_t buffer[16];
      const auto count = streams[i].Receive(buffer, 10s);
      ASSERT_TRUE(count) << i;
      EXPECT_EQ(AsText(ByteView(buffer, *count)), std::to_string(i));
    }
  });
  EXPECT_EQ(nodes.a().statistics()[Counter::kServerConnections], 1000u);
  EXPECT_EQ(nodes.a().statistics()[Counter::kTcpOutResets], 0u);
}

TEST_F(ServicesOnNodes, TenThousandClientsAtOnceGetIn) {
  constexpr size_t kClients = 10'000;
  Run([&] {
    EXPECT_EQ(Ask(7, "x"), "x");  // the neighbours know each other
    std::vector<tcp::ConnectionHandle> clients;
    const Instant before = nodes.executor().Now();
    for (size_t i = 0; i < kClients; ++i) {
      const auto client = nodes.b().tcp().Connect(At(i % 2 == 0 ? 7 : 80));
      ASSERT_TRUE(client) << i;
      clients.push_back(*client);
      if (i % 100 == 99) nodes.executor().Sleep(1ms);  // what the segment holds at a time
    }
    for (const auto client : clients) {
      ASSERT_TRUE(nodes.b().tcp().Wait(client, tcp::Interest::kEstablished, 10s));
    }
    nodes.executor().Sleep(10ms);
    EXPECT_EQ(nodes.a().statistics()[Counter::kServerConnections], kClients + 1);
    EXPECT_LT(nodes.executor().Now() - before, 500ms);  // nobody had to repeat a SYN
    EXPECT_LT(nodes.executor().thread_count(), 30u);
    for (const auto client : clients) EXPECT_TRUE(nodes.b().tcp().Close(client));
    nodes.executor().Sleep(1s);
  });
  EXPECT_EQ(nodes.a().statistics()[Counter::kServerTimeouts], 0u);
}

TEST_F(ServicesOnNodes, IdleConnectionsAreClosedInTheOrderTheyCameToRest) {
  Run([&] {
    // HTTP's patience is 30 s, echo's 300 s.
    auto page = socket::TcpStream::Connect(nodes.b().tcp(), At(80));
    auto echo = socket::TcpStream::Connect(nodes.b().tcp(), At(7));
    ASSERT_TRUE(page && echo);
    nodes.executor().Sleep(20s);
    ASSERT_TRUE(page->SendAll(AsBytes("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")));
    uint8_t buffer[4096];
    ASSERT_TRUE(page->Receive(buffer, 1s));
    EXPECT_EQ(page->Receive(buffer, 29s).error(), Error::kTimedOut);
    EXPECT_EQ(page->Receive(buffer, 2s), 0u);
    EXPECT_EQ(echo->Receive(buffer, 240s).error(), Error::kTimedOut);
    EXPECT_EQ(echo->Receive(buffer, 20s), 0u);
  });
  EXPECT_EQ(nodes.a().statistics()[Counter::kServerTimeouts], 2u);
}

TEST_F(ServicesOnNodes, StopWithOpenConnections) {
  // Run shuts the nodes down while these are open, and checks that no thread is left.
  std::vector<socket::TcpStream> streams;
  Run([&] {
    for (const uint16_t port : {7, 9, 19, 23, 80, 7, 80}) {
      auto stream = socket::TcpStream::Connect(nodes.b().tcp(), At(port));
      ASSERT_TRUE(stream);
      streams.push_back(std::move(*stream));
    }
    nodes.executor().Sleep(1s);
    streams.clear();
  });
}

TEST_F(ServicesOnNodes, SlowClientsAreShutOut) {
  Run([&] {
    // Slowloris: a byte a second, never a whole request.
    auto stream = socket::TcpStream::Connect(nodes.b().tcp(), At(80));
    ASSERT_TRUE(stream);
    for (int i = 0; i < 20; ++i) {
      if (!stream->SendAll(AsBytes("x"))) break;
      nodes.executor().Sleep(1s);
    }
    uint8_t buffer[64];
    const auto count = stream->Receive(buffer, 1s);
    ASSERT_TRUE(count);
    EXPECT_TRUE(AsText(ByteView(buffer, *count)).starts_with("HTTP/1.1 408 "));
  });
  EXPECT_EQ(nodes.a().statistics()[Counter::kServerTimeouts], 1u);
}

TEST_F(ServicesOnNodes, APortCanBeTakenOnce) {
  Run([&] {
    EXPECT_EQ(nodes.a().StartService("echo", {}).error(), Error::kAddressInUse);
    EXPECT_TRUE(nodes.a().StartService("echo", wire::Port(7007)));
    EXPECT_EQ(Ask(7007, "other port"), "other port");
    EXPECT_EQ(nodes.a().StartService("nonsense", {}).error(), Error::kNotFound);
    // What failed has left nothing open.
    EXPECT_EQ(Ask(7, "still here"), "still here");
  });
}

TEST(ServiceRegistry, FindsByNameAndByNearness) {
  EXPECT_EQ(FindService("httpd")->port, wire::Port(80));
  EXPECT_EQ(FindService("HTTPD"), nullptr);
  EXPECT_EQ(NearestService("htpd")->name, "httpd");
  EXPECT_EQ(NearestService("tenletd")->name, "telnetd");
  EXPECT_EQ(ServiceRegistry().size(), 7u);
}

TEST(ServiceRegistry, WhatIsForMeasurementsIsNotAmongTheShown) {
  for (const ServiceEntry& entry : ServiceRegistry()) {
    EXPECT_EQ(entry.is_shown, entry.name != "discard-copying") << entry.name;
  }
}

}  // namespace
}  // namespace nut::pro
