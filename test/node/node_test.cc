// A node as a whole: services reached over the wire, a shut-down that leaves nothing, equal runs from equal
// seeds, and listings that tell the truth.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "stack/socket/tcp_listener.h"
#include "stack/socket/tcp_stream.h"
#include "stack/socket/udp_socket.h"
#include "test/node/two_nodes.h"

namespace nut::node {
namespace {

constexpr wire::Port kEcho{7};

std::string Exchange(TwoNodes& world, wire::Port port, std::string_view request) {
  auto stream = socket::TcpStream::Connect(world.b().tcp(), {TwoNodes::address_a(), port}, {.timeout = 5s});
  if (!stream) return std::string("connect: ") + std::string(Describe(stream.error()));
  EXPECT_TRUE(stream->SendAll(AsBytes(request), 5s));
  EXPECT_TRUE(stream->Shutdown());
  std::string answer;
  uint8_t buffer[4096];
  for (;;) {
    const auto count = stream->Receive(buffer, 10s);
    if (!count) return answer + " … " + std::string(Describe(count.error()));
    if (*count == 0) return answer;
    answer += AsText({buffer, *count});
  }
}

TEST(Node, EchoAnswersOverTheWire) {
  TwoNodes world;
  world.Run([&] {
    ASSERT_TRUE(world.a().StartService("echo"));
    EXPECT_EQ(Exchange(world, kEcho, "hello"), "hello");
  });
  EXPECT_EQ(world.frames().in_use(), 0u);
}

TEST(Node, EveryServiceStartsAndStops) {
  TwoNodes world;
  world.Run([&] {
    for (const char* name : {"chargen", "daytime", "discard", "echo", "httpd", "telnetd"}) {
      EXPECT_TRUE(world.a().StartService(name)) << name;
    }
    EXPECT_EQ(world.a().StartService("gopher"), Fail(Error::kNotFound));
    EXPECT_EQ(world.a().StartService("echo"), Fail(Error::kAddressInUse));
    EXPECT_TRUE(world.a().StartService("echo", wire::Port(7007)));
    EXPECT_EQ(Exchange(world, wire::Port(7007), "elsewhere"), "elsewhere");
  });
  EXPECT_EQ(world.frames().in_use(), 0u);
}

TEST(Node, HttpServesTheStatusDocument) {
  TwoNodes world;
  world.Run([&] {
    ASSERT_TRUE(world.a().StartService("httpd"));
    const std::string answer = Exchange(
        world, wire::Port(80), "GET /api/status.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer.substr(0, 15), "HTTP/1.1 200 OK");
    EXPECT_NE(answer.find("\"tcpsm\""), std::string::npos);
  });
}

TEST(Node, AClosedPortRefusesAndADeadHostTimesOut) {
  TwoNodes world;
  world.Run([&] {
    auto refused = socket::TcpStream::Connect(world.b().tcp(), {TwoNodes::address_a(), wire::Port(4242)}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), Error::kConnectionRefused);
    const Instant before = world.executor().Now();
    auto dead = socket::TcpStream::Connect(
        world.b().tcp(), {wire::Ipv4Address(198, 19, 0, 99), wire::Port(7)}, {.timeout = 2500ms});
    ASSERT_FALSE(dead);
    EXPECT_TRUE(dead.error() == Error::kTimedOut || dead.error() == Error::kHostUnreachable ||
                dead.error() == Error::kHostDown);
    EXPECT_LE(world.executor().Now() - before, 2600ms);
  });
  EXPECT_EQ(world.frames().in_use(), 0u);
}

TEST(Node, ADeadNeighbourDoesNotHoldUpOthers) {
  // In the original the TCP thread itself waited for ARP: an absent host stopped all connections for half a
  // second.
  TwoNodes world;
  world.Run([&] {
    ASSERT_TRUE(world.a().StartService("echo"));
    EXPECT_EQ(Exchange(world, kEcho, "warm"), "warm");
    int finished = 0;
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(world.executor().Create("dead", [&, i] {
        (void)socket::TcpStream::Connect(
            world.b().tcp(), {wire::Ipv4Address(198, 19, 0, static_cast<uint8_t>(100 + i)), wire::Port(7)},
            {.timeout = 3s});
        ++finished;
      }));
    }
    world.executor().Yield();
    const Instant before = world.executor().Now();
    for (int i = 0; i < 100; ++i) EXPECT_EQ(Exchange(world, kEcho, "quick"), "quick");
    EXPECT_LT(world.executor().Now() - before, 1s);
    while (finished < 5) world.executor().Sleep(100ms);
  });
}

TEST(Node, AConnectionToItselfWorks) {
  TwoNodes world;
  world.Run([&] {
    ASSERT_TRUE(world.b().StartService("echo"));
    auto stream =
        socket::TcpStream::Connect(world.b().tcp(), {TwoNodes::address_b(), kEcho}, {.timeout = 5s});
    ASSERT_TRUE(stream) << Describe(stream.error());
    ASSERT_TRUE(stream->SendAll(AsBytes("mirror"), 5s));
    uint8_t buffer[16];
    const auto count = stream->Receive(buffer, 5s);
    ASSERT_TRUE(count);
    EXPECT_EQ(AsText({buffer, *count}), "mirror");
  });
}

TEST(Node, UdpEchoAndAnUnreachablePort) {
  TwoNodes world;
  world.Run([&] {
    ASSERT_TRUE(world.a().StartService("echo"));
    const socket::UdpLayer udp{world.b().network().udp(), world.b().network().udp_out()};
    auto socket = socket::UdpSocket::Open(udp, {});
    ASSERT_TRUE(socket);
    uint8_t buffer[64];
    ASSERT_TRUE(socket->SendTo(AsBytes("datagram"), {TwoNodes::address_a(), kEcho}));
    const auto datagram = socket->ReceiveFrom(buffer, 1s);
    ASSERT_TRUE(datagram);
    EXPECT_EQ(AsText({buffer, datagram->size}), "datagram");
    ASSERT_TRUE(socket->Connect({TwoNodes::address_a(), wire::Port(4242)}));
    ASSERT_TRUE(socket->Send(AsBytes("nobody")));
    const auto refused = socket->ReceiveFrom(buffer, 1s);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), Error::kConnectionRefused);
  });
}

TEST(Node, ShutDownWithConnectionsInFlightLeavesNothing) {
  TwoNodes world;
  world.Run([&] {
    ASSERT_TRUE(world.a().StartService("echo"));
    ASSERT_TRUE(world.a().StartService("chargen"));
    for (int i = 0; i < 30; ++i) {
      ASSERT_TRUE(world.executor().Create("client", [&, i] {
        auto stream = socket::TcpStream::Connect(world.b().tcp(),
                                                 {TwoNodes::address_a(), wire::Port(i % 2 ? 7 : 19)}, {});
        if (!stream) return;
        uint8_t buffer[100];
        while (stream->SendAll(AsBytes("never ends"), 1s) && stream->Receive(buffer, 1s).value_or(0) > 0) {
        }
      }));
    }
    world.executor().Sleep(20ms);
    EXPECT_GT(world.a().tcp().connection_count(), 20u);
  });
  EXPECT_EQ(world.a().tcp().connection_count(), 0u);
  EXPECT_EQ(world.b().tcp().connection_count(), 0u);
  EXPECT_EQ(world.frames().in_use(), 0u);
}

TEST(Node, EqualSeedsGiveEqualWireTracesAndOthersDiffer) {
  const auto trace_of = [](const std::string& seed) {
    TwoNodes world(seed);
    world.Run([&] {
      ASSERT_TRUE(world.a().StartService("echo"));
      for (int i = 0; i < 20; ++i)
        EXPECT_EQ(Exchange(world, kEcho, std::string(100 * i, 'x')).size(), 100u * i);
    });
    EXPECT_GT(world.frame_count(), 100u);
    return world.trace();
  };
  const uint64_t first = trace_of("one");
  EXPECT_EQ(first, trace_of("one"));
  EXPECT_NE(first, trace_of("two"));
}

TEST(Node, ListingsShowWhatIsThere) {
  TwoNodes world;
  world.Run([&] {
    ASSERT_TRUE(world.a().StartService("echo"));
    auto stream =
        socket::TcpStream::Connect(world.b().tcp(), {TwoNodes::address_a(), kEcho}, {.timeout = 5s});
    ASSERT_TRUE(stream);
    const pro::Inspector& inspector = world.b().inspector();
    EXPECT_EQ(inspector.Node().name, "b");
    EXPECT_EQ(inspector.Node().mac, MacFromName("b"));
    const auto threads = inspector.Threads();
    EXPECT_TRUE(std::ranges::any_of(threads, [](const auto& thread) { return thread.name == "tcpsm"; }));
    const auto sockets = inspector.Sockets(100).sockets;
    EXPECT_TRUE(std::ranges::any_of(sockets, [](const auto& row) {
      return row.state == "ESTABLISHED" && row.remote == wire::Endpoint{TwoNodes::address_a(), kEcho};
    }));
    const auto neighbours = inspector.Neighbors();
    ASSERT_EQ(neighbours.size(), 1u);
    EXPECT_EQ(neighbours[0].mac, MacFromName("a"));
    EXPECT_EQ(neighbours[0].state, "REACHABLE");
    EXPECT_FALSE(inspector.Routes().empty());
  });
}

// Whoever starts a node waits for it: no claim, announcement or back-off comes first.
TEST(Node, IsReadyWithoutWaitingForAnything) {
  TwoNodes world;
  world.Run([&] {
    for (const char* name : {"chargen", "daytime", "discard", "echo", "httpd", "telnetd"}) {
      ASSERT_TRUE(world.a().StartService(name));
    }
    EXPECT_EQ(world.executor().Now(), Instant{});
  });
}

TEST(Node, AnIdleNodeSleeps) {
  TwoNodes world;
  world.Run([&] {
    for (const char* name : {"chargen", "daytime", "discard", "echo", "httpd", "telnetd"}) {
      ASSERT_TRUE(world.a().StartService(name));
    }
    EXPECT_EQ(Exchange(world, kEcho, "once"), "once");
    world.executor().Sleep(200s);  // TIME-WAIT and the neighbours' ages pass
    const uint64_t before = world.executor().switches();
    world.executor().Sleep(600s);
    EXPECT_LE(world.executor().switches() - before, 10u);
  });
}

TEST(Node, EverySegmentIsCountedOnce) {
  TwoNodes world;
  world.Run([&] {
    ASSERT_TRUE(world.a().StartService("echo"));
    EXPECT_EQ(Exchange(world, kEcho, std::string(5000, 'x')).size(), 5000u);
    world.executor().Sleep(1s);
    const Statistics& statistics = world.b().statistics();
    EXPECT_GT(statistics[Counter::kTcpOutSegments], 5u);
    EXPECT_EQ(statistics[Counter::kTcpOutSegments], statistics[Counter::kIpOutRequests]);
    EXPECT_EQ(statistics[Counter::kTcpOutSegments], world.a().statistics()[Counter::kTcpInSegments]);
  });
}

TEST(Node, MacsFromNamesAreStationsAndDiffer) {
  EXPECT_TRUE(MacFromName("n1").is_station());
  EXPECT_NE(MacFromName("n1"), MacFromName("n2"));
  EXPECT_EQ(MacFromName("n1"), MacFromName("n1"));
  EXPECT_EQ(MacFromName("n1").octets()[0] & 3, 2);
}

}  // namespace
}  // namespace nut::node
