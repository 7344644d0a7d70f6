// What NodeOptions say about the network layer, seen from another node.
#include "stack/socket/tcp_stream.h"
#include "test/node/two_nodes.h"

namespace nut::node {
namespace {

constexpr wire::Port kEcho(7);

wire::Ipv4Address AddressOf(Node& node) { return node.network().interface().address(); }

void WaitUntilUsable(TwoNodes& nodes, Node& node) {
  while (!node.network().interface().usable()) nodes.executor().Sleep(100ms);
}

TEST(Configuration, NodesThatFindTheirAddressesTalk) {
  TwoNodes nodes("4711", {.latency = 100us}, [](NodeOptions& options) { options.link_local = true; });
  nodes.Run([&] {
    ASSERT_TRUE(nodes.b().StartService("echo"));
    WaitUntilUsable(nodes, nodes.a());
    WaitUntilUsable(nodes, nodes.b());
    EXPECT_TRUE(AddressOf(nodes.a()).is_link_local());
    EXPECT_NE(AddressOf(nodes.a()), AddressOf(nodes.b()));
    EXPECT_LE(nodes.executor().Now() - Instant{}, 10s);
    EXPECT_EQ(nodes.a().inspector().Node().address, wire::IpAddress(AddressOf(nodes.a())));
    EXPECT_TRUE(socket::TcpStream::Connect(nodes.a().tcp(), {AddressOf(nodes.b()), kEcho}, {.timeout = 5s}));
  });
}

TEST(Configuration, AnAddressThatIsGivenToAnotherByHandIsLeft) {
  TwoNodes nodes("4711", {.latency = 100us}, [](NodeOptions& options) {
    if (options.name == "a") options.link_local = true;
  });
  nodes.Run([&] {
    WaitUntilUsable(nodes, nodes.a());
    const wire::Ipv4Address first = AddressOf(nodes.a());
    ASSERT_TRUE(nodes.b().network().Configure({first, 16}, std::nullopt));
    nodes.executor().Sleep(3s);  // it is announced twice
    EXPECT_NE(AddressOf(nodes.a()), first);
    WaitUntilUsable(nodes, nodes.a());
    EXPECT_NE(AddressOf(nodes.a()), first);
    EXPECT_EQ(AddressOf(nodes.b()), first);
    EXPECT_TRUE(nodes.b().network().interface().usable());
  });
}

TEST(Configuration, TheFilterOfANodeIsSeenByOthersAndListed) {
  TwoNodes nodes("4711", {.latency = 100us}, [](NodeOptions& options) {
    if (options.name != "b") return;
    for (const char* rule : {"accept in tcp to any port 13", "reject in tcp syn", "drop out udp"}) {
      options.filter.push_back(net::FilterRule::FromText(rule).value());
    }
  });
  nodes.Run([&] {
    ASSERT_TRUE(nodes.b().StartService("echo"));
    ASSERT_TRUE(nodes.b().StartService("daytime"));
    const auto connect = [&](wire::Port port) {
      return socket::TcpStream::Connect(nodes.a().tcp(), {TwoNodes::address_b(), port}, {.timeout = 30s});
    };
    EXPECT_TRUE(connect(wire::Port(13)));
    const Instant before = nodes.executor().Now();
    const auto refused = connect(kEcho);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), Error::kTimedOut) << "prohibited is a soft error (RFC 1122 4.2.3.9)";
    EXPECT_GT(nodes.executor().Now(), before);

    const std::vector<pro::FilterRuleSnapshot> rules = nodes.b().inspector().FilterRules();
    ASSERT_EQ(rules.size(), 3u);
    EXPECT_EQ(rules[1].rule, "reject in tcp syn");
    EXPECT_GE(rules[0].packets, 3u);
    EXPECT_GE(rules[1].packets, 1u);
    EXPECT_EQ(rules[2].packets, 0u);
    EXPECT_TRUE(nodes.a().inspector().FilterRules().empty());
  });
}

TEST(Configuration, WhatTheOwnFilterRejectsFailsAtOnce) {
  TwoNodes nodes("4711", {.latency = 100us}, [](NodeOptions& options) {
    options.filter.push_back(net::FilterRule::FromText("reject out tcp to any port 7").value());
  });
  nodes.Run([&] {
    const Instant before = nodes.executor().Now();
    const auto refused =
        socket::TcpStream::Connect(nodes.a().tcp(), {TwoNodes::address_b(), kEcho}, {.timeout = 30s});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), Error::kHostUnreachable);
    EXPECT_EQ(nodes.executor().Now(), before);
  });
}

}  // namespace
}  // namespace nut::node
