// Too many of everything: SYNs from everywhere, from few, from hosts that do not exist; segments for nobody.
#include "test/hostile/hostile_test_base.h"

namespace nut::hostile {
namespace {

// A server takes as many handshakes as connections may wait to be accepted.
constexpr size_t kSynQueue = 16384;
constexpr unsigned kFlood = 20000;  // of SYNs: more than that

class HostileTcpFlood : public HostileTest {
 protected:
  void Syn(const std::string& from, uint16_t port, uint16_t node_port = kEcho) {
    const Conversation with{.from = from, .port = port, .node_port = node_port, .sequence = 77u * port};
    Send(with, Segment(with, kSyn));
  }
  static std::string Address(unsigned number) { return "198.19.0." + std::to_string(20 + number % 200); }
  // A peer that does not take part in the flood is served at once, and for as long as it lasts.
  void ExpectService(Conversation& established) {
    EXPECT_TRUE(Echoes(established));
    Conversation late = Open(kEcho, next_port_++);
    EXPECT_TRUE(Echoes(late));
  }

  uint16_t next_port_ = 60000;
};

TEST_F(HostileTcpFlood, SynsFromManySourcesLeaveRoomForOthers) {
  Conversation established = Open(kEcho, 40000);
  for (unsigned i = 0; i < kFlood; ++i) Syn(Address(i), static_cast<uint16_t>(1024 + i));
  EXPECT_LE(node().tcp().connection_count(), kSynQueue + 2);
  EXPECT_GE(Count(Counter::kTcpSynCookiesSent), kFlood - kSynQueue);
  ExpectService(established);
  // Nothing of it stays.
  RunFor(70s);
  EXPECT_LE(node().tcp().connection_count(), 2u);
}

TEST_F(HostileTcpFlood, SynsFromBehindTheGatewayLeaveRoomForOthers) {
  Conversation established = Open(kEcho, 40000);
  for (unsigned i = 0; i < kFlood; ++i) {
    Syn("203.0." + std::to_string(i / 250) + "." + std::to_string(1 + i % 250),
        static_cast<uint16_t>(1024 + i));
  }
  ExpectService(established);
}

TEST_F(HostileTcpFlood, SynsFromOneSourceLeaveRoomForOthers) {
  Conversation established = Open(kEcho, 40000);
  for (unsigned i = 0; i < kFlood; ++i) Syn(kAttacker, static_cast<uint16_t>(1024 + i));
  ExpectService(established);
}

TEST_F(HostileTcpFlood, TheSameSynAgainAndAgainIsOneConnection) {
  for (unsigned i = 0; i < 2000; ++i) Syn(kAttacker, 5000);
  EXPECT_EQ(node().tcp().connection_count(), 1u);
  // The SYN-ACK is repeated, but not for each of them.
  EXPECT_LE(sent_count(), 20u);
}

// S15: the original's only TCP thread waited for ARP, half a second and longer for each absent host.
TEST_F(HostileTcpFlood, SynsFromAbsentHostsHoldUpNobody) {
  for (unsigned i = 0; i < 100; ++i) absent_.insert("198.19.0." + std::to_string(100 + i));
  Conversation established = Open(kEcho, 40000);
  const Instant before = world().now();
  for (unsigned i = 0; i < 3000; ++i) {
    Syn("198.19.0." + std::to_string(100 + i % 100), static_cast<uint16_t>(1024 + i));
    if (i % 500 == 0) ExpectService(established);
  }
  ExpectService(established);
  // Only the examination itself took time: no SYN did.
  EXPECT_LT(world().now() - before, 100ms);
  // What waited for their addresses is dropped in time, and the connections end.
  RunFor(5s);
  EXPECT_GT(Drops(DropReason::kArpUnresolved), 0u);
  RunFor(120s);
  EXPECT_LE(node().tcp().connection_count(), 10u);
}

TEST_F(HostileTcpFlood, ClosedPortsAmplifyNothing) {
  // RST for everything but a RST; none is longer than what caused it.
  for (const int flags : {kSyn, kAck, kFin, kSyn | kFin, 0, kFin | kPsh | kUrg, kSyn | kAck}) {
    Forget();
    const Conversation with{.port = 3000, .node_port = kClosedPort};
    Send(with, Segment(with, flags), std::string(100, 'x'));
    const std::vector<Heard> heard = TakeHeard(with);
    ASSERT_EQ(heard.size(), 1u) << flags;
    EXPECT_TRUE(heard[0].tcp.get_flag(TCP::RST));
    EXPECT_TRUE(heard[0].payload.empty());
  }
  Forget();
  const Conversation with{.port = 3000, .node_port = kClosedPort};
  Send(with, Segment(with, kRst));
  Send(with, Segment(with, kRst | kAck), "why?");
  EXPECT_EQ(sent_count(), 0u);
}

TEST_F(HostileTcpFlood, RstsToStrangersAreLimited) {
  constexpr unsigned kSegments = 5000;
  for (unsigned i = 0; i < kSegments; ++i) Syn(kAttacker, static_cast<uint16_t>(1024 + i), kClosedPort);
  EXPECT_EQ(Count(Counter::kTcpOutResets), 1000u);
  EXPECT_EQ(Drops(DropReason::kTcpResetLimited), kSegments - 1000);
  RunFor(1s);
  Forget();
  Syn(kAttacker, 1000, kClosedPort);
  EXPECT_EQ(sent_count(), 1u);
}

// What nmap sends: the scan itself is answered by the book, and harms nobody.
TEST_F(HostileTcpFlood, ScansOfAllPortsEndWithAllServicesWell) {
  for (const int flags : {kSyn, kFin, 0, kFin | kPsh | kUrg, kAck}) {
    for (uint32_t port = 1; port < 2000; ++port) {
      const Conversation with{.port = 33000, .node_port = static_cast<uint16_t>(port)};
      Send(with, Segment(with, flags));
    }
    RunFor(3s);
  }
  Conversation with = Open(kEcho);
  EXPECT_TRUE(Echoes(with));
}

}  // namespace
}  // namespace nut::hostile
