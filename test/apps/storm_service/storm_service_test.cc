// The service on a whole node, spoken to by another one, under virtual time.
#include "apps/storm_service/storm_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "apps/storm/parameters.h"
#include "stack/socket/buffered_stream.h"
#include "stack/socket/tcp_byte_stream.h"
#include "test/node/two_nodes.h"

namespace nut::storm {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

constexpr wire::Ipv4Address kNodeA(198, 19, 0, 10);
constexpr wire::Ipv4Address kNodeB(198, 19, 0, 11);

// Node a opens connections, node b accepts them; each has the service.
class StormServiceTest : public testing::Test {
 protected:
  StormServiceTest()
      : black_hole_(world_.port_b(), world_.executor().clock()),
        storm_a_(world_.a().tcp(), world_.a().inspector(), black_hole_),
        storm_b_(world_.b().tcp(), world_.b().inspector(), black_hole_) {}

  // Runs `script` while both nodes offer the service.
  void Run(std::function<void()> script) {
    world_.Run([&] {
      ASSERT_TRUE(
          world_.a().StartService(MakeStormService(world_.a().service_context(), kServicePort, storm_a_)));
      ASSERT_TRUE(
          world_.b().StartService(MakeStormService(world_.b().service_context(), kServicePort, storm_b_)));
      script();
    });
  }

  // One conversation, of node `from` with the service of the other.
  struct Talk {
    Talk(node::Node& from, wire::Ipv4Address to)
        : bytes(socket::TcpStream::Connect(from.tcp(), {to, kServicePort}).value()), lines(bytes) {}
    std::string Ask(std::string_view line) {
      EXPECT_TRUE(lines.Print("{}\n", line));
      const auto answer = lines.ReadLine();
      EXPECT_TRUE(answer && *answer);
      return answer && *answer ? **answer : "";
    }
    socket::TcpByteStream bytes;
    socket::BufferedStream lines;
  };

  node::TwoNodes world_;
  BlackHoleDevice black_hole_;
  NodeStorm storm_a_;
  NodeStorm storm_b_;
};

TEST_F(StormServiceTest, RunsAStormAndGivesTheBooksOfBothSides) {
  Run([&] {
    Talk server(world_.a(), kNodeB);
    Talk client(world_.b(), kNodeA);
    EXPECT_EQ(server.Ask("serve port=5000 threads=20"), "ok");
    EXPECT_EQ(client.Ask("client server=198.19.0.11:5000 refusing=198.19.0.11:5001 silent=198.19.0.99:1 "
                         "connections=300 threads=10 mix=normal=5,refused=1,timeout=1,close-early=1,abort=1,"
                         "half-close=1,reuse=1"),
              "ok");
    json a;
    do {
      world_.executor().Sleep(100ms);
      a = json::parse(client.Ask("status"));
    } while (!a["client"]["done"]);
    world_.executor().Sleep(130s);  // TIME-WAIT, as these nodes have it
    a = json::parse(client.Ask("status"));
    const json b = json::parse(server.Ask("status"));
    const auto ledger_a = Ledger::FromJson(a["client"]["ledger"]);
    const auto ledger_b = Ledger::FromJson(b["server"]["ledger"]);
    ASSERT_TRUE(ledger_a && ledger_b);
    EXPECT_EQ(ledger_a->ended(), 300u);
    EXPECT_THAT(Balance(*ledger_a, *ledger_b), testing::IsEmpty());
    // The other end of the conversation with its neighbour; that of its own service is not counted.
    EXPECT_EQ(a["sockets"], 1);
    EXPECT_EQ(b["sockets"], 1);
    EXPECT_TRUE(a["server"].is_null());
    EXPECT_TRUE(b["client"].is_null());
    EXPECT_EQ(server.Ask("stop"), "ok");
    EXPECT_TRUE(storm_b_.WaitUntilDone(1s));
    EXPECT_TRUE(json::parse(server.Ask("status"))["server"]["done"]);
  });
}

TEST_F(StormServiceTest, BadLinesGetOneLineBackAndTheConversationGoesOn) {
  Run([&] {
    Talk talk(world_.a(), kNodeB);
    EXPECT_THAT(talk.Ask("dance"), StartsWith("error: \"dance\" is none of"));
    EXPECT_THAT(talk.Ask(""), StartsWith("error: "));
    EXPECT_THAT(talk.Ask("serve port=no"), StartsWith("error: port: "));
    EXPECT_EQ(talk.Ask(std::string(5000, 'x')), "error: the line is too long");
    // The rest of that line comes as one of its own.
    EXPECT_THAT(talk.lines.ReadLine().value().value(), StartsWith("error: "));
    EXPECT_THAT(talk.Ask("status"), StartsWith("{"));
  });
}

TEST_F(StormServiceTest, OneOfEachAtATime) {
  Run([&] {
    Talk talk(world_.a(), kNodeB);
    EXPECT_EQ(talk.Ask("serve port=5000 threads=2"), "ok");
    EXPECT_EQ(talk.Ask("serve port=5001 threads=2"), "error: the server is still at work");
    EXPECT_EQ(talk.Ask("stop"), "ok");
    EXPECT_TRUE(storm_b_.WaitUntilDone(1s));
    EXPECT_THAT(talk.Ask("serve port=7400 threads=2"), HasSubstr("cannot start"))
        << "the service has the port";
    EXPECT_EQ(talk.Ask("serve port=5001 threads=2"), "ok");
    talk.Ask("stop");
  });
}

TEST_F(StormServiceTest, EndsWithTheNodeInTheMiddleOfAStorm) {
  Run([&] {
    Talk server(world_.a(), kNodeB);
    Talk client(world_.b(), kNodeA);
    EXPECT_EQ(server.Ask("serve port=5000 threads=20"), "ok");
    EXPECT_EQ(client.Ask("client server=198.19.0.11:5000 connections=1000000 threads=10 mix=normal=1"), "ok");
    world_.executor().Sleep(50ms);
    // The nodes are shut down now.
  });
  EXPECT_EQ(world_.a().tcp().connection_count(), 0u);
  EXPECT_EQ(world_.b().tcp().connection_count(), 0u);
}

TEST(PrepareNodeTest, ForgetsSilentPeersWithinSeconds) {
  node::NodeOptions options;
  PrepareNode(options);
  EXPECT_LE(options.tcp.time_wait, 5s);
  EXPECT_TRUE(options.tcp.keep_alive);
  EXPECT_LE(LongestSilence(options.tcp), 10s);
  EXPECT_GT(options.engine.resets_per_second, 100'000u);
}

}  // namespace
}  // namespace nut::storm
